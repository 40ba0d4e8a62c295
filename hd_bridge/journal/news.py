"""What a transaction makes ready to be worked on, told within that transaction. Touches the disk.

An engine that hands out work to several processes keeps it in the same database: told in the same transaction, no
work is announced that was rolled back, and none is kept that nobody was told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.tables import steps
from hd_bridge.work import State

LANES, MAIL = "lanes that may have moved", "mails to decide"

# The driver's own connection, the strands that have something due, and whether there are mails to decide.
Tell = Callable[[Any, Sequence[str], bool], None]

# A conversation with all its lanes, or a lane that belongs to none: what one worker does at a time.
STRAND: sa.ColumnElement[str] = sa.func.coalesce(steps.c.conversation, steps.c.lane)


def of_strand(strand: str | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """The steps of one strand, as both indexes can find them."""
    return sa.or_(steps.c.conversation == strand, sa.and_(steps.c.conversation.is_(None), steps.c.lane == strand))


def begin(db: sa.Connection) -> None:
    """A transaction begins, on a connection that may have seen others."""
    db.info[LANES], db.info[MAIL] = set(), False


def moved(db: sa.Connection, lanes: Iterable[str]) -> None:
    """Steps of these lanes may be due now."""
    db.info.setdefault(LANES, set()).update(lanes)


def arrived(db: sa.Connection) -> None:
    """There is a mail to decide, or to decide again."""
    db.info[MAIL] = True


def tell(db: sa.Connection, listener: Tell) -> None:
    """Say what is ready, if anything is; in the transaction that made it so."""
    lanes, mail = sorted(db.info[LANES]), bool(db.info[MAIL])
    due: Sequence[str] = ()
    if lanes:
        ready = sa.select(STRAND).where(steps.c.lane.in_(lanes), steps.c.state == State.DUE).distinct()
        due = db.execute(ready).scalars().all()
    if due or mail:
        listener(db.connection.driver_connection, due, mail)
