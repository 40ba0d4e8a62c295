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
from hd_bridge.work import UNFINISHED, ReadNote, SendLetter, State, Step

AFTER_SLASH = "0"  # the sign that follows "/"
LET_GO = {"worker": None, "lease_ends": None, "wakes": None, "awaits": None}
# Until the call itself is written down a worker has sent nothing, and will find that the letter is not theirs any more.
MAY_CANCEL = (*(state for state in UNFINISHED if state is not State.DOING), State.HELD)

# A note that is read by a worker may be a letter already, which can be cancelled by itself.
MAY_CANCEL_NOTE = tuple(state for state in MAY_CANCEL if state is not State.CLAIMED)

_TALKS = ("ticket", "language", "mailbox", "address")
_ALL = sa.select(
    steps,
    *(conversations.c[name].label(f"talk_{name}") for name in _TALKS),
    conversations.c.subject.label("about"),
    letters.c.subject,
    letters.c.message_id,
).select_from(TALK.outerjoin(letters, letters.c.step == steps.c.key))
_LETTER, _NOTE = steps.c.kind == SendLetter.__name__, steps.c.kind == ReadNote.__name__


def _in(state: State) -> sa.ColumnElement[bool]:
    """Letters, and agents' notes on their way to be one: such a note that is done is nothing any more."""
    return _LETTER if state is State.DONE else sa.or_(_LETTER, _NOTE)


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
        wanted = dict.fromkeys(states)
        each = [_ALL.where(steps.c.state == state, _in(state)).order_by(order).limit(limit) for state in wanted]
        with self._reading() as db:
            rows = sorted((row for query in each for row in db.execute(query)), key=lambda row: row.seq)
        return tuple(map(_letter, rows[-limit:] if newest else rows[:limit]))

    def letter_steps(self, prefix: str) -> tuple[LetterSummary, ...]:
        begins = steps.c.key.between(prefix, prefix + chr(0x10FFFF))
        open_note = sa.and_(_NOTE, steps.c.state != State.DONE)
        mine = _ALL.where(begins, sa.or_(_LETTER, open_note)).order_by(steps.c.seq).limit(2)
        with self._reading() as db:
            return tuple(map(_letter, db.execute(mine)))

    def hurry(self, key: str) -> bool:
        asleep = sa.and_(steps.c.key == key, steps.c.state == State.WAITING, steps.c.wakes.is_not(None))
        with self._writing() as db:
            moved = sa.update(steps).where(asleep).values(wakes=None).returning(steps.c.lane)
            lane = db.execute(moved).scalar()
            advance(db, [lane] if lane else [])
        return lane is not None

    def cancel(self, key: str, why: str) -> bool:
        now = self._clock()
        letter = sa.and_(_LETTER, is_one_of(steps.c.state, MAY_CANCEL))
        note = sa.and_(_NOTE, is_one_of(steps.c.state, MAY_CANCEL_NOTE))
        mine = sa.and_(steps.c.key == key, sa.or_(letter, note))
        dropped = LET_GO | {"state": State.DROPPED, "ended_at": now, "why": why}
        with self._writing() as db:
            lane = db.execute(sa.update(steps).where(mine).values(dropped).returning(steps.c.lane)).scalar()
            if lane is not None:
                advance(db, drop_waiting(db, key, now) | {lane})
        return lane is not None


def _letter(row: Any) -> LetterSummary:
    step = step_from_json(row.payload)
    letter = step if isinstance(step, SendLetter) else None
    return LetterSummary(
        key=row.key,
        kind=letter.kind if letter else "note",
        template=letter.template if letter else "answer",
        language=letter.language if letter else row.talk_language or "",
        mailbox=letter.mailbox if letter else row.talk_mailbox or "",
        to=letter.to if letter else tuple(filter(None, (row.talk_address,))),
        automatic=letter is not None and letter.automatic,
        state=row.state,
        ticket=row.talk_ticket,
        subject=row.subject or row.about or "",
        message_id=row.message_id,
        tries=row.tries,
        why=row.why,
        created_at=row.created_at,
        after=row.awaits,
        due=row.wakes or row.due,
        ended_at=row.ended_at,
    )
