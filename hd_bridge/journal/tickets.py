"""Snapshots of tickets: how each was when it was last looked at, and which notes were seen on it. Touches the disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.dialect import MOST_PARAMETERS
from hd_bridge.journal.relating import keep_relations
from hd_bridge.journal.tables import conversations, seen_notes, tickets
from hd_bridge.model import Ticket
from hd_bridge.prepared import Prepared, upsert
from hd_bridge.views_ticket import RACY, TicketRow

_MET = Prepared(sa.select(tickets.c.updated_on, tickets.c.seen_at).where(tickets.c.number == sa.bindparam("ticket")))
_READ_ON = Prepared(sa.select(tickets.c.read_on).where(tickets.c.number == sa.bindparam("ticket")))
_KEEP = upsert(tickets, "number", columns=tickets.columns.keys())
_SEEN = upsert(seen_notes, "ticket", "note", columns=("ticket", "note", "private"))
_READ = Prepared(sa.select(tickets).where(tickets.c.number == sa.bindparam("ticket")))
_OWNER = Prepared(
    sa.select(conversations.c.id)
    .where(conversations.c.ticket == sa.bindparam("number"))
    .order_by(conversations.c.opened_at.desc())
    .limit(1)
)
_NOTES = Prepared(sa.select(seen_notes).where(seen_notes.c.ticket == sa.bindparam("number")))


def keep_seen(db: sa.Connection, ticket: Ticket, now: datetime) -> None:
    """The ticket was read whole, with its notes. A private one may be made public: that it was private is kept."""
    met = _met(db, ticket, now)
    _keep(db, ticket, met, racy=now - met < RACY, read_on=ticket.updated_on)
    keep_relations(db, ticket)
    rows = [{"ticket": ticket.number, "note": note.id, "private": note.private} for note in ticket.notes]
    if rows:
        _SEEN.each(db, rows)


def keep_read_back(db: sa.Connection, ticket: Ticket, now: datetime) -> None:
    """The ticket was read back after a write of ours: what others wrote meanwhile was not looked at.

    Were it not racy, the watch would take an agent's note of that second for known, and nobody would get it.
    """
    _keep(db, ticket, _met(db, ticket, now), racy=True, read_on=_READ_ON.scalar(db, ticket=ticket.number))


def _met(db: sa.Connection, ticket: Ticket, now: datetime) -> datetime:
    """When this change of the ticket was first met; not later than now, where the clock was set back since."""
    row = _MET.first(db, ticket=ticket.number)
    return min(row.seen_at, now) if row is not None and row.updated_on == ticket.updated_on else now


def _keep(db: sa.Connection, ticket: Ticket, met: datetime, *, racy: bool, read_on: datetime | None) -> None:
    row = {
        "number": ticket.number,
        "project": ticket.project,
        "tracker": ticket.tracker,
        "subject": ticket.subject,
        "status": ticket.status,
        "closed": ticket.closed,
        "priority": ticket.priority,
        "category": ticket.category,
        "assignee": ticket.assignee,
        "due_date": ticket.due_date,
        "updated_on": ticket.updated_on,
        "closed_on": ticket.closed_on,
        "racy": racy,
        "seen_at": met,
        "read_on": read_on,
        "missing_since": None,
    }
    _KEEP.run(db, **row)


def row_of(db: sa.Connection, number: int) -> TicketRow | None:
    """The snapshot of one ticket, if there is one."""
    row = _READ.first(db, ticket=number)
    if row is None:
        return None
    return ticket_row(row, _OWNER.scalar(db, number=number), _NOTES.rows(db, number=number))


def rows_of(db: sa.Connection, numbers: Sequence[int]) -> dict[int, TicketRow]:
    """The snapshots of these tickets, as far as there are any."""
    found: dict[int, TicketRow] = {}
    for some in batches(list(dict.fromkeys(numbers))):
        owners = _conversations(db, some)
        notes = _notes(db, some)
        for row in db.execute(sa.select(tickets).where(tickets.c.number.in_(some))):
            found[row.number] = ticket_row(row, owners.get(row.number), notes[row.number])
    return found


def batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Pieces that fit into one statement."""
    for start in range(0, len(numbers), MOST_PARAMETERS):
        yield numbers[start : start + MOST_PARAMETERS]


def _conversations(db: sa.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Whose ticket it is; of two (a tracker that was restored gives numbers again) the newer."""
    owner = sa.select(conversations.c.ticket, conversations.c.id).where(conversations.c.ticket.in_(numbers))
    return {row.ticket: row.id for row in db.execute(owner.order_by(conversations.c.opened_at))}


def _notes(db: sa.Connection, numbers: Sequence[int]) -> dict[int, list[Any]]:
    notes: dict[int, list[Any]] = defaultdict(list)
    for row in db.execute(sa.select(seen_notes).where(seen_notes.c.ticket.in_(numbers))):
        notes[row.ticket].append(row)
    return notes


def ticket_row(row: Any, conversation: str | None, seen: Sequence[Any] = ()) -> TicketRow:
    """A snapshot from a row of the table; where nobody asks for the notes that were seen, without them."""
    return TicketRow(
        number=row.number,
        conversation=conversation,
        project=row.project,
        tracker=row.tracker,
        subject=row.subject,
        status=row.status,
        closed=row.closed,
        priority=row.priority,
        category=row.category,
        assignee=row.assignee,
        due_date=row.due_date,
        updated_on=row.updated_on,
        closed_on=row.closed_on,
        racy=row.racy,
        read_on=row.read_on,
        notes=frozenset(note.note for note in seen if not note.private),
        hidden=frozenset(note.note for note in seen if note.private),
    )
