"""A ticket that was deleted in the tracker: its conversation is gone, what was to come onto it is decided anew.
Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa

from hd_bridge.journal.queue import advance, decide_anew
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import conversations, is_one_of, steps
from hd_bridge.work import UNFINISHED, AddNote, State

_ON_THE_WAY = is_one_of(steps.c.state, (*UNFINISHED, State.HELD))


class SqlForsaking(Store):
    """Of the port ``Steps`` what a worker says of a ticket that is not there."""

    def forsake(self, key: str, *, worker: str) -> bool:
        with self._writing() as db:
            mine = sa.select(steps.c.conversation).where(steps.c.key == key, steps.c.worker == worker)
            talk = db.execute(mine).scalar()
            if talk is None:
                return False
            db.execute(sa.update(conversations).where(conversations.c.id == talk).values(gone=True))
            notes = sa.and_(steps.c.conversation == talk, steps.c.kind == AddNote.__name__, _ON_THE_WAY)
            advance(db, decide_anew(db, notes))
            return True
