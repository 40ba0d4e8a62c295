"""What the journal tells of a ticket as the tracker showed it last. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

# The tracker tells whole seconds: a ticket read so soon after its change may change again in the same second. How soon
# is judged by our own clock alone, from the first time we met that change: the tracker's clock may be elsewhere.
RACY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket as it was last seen; ``racy`` if another write may hide in the same second (redmine.md A3).

    ``read_on`` is the tracker's time of the newest change when it was last read whole; ``None``: never yet. Of its
    notes ``notes`` were public then, ``hidden`` were private.
    """

    number: int
    conversation: str | None
    project: str
    tracker: str
    subject: str
    status: str
    closed: bool
    priority: str
    category: str | None
    assignee: str | None
    due_date: date | None
    updated_on: datetime
    closed_on: datetime | None = None
    racy: bool = False
    read_on: datetime | None = None
    notes: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
