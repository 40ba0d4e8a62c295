"""Open tickets and the issues of other people that they wait for, as rounds look at them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from hd_bridge.views import KnownConversation
from hd_bridge.views_answers import Exchange

US, CUSTOMER = "us", "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """An open ticket on which ``who`` is awaited ("us" or "customer"): since the oldest mail that was not answered, or
    since our last answer."""

    ticket: int
    who: str
    since: datetime
    subject: str
    status: str
    assignee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An open ticket of ours as it was last seen: the time of its last change, and to which tickets it is related."""

    number: int
    updated_on: datetime
    related: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A ticket of ours that the tracker does not show us any more: deleted, or moved out of our sight."""

    number: int
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A ticket that is no conversation and to which some of ours are related, as it was last seen."""

    number: int
    project: str
    subject: str
    closed: bool
    closed_on: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A conversation whose ticket is related to an issue, ``since`` when (the tracker's time)."""

    conversation: KnownConversation
    since: datetime
    exchange: Exchange = field(default_factory=Exchange)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """An issue that was closed, and all who waited for it then."""

    issue: Issue
    waiters: tuple[Waiter, ...] = ()

    @property
    def source(self) -> str:
        """What keys of steps begin with: an issue that is opened and closed again is another closing."""
        at = f"{self.issue.closed_on:%Y%m%dT%H%M%S}" if self.issue.closed_on else "closed"
        return f"issue-{self.issue.number}-{at}"
