"""Steps whose worker died over them: given back, or held when that has happened too often. Touches the disk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.queue import advance
from hd_bridge.journal.tables import IN_HAND, is_one_of, steps
from hd_bridge.work import SendLetter, State

# A step that kills its process would otherwise kill one after the other, for ever. Whatever else was in hand when one
# died is counted too, so this is more than bad luck makes of an innocent one.
MOST_LOSSES = 10
WHY = f"hd-bridge died {MOST_LOSSES} times while it was at work on this; read its log before you release it"


def give_back(db: sa.Connection, lost: sa.ColumnElement[bool], now: datetime) -> int:
    """Claims are due again, what was ``doing`` is in doubt and asked about now; how many.

    A letter whose sending was begun is not held for this: in doubt it is dropped, or sent once again, and a person who
    releases it later would have to know which.
    """
    let_go = {"worker": None, "lease_ends": None, "losses": steps.c.losses + 1}
    begun = sa.and_(steps.c.kind == SendLetter.__name__, steps.c.state == State.DOING)
    worn_out = sa.and_(steps.c.losses + 1 >= MOST_LOSSES, ~begun)
    held = let_go | {"state": State.HELD, "ended_at": now, "why": WHY, "losses": 0}
    doubt = sa.or_(steps.c.in_doubt, steps.c.state == State.DOING)
    asked = let_go | {"state": State.RESTING, "wakes": now, "in_doubt": True}
    ends = _move(db, sa.and_(lost, is_one_of(steps.c.state, IN_HAND), worn_out), held | {"in_doubt": doubt})
    claims = _move(db, sa.and_(lost, steps.c.state == State.CLAIMED), let_go | {"state": State.WAITING})
    calls = _move(db, sa.and_(lost, steps.c.state == State.DOING), asked)
    advance(db, {*ends, *claims})
    return len(ends) + len(claims) + len(calls)


def _move(db: sa.Connection, which: sa.ColumnElement[bool], told: dict[str, Any]) -> list[str]:
    """The lanes of the steps that were moved, one for each."""
    return list(db.execute(sa.update(steps).where(which).values(told).returning(steps.c.lane)).scalars())
