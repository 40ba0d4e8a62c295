"""To which other tickets a ticket of ours is related, kept when it is read whole. Touches the disk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.tables_following import issues, relations
from hd_bridge.model import Ticket
from hd_bridge.prepared import Prepared, fresh

_KNOWN = Prepared(sa.select(relations.c.other).where(relations.c.ticket == sa.bindparam("number")))
_KEEP = fresh(relations, columns=("ticket", "other", "since"))


def keep_relations(db: sa.Connection, ticket: Ticket) -> None:
    """As they are now. An issue that gains a ticket is to be looked at again, also when it is closed: the relation may
    be older than that."""
    now, known = {one.other for one in ticket.relations}, set(_KNOWN.scalars(db, number=ticket.number))
    if gone := known - now:
        mine = relations.c.ticket == ticket.number
        db.execute(sa.delete(relations).where(mine, relations.c.other.in_(gone)))
    if new := now - known:
        _KEEP.each(db, [{"ticket": ticket.number, "other": one, "since": since(ticket, one)} for one in sorted(new)])
        db.execute(sa.delete(issues).where(issues.c.number.in_(new)))


def since(ticket: Ticket, other: int) -> datetime:
    """When its history says that it was related; else as long as it is there."""
    return max(
        (
            note.created_on
            for note in ticket.notes
            for detail in note.details
            if detail.kind == "relation" and detail.new == str(other)
        ),
        default=ticket.created_on,
    )
