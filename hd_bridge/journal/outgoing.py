"""Letters on their way as people see them, and what they may do to one. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.codec import step_from_json
from hd_bridge.journal.queue import advance, drop_waiting
from hd_bridge.journal.store import Store
from hd_bridge.journal.summaries import TALK, step_summary
from hd_bridge.journal.tables import conversations, is_one_of, letters, steps
from hd_bridge.views import LetterSummary, StepSummary
from hd_bridge.work import UNFINISHED, SendLetter, State, Step

AFTER_SLASH = "0"  # the sign that follows "/"
LET_GO = {"worker": None, "lease_ends": None, "wakes": None, "awaits": None}
# Until the call itself is written down a worker has sent nothing, and will find that the letter is not theirs any more.
MAY_CANCEL = (*(state for state in UNFINISHED if state is not State.DOING), State.HELD)

_LETTERS = (
    sa.select(
        steps, conversations.c.ticket, conversations.c.subject.label("about"), letters.c.subject, letters.c.message_id
    )
    .select_from(TALK.outerjoin(letters, letters.c.step == steps.c.key))
    .where(steps.c.kind == SendLetter.__name__)
)


class SqlOutgoing(Store):
    """The port ``Outgoing``."""

    def step(self, key: str) -> Step | None:
        with self._reading() as db:
            payload = db.execute(sa.select(steps.c.payload).where(steps.c.key == key)).scalar()
        return step_from_json(payload) if payload else None

    def steps_from(self, source: str) -> tuple[StepSummary, ...]:
        theirs = steps.c.key.between(f"{source}/", f"{source}{AFTER_SLASH}")
        wanted = sa.select(steps, conversations.c.ticket).select_from(TALK).where(theirs).order_by(steps.c.seq)
        with self._reading() as db:
            return tuple(map(step_summary, db.execute(wanted)))

    def letters(self, states: Sequence[State], limit: int, *, newest: bool = False) -> tuple[LetterSummary, ...]:
        """One state after the other, because only so an index hands them out in order."""
        order = steps.c.seq.desc() if newest else steps.c.seq
        each = [_LETTERS.where(steps.c.state == state).order_by(order).limit(limit) for state in dict.fromkeys(states)]
        with self._reading() as db:
            rows = sorted((row for query in each for row in db.execute(query)), key=lambda row: row.seq)
        return tuple(map(_letter, rows[-limit:] if newest else rows[:limit]))

    def letter_steps(self, prefix: str) -> tuple[LetterSummary, ...]:
        begins = steps.c.key.between(prefix, prefix + chr(0x10FFFF))
        with self._reading() as db:
            return tuple(map(_letter, db.execute(_LETTERS.where(begins).order_by(steps.c.seq).limit(2))))

    def hurry(self, key: str) -> bool:
        asleep = sa.and_(steps.c.key == key, steps.c.state == State.WAITING, steps.c.wakes.is_not(None))
        with self._writing() as db:
            moved = sa.update(steps).where(asleep).values(wakes=None).returning(steps.c.lane)
            lane = db.execute(moved).scalar()
            advance(db, [lane] if lane else [])
        return lane is not None

    def cancel(self, key: str, why: str) -> bool:
        now = self._clock()
        mine = sa.and_(steps.c.key == key, steps.c.kind == SendLetter.__name__, is_one_of(steps.c.state, MAY_CANCEL))
        dropped = LET_GO | {"state": State.DROPPED, "ended_at": now, "why": why}
        with self._writing() as db:
            lane = db.execute(sa.update(steps).where(mine).values(dropped).returning(steps.c.lane)).scalar()
            if lane is not None:
                advance(db, drop_waiting(db, key, now) | {lane})
        return lane is not None


def _letter(row: Any) -> LetterSummary:
    step = step_from_json(row.payload)
    assert isinstance(step, SendLetter), "only letters are asked for"
    return LetterSummary(
        key=row.key,
        kind=step.kind,
        template=step.template,
        language=step.language,
        mailbox=step.mailbox,
        to=step.to,
        automatic=step.automatic,
        state=row.state,
        ticket=row.ticket,
        subject=row.subject or row.about or "",
        message_id=row.message_id,
        tries=row.tries,
        why=row.why,
        created_at=row.created_at,
        after=row.awaits,
        due=row.wakes or row.due,
        ended_at=row.ended_at,
    )
