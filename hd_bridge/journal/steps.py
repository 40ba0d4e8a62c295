"""The journal's steps: claimed by one worker each, done, asked about, or held for a person. Touches the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from hd_bridge.errors import Doubtful
from hd_bridge.journal.codec import step_from_json
from hd_bridge.journal.letters import read_letter, write_letter
from hd_bridge.journal.lost import give_back
from hd_bridge.journal.news import STRAND, of_strand
from hd_bridge.journal.queue import advance, drop_waiting, insert_steps, reconsider, unblock, wake
from hd_bridge.journal.record import record_effects, record_events
from hd_bridge.journal.store import Store
from hd_bridge.journal.summaries import read_steps
from hd_bridge.journal.tables import IN_HAND, conversations, is_one_of, steps
from hd_bridge.prepared import Prepared
from hd_bridge.views import StepSummary
from hd_bridge.work import UNFINISHED, Claim, Effects, Event, Letter, PublishPage, SendLetter, State, Step, Wanted

LET_GO = {"worker": None, "lease_ends": None, "wakes": None}
CLAIMED = [steps.c[name] for name in ("payload", "worker", "tries", "in_doubt", "rest_until", "memo", "conversation")]

_ONE = steps.c.key == sa.bindparam("step")
_TICKET = Prepared(sa.select(conversations.c.ticket).where(conversations.c.id == sa.bindparam("talk")))
_DOING = Prepared(
    sa.update(steps)
    .where(_ONE, steps.c.worker == sa.bindparam("by"), is_one_of(steps.c.state, IN_HAND))
    .values(state=State.DOING, rest_until=sa.bindparam("until", type_=steps.c.rest_until.type))
)
_MEMO = Prepared(sa.select(steps.c.memo, steps.c.worker).where(_ONE).with_for_update())
_REMEMBER = Prepared(sa.update(steps).where(_ONE).values(memo=sa.bindparam("told", type_=steps.c.memo.type)))
_FINISH = Prepared(
    sa.update(steps)
    .where(_ONE, steps.c.state != State.DONE)
    .values(LET_GO | {"state": State.DONE, "awaits": None, "in_doubt": False})
    .values(ended_at=sa.bindparam("now", type_=steps.c.ended_at.type), why=sa.bindparam("note"))
    .returning(steps.c.lane, steps.c.conversation)
)


class SqlSteps(Store):
    """The port ``Steps``."""

    def claim(self, wanted: Wanted, now: datetime) -> Claim | None:
        with self._writing(lazy=True, shared=True) as db:
            return _take(db, wanted, now)

    def doing(self, key: str, worker: str, now: datetime, rest_until: datetime) -> None:
        with self._writing(shared=True) as db:
            if _DOING.run(db, step=key, by=worker, until=rest_until) != 1:
                raise Doubtful(f"the claim on {key} was lost to another worker")

    def remember(self, key: str, memo: Mapping[str, str], *, worker: str | None = None) -> None:
        with self._writing(lazy=True, shared=True) as db:
            row = _MEMO.first(db, step=key)
            known = (row.memo if row else None) or {}
            mine = row is not None and worker in (None, row.worker)
            told = known | dict(memo) if mine else dict(memo) | {name: text for name, text in known.items() if text}
            _REMEMBER.run(db, step=key, told=told)

    def finish(
        self, key: str, now: datetime, effects: Effects, *, lasting: bool = True, then: Wanted | None = None
    ) -> Claim | None:
        """Whatever became of the claim meanwhile: what is done is done. Again is harmless."""
        with self._writing(lazy=not lasting) as db:
            row = _FINISH.first(db, step=key, now=now, note=effects.note)
            if row:
                record_effects(db, row.conversation, effects, now)
                advance(db, unblock(db, key) | {row.lane})
            return _take(db, then, now) if then else None

    def again(self, key: str, at: datetime, why: str, *, worker: str | None = None) -> None:
        """A doubt of an earlier call stays, unless this try has called again: that comes only after asking."""
        doubt = sa.and_(steps.c.in_doubt, steps.c.state != State.DOING)
        self._put_off(key, worker, {"state": State.WAITING, "wakes": at, "in_doubt": doubt, "why": why})

    def rest(self, key: str, until: datetime, why: str, *, worker: str | None = None) -> None:
        """What never came to a call is in no doubt. Until when a call may be running is ``doing``'s word: told anew
        here, a call that was asked about early would be repeated while it still runs."""
        doubt = sa.or_(steps.c.in_doubt, steps.c.state == State.DOING)
        self._put_off(key, worker, {"state": State.RESTING, "wakes": until, "in_doubt": doubt, "why": why})

    def _put_off(self, key: str, worker: str | None, told: dict[str, Any]) -> None:
        with self._writing(lazy=worker is not None) as db:
            row = _move(db, key, _may_tell(worker), told)
            if row:
                advance(db, _freed(db, key, row.kind) | {row.lane})

    def hold(self, key: str, why: str, effects: Effects | None = None, *, worker: str | None = None) -> None:
        now = self._clock()
        held = {"state": State.HELD, "ended_at": now, "why": why}
        with self._writing(lazy=worker is not None) as db:
            row = _move(db, key, _may_tell(worker), held)
            if row:
                record_effects(db, row.conversation, effects or Effects(), now)
                advance(db, _freed(db, key, row.kind) | {row.lane})

    def drop(self, key: str, why: str, *, worker: str | None = None) -> None:
        now = self._clock()
        # Dropped in the middle of a call it may have happened: the governor counts it as if it had.
        doubt = sa.or_(steps.c.in_doubt, steps.c.state == State.DOING)
        dropped = {"state": State.DROPPED, "ended_at": now, "awaits": None, "in_doubt": doubt, "why": why}
        with self._writing(lazy=worker is not None) as db:
            row = _move(db, key, _may_tell(worker, State.HELD), dropped)
            if row:
                reconsider(db, key)
                freed = _freed(db, key, row.kind)
                advance(db, drop_waiting(db, key, now) | freed | {row.lane})

    def release(self, key: str, now: datetime) -> bool:
        """It takes its old place in its lane: what follows it there and was not begun stands behind it again.

        Nobody can be asked whether a letter arrived: whoever releases one has answered that.
        """
        doubt = sa.and_(steps.c.in_doubt, steps.c.kind != SendLetter.__name__)
        told = {"state": State.WAITING, "ended_at": None, "in_doubt": doubt}
        with self._writing() as db:
            row = _move(db, key, steps.c.state == State.HELD, told)
            if row is None:
                return False
            in_lane = sa.and_(steps.c.lane == row.lane, is_one_of(steps.c.state, UNFINISHED))
            db.execute(sa.update(steps).where(in_lane, steps.c.state == State.DUE).values(state=State.WAITING))
            advance(db, {row.lane})
            return True

    def add(self, steps: Sequence[Step], events: Sequence[Event] = ()) -> None:
        with self._writing() as db:
            record_events(db, events)
            insert_steps(db, steps, self._clock())

    def recover(self, now: datetime, *, alone: bool = False, strand: str | None = None) -> int:
        in_hand = steps.c.lease_ends.is_not(None)
        lost = in_hand if alone else sa.and_(in_hand, of_strand(strand)) if strand else steps.c.lease_ends <= now
        with self._writing(lazy=True) as db:
            return give_back(db, lost, now)

    def strands(self, now: datetime, doors: frozenset[str], limit: int) -> tuple[str, ...]:
        due = sa.and_(steps.c.state == State.DUE, steps.c.door.not_in(sorted(doors)))
        oldest = sa.select(STRAND).where(due).group_by(STRAND).order_by(sa.func.min(steps.c.seq)).limit(limit)
        with self._writing(lazy=True, shared=True) as db:
            wake(db, now)
            return tuple(db.execute(oldest).scalars())

    def letter(self, key: str) -> Letter | None:
        with self._reading() as db:
            return read_letter(db, key)

    def store_letter(self, key: str, letter: Letter) -> Letter:
        with self._writing(lazy=True, shared=True) as db:
            return write_letter(db, key, letter, self._clock())

    def next_due(self, now: datetime) -> datetime | None:
        """Never before ``now``: what should have come due already is due now."""
        asleep = sa.and_(steps.c.wakes.is_not(None), steps.c.awaits.is_(None))
        with self._reading() as db:
            earliest = db.execute(sa.select(steps.c.wakes).where(asleep).order_by(steps.c.wakes).limit(1)).scalar()
        return None if earliest is None else max(earliest, now)

    def steps(self, *, conversation: str | None, states: Sequence[State], limit: int) -> tuple[StepSummary, ...]:
        with self._reading() as db:
            return read_steps(db, conversation, states, limit)


def _may_tell(worker: str | None, *more: State) -> sa.ColumnElement[bool]:
    """Whose word counts: anybody's on a step on its way; a worker's only while the claim is theirs. One that lost
    it would end a call of the next, and the step would be done twice."""
    on_its_way = is_one_of(steps.c.state, (*UNFINISHED, *more))
    return on_its_way if worker is None else sa.and_(on_its_way, steps.c.worker == worker)


def _move(db: sa.Connection, key: str, may: sa.ColumnElement[bool], told: dict[str, Any]) -> sa.Row[Any] | None:
    """A step leaves the hands of its worker; its lane, conversation and kind, or nothing if it may not move so."""
    moved = sa.update(steps).where(steps.c.key == key, may).values(LET_GO | told)
    return db.execute(moved.returning(steps.c.lane, steps.c.conversation, steps.c.kind)).first()


def _freed(db: sa.Connection, key: str, kind: str) -> set[str]:
    """A page that cannot be made now keeps no letter waiting. The lanes of those that waited for it."""
    return unblock(db, key) if kind == PublishPage.__name__ else set()


def _take(db: sa.Connection, wanted: Wanted, now: datetime) -> Claim | None:
    """The oldest step that is due becomes this worker's."""
    asked: dict[str, object] = {f"door{i}": door for i, door in enumerate(sorted(wanted.doors))}
    asked |= {} if wanted.strand is None else {"strand": wanted.strand}
    wake(db, now)
    taking = _taking(len(wanted.doors), wanted.strand is not None)
    row = taking.first(db, by=wanted.worker, ends=now + wanted.lease, **asked)
    return _claim(row, _TICKET.scalar(db, talk=row.conversation)) if row else None


@cache
def _taking(doors: int, in_strand: bool) -> Prepared:
    """The oldest step that is due and needs none of so many doors becomes somebody's."""
    oldest = sa.select(steps.c.seq).where(steps.c.state == State.DUE)
    oldest = oldest.where(*(steps.c.door != sa.bindparam(f"door{i}") for i in range(doors)))
    oldest = oldest.where(of_strand(sa.bindparam("strand"))) if in_strand else oldest
    # Who claims at the same time passes over the row that another is about to have (SQLite has no such moment).
    first = oldest.order_by(steps.c.seq).limit(1).with_for_update(skip_locked=True)
    mine = steps.c.seq == first.scalar_subquery()
    taken = {
        "state": State.CLAIMED,
        "worker": sa.bindparam("by"),
        "lease_ends": sa.bindparam("ends", type_=steps.c.lease_ends.type),
        "tries": steps.c.tries + 1,
    }
    return Prepared(sa.update(steps).where(mine, steps.c.state == State.DUE).values(taken).returning(*CLAIMED))


def _claim(row: Any, ticket: int | None) -> Claim:
    return Claim(
        step=step_from_json(row.payload),
        worker=row.worker,
        tries=row.tries,
        in_doubt=row.in_doubt,
        rest_until=row.rest_until,
        ticket=ticket,
        memo=row.memo,
    )
