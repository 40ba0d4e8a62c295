"""What answering needs of the journal beyond letters: tickets that we begin, bearers, answers kept for the FAQ. Pure.

A part of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hd_bridge.model import Ticket
from hd_bridge.steps import Step
from hd_bridge.views_answers import Exchange, FaqDraft
from hd_bridge.work import Event, NewConversation


class Answering(Protocol):
    """The Journal: what agents begin, allow and keep."""

    def exchange(self, conversation: str) -> Exchange:
        """How a conversation stands for whoever answers it."""

    def adopt(
        self, new: NewConversation, ticket: Ticket, steps: Sequence[Step], events: Sequence[Event], now: datetime
    ) -> bool:
        """A ticket that an agent opened becomes a conversation, and counts as seen as it is. False if it is one."""

    def let_in(self, conversation: str, addresses: Sequence[str], now: datetime) -> None:
        """These addresses take part from now on."""

    def keep_faq(self, draft: FaqDraft) -> None:
        """Keep an answer for the FAQ, once for each note."""

    def faq_drafts(self) -> tuple[FaqDraft, ...]:
        """All that were kept, oldest first."""

    def drop_faq(self, key: str) -> bool:
        """Let one go. False if there is none."""
