"""What must be known besides the mail to decide on it; gathered before, so that deciding is a table. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hd_bridge.decide.passed_on import PassedOn
from hd_bridge.model import Contact, Email, Match, Trace
from hd_bridge.policy import Choices, MailboxPolicy, Policy
from hd_bridge.views import Counts, KnownConversation
from hd_bridge.views_guard import Breaker, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``matches`` are the conversations that the mail points at, strongest proof first, each in ``known``.

    ``arrived`` is the mail server's date (IMAP INTERNALDATE). ``new_conversation`` and ``page_url`` are what a new
    conversation would get. ``chosen`` are what rules chose, ``choices`` the same settled with the tracker's names.
    """

    now: datetime
    arrived: datetime
    mailbox: MailboxPolicy
    place: str = ""
    also_at: str | None = None
    truncated: bool = False
    vouched: bool = False
    own_loop: str | None = None
    redmine_notice: str | None = None
    passed_on: PassedOn | None = None
    matches: tuple[Match, ...] = ()
    known: tuple[KnownConversation, ...] = ()
    contact: Contact | None = None
    chosen: Choices = field(default_factory=Choices)
    choices: Choices = field(default_factory=Choices)
    choice_trail: tuple[Trace, ...] = ()
    counts: Counts = field(default_factory=Counts)
    standing: Standing = field(default_factory=Standing)
    breakers: tuple[Breaker, ...] = ()
    new_conversation: str = ""
    page_url: str = ""
    site_open: bool = True

    def conversation(self, id: str) -> KnownConversation:
        """The conversation of a match."""
        return next(known for known in self.known if known.id == id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail on the table: the mail, what is known, and how this installation wants it."""

    email: Email
    facts: Facts
    policy: Policy

    @property
    def sender(self) -> str:
        """The sender's address, empty where the mail names none."""
        return self.email.sender.email if self.email.sender else ""
