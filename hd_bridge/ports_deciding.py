"""What deciding asks of the journal and tells it, and how several verdicts are kept at once. Pure.

Parts of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from hd_bridge.model import Contact
from hd_bridge.ports_guard import Judging
from hd_bridge.views import Counts, KnownConversation
from hd_bridge.work import Outline, Plan, Step

T = TypeVar("T")


class Deciding(Judging, Protocol):
    """The journal as deciding sees it. What it answers includes all that it was told before, so that a mail is decided
    by what the mail before it has brought: a conversation, a contact, letters that count."""

    def contact(self, address: str) -> Contact | None:
        """Who has this address."""

    def conversations_by_message_id(self, ids: Sequence[str]) -> tuple[KnownConversation, ...]:
        """Conversations to which these Message-IDs belong, in the order given."""

    def conversation_by_ticket(self, number: int) -> KnownConversation | None:
        """The conversation of a ticket."""

    def conversation(self, id: str) -> KnownConversation | None:
        """One conversation."""

    def counts(self, address: str, subject: str, mailbox: str, now: datetime, hours: int) -> Counts:
        """Automatic letters lately: to an address, in answer to a subject, of a mailbox (one hour), in all."""

    def commit(self, plan: Plan, outline: Outline, now: datetime) -> None:
        """Keep a verdict, its trail, and all that the plan brings (conversation, contact, participants, marks,
        events, steps, the mail's Message-ID as known in the conversation), at once; again is harmless."""


class Verdicts(Deciding, Protocol):
    """The Journal: verdicts, one by one or several in one transaction."""

    def decide(self, work: Callable[[Deciding], T]) -> T:
        """``work`` within one transaction: what it commits is kept together, or none of it. Nobody else can write
        meanwhile, so it must neither wait nor take long."""

    def accept(
        self,
        conversation: str,
        address: str,
        now: datetime,
        then: Callable[[tuple[str, ...]], Sequence[Step]] = ...,
    ) -> tuple[str, ...]:
        """A person lets an address in: it takes part, and is the contact's own unless it is somebody else's. The keys
        of its mails that were private until now, oldest first; what follows from them (``then``) is kept with it."""

    def forsake(self, key: str, *, worker: str) -> bool:
        """A worker finds that the ticket of its step was deleted: the conversation is gone, and mails that were to come
        onto it are decided anew. False if the claim was lost."""
