"""How steps move: into their lanes, forward when their turn has come, away when they are dropped. Touches the disk.

A step is ``due`` when nothing holds it back any more: the step it waits for is done, its time has come, it is the
first of its lane that is on its way, and no other of its lane is in somebody's hands. ``advance`` is the only place
that says so; whatever may have freed a lane calls it. So a claim need not look at lanes at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from hd_bridge.journal import news
from hd_bridge.journal.codec import step_to_json
from hd_bridge.journal.dialect import be_alone
from hd_bridge.journal.subjects import normalised
from hd_bridge.journal.tables import TAKEN, automatic_letters, conversations, is_one_of, mails, steps
from hd_bridge.prepared import Prepared, fresh
from hd_bridge.steps import CAUSED_BY_PERSONS
from hd_bridge.work import UNFINISHED, AddNote, OpenTicket, ReadNote, SendLetter, State, Step, door_of

WAITED_IN_VAIN = "the step that it waited for was dropped"

_PLANNED = ("key", "kind", "door", "lane", "conversation", "payload", "state", "awaits", "due", "wakes", "why")
_INSERT = fresh(steps, "key", columns=(*_PLANNED, "created_at", "ended_at"), returning="seq")
_OPENS = Prepared(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("talk"), conversations.c.opened_step.is_(None))
    .values(opened_step=sa.bindparam("step"))
)
_STATE = Prepared(sa.select(steps.c.state).where(steps.c.key == sa.bindparam("step")))
_SUBJECT_OF_MAIL = Prepared(sa.select(mails.c.subject).where(mails.c.key == sa.bindparam("mail")))
_SUBJECT = Prepared(sa.select(conversations.c.subject).where(conversations.c.id == sa.bindparam("talk")))
_COUNTED = Prepared(sa.insert(automatic_letters), ("step", "address", "subject", "mailbox", "planned_at"))


def insert_steps(db: sa.Connection, planned: Sequence[Step], now: datetime) -> None:
    """Keep steps that are not known yet, in the order given, and let those go whose turn it is."""
    lanes = {step.lane for step in planned if _insert_step(db, step, now)}
    advance(db, lanes)


def _insert_step(db: sa.Connection, step: Step, now: datetime) -> bool:
    before = _state_of(db, step.after)
    dropped = before == State.DROPPED
    held = "" if dropped or not isinstance(step, ReadNote) else step.held
    row = {
        "key": step.key,
        "kind": type(step).__name__,
        "door": door_of(step),
        "lane": step.lane,
        "conversation": step.conversation,
        "payload": step_to_json(step),
        "state": State.DROPPED if dropped else State.HELD if held else State.WAITING,
        "awaits": None if dropped or before == State.DONE else step.after,
        "due": step.due,
        "wakes": None if dropped or held else step.due,
        "why": WAITED_IN_VAIN if dropped else held,
        "created_at": now,
        "ended_at": now if dropped or held else None,
    }
    seq = _INSERT.scalar(db, **row)
    if seq is None:
        return False
    if isinstance(step, SendLetter) and step.automatic and step.kind not in CAUSED_BY_PERSONS:
        _count_letter(db, seq, step, now)
    if isinstance(step, OpenTicket):
        _OPENS.run(db, talk=step.conversation, step=step.key)
    return True


def _state_of(db: sa.Connection, key: str | None) -> str | None:
    return None if key is None else cast(str | None, _STATE.scalar(db, step=key))


def _count_letter(db: sa.Connection, seq: int, step: SendLetter, now: datetime) -> None:
    """The governor counts a letter from the moment it is planned: later would let a burst through."""
    answered = _SUBJECT_OF_MAIL.scalar(db, mail=step.mail) or _SUBJECT.scalar(db, talk=step.conversation)
    subject = normalised(answered or "")
    for address in dict.fromkeys(step.to):
        _COUNTED.run(db, step=seq, address=address, subject=subject, mailbox=step.mailbox, planned_at=now)


def _heads_of_lanes() -> sa.Update:
    other = steps.alias("other")
    lane = sa.bindparam("of_lane", type_=steps.c.lane.type)
    in_lane = sa.and_(other.c.lane == lane, is_one_of(other.c.state, UNFINISHED))
    taken = sa.exists().where(other.c.lane == lane, is_one_of(other.c.state, TAKEN))
    free = sa.and_(
        steps.c.seq == sa.select(sa.func.min(other.c.seq)).where(in_lane).scalar_subquery(),
        steps.c.state == State.WAITING,
        steps.c.awaits.is_(None),
        steps.c.wakes.is_(None),
        ~taken,
    )
    return sa.update(steps).where(free).values(state=State.DUE)


ADVANCE = Prepared(_heads_of_lanes())
_TIME_HAS_COME = steps.c.wakes <= sa.bindparam("now", type_=steps.c.wakes.type)
_ASLEEP = Prepared(sa.select(steps.c.seq).where(_TIME_HAS_COME).limit(1))
_WAKE = Prepared(sa.update(steps).where(_TIME_HAS_COME).values(state=State.WAITING, wakes=None).returning(steps.c.lane))
_UNBLOCK = Prepared(
    sa.update(steps).where(steps.c.awaits == sa.bindparam("step")).values(awaits=None).returning(steps.c.lane)
)


def advance(db: sa.Connection, lanes: Iterable[str]) -> None:
    """In each lane the first step on its way is due, unless it waits or another is in somebody's hands."""
    rows = [{"of_lane": lane} for lane in lanes]
    if rows:
        ADVANCE.each(db, rows)
        news.moved(db, (row["of_lane"] for row in rows))


def wake(db: sa.Connection, now: datetime) -> None:
    """Steps whose time has come wait for nothing but their turn; those that rested stay in doubt. First thing in a
    transaction."""
    if _ASLEEP.first(db, now=now) is not None:
        be_alone(db)
        advance(db, set(_WAKE.scalars(db, now=now)))


def unblock(db: sa.Connection, key: str) -> set[str]:
    """A step is done: who waited for it waits no more. Their lanes."""
    return set(_UNBLOCK.scalars(db, step=key))


def reconsider(db: sa.Connection, key: str) -> None:
    """Mails that were to be added to a ticket which a person lets go unopened: each is decided anew, or it would
    vanish with somebody else's."""
    decide_anew(db, sa.and_(steps.c.awaits == key, steps.c.kind == AddNote.__name__))


def decide_anew(db: sa.Connection, notes: sa.ColumnElement[bool]) -> set[str]:
    """Mails that are undecided again, by their steps, which are forgotten with what waits for them: their next plan has
    the same keys, and a step that was dropped is never done. The lanes."""
    lanes: set[str] = set()
    for row in db.execute(sa.select(steps.c.key, steps.c.payload).where(notes)).all():
        undecided = sa.update(mails).where(mails.c.key == row.payload["mail"]).values(verdict=None)
        if db.execute(undecided).rowcount == 0:
            continue
        forgotten = sa.delete(steps).where(sa.or_(steps.c.key == row.key, steps.c.awaits == row.key))
        lanes.update(db.execute(forgotten.returning(steps.c.lane)).scalars())
        news.arrived(db)
    return lanes


def drop_waiting(db: sa.Connection, key: str, now: datetime) -> set[str]:
    """A step was dropped: so are those that wait for it, and those that wait for them. Their lanes."""
    lanes: set[str] = set()
    gone = [key]
    ending = {"state": State.DROPPED, "awaits": None, "wakes": None, "why": WAITED_IN_VAIN, "ended_at": now}
    while gone:
        waiting = sa.update(steps).where(steps.c.awaits.in_(gone)).values(ending)
        rows = db.execute(waiting.returning(steps.c.key, steps.c.lane)).all()
        gone = [row.key for row in rows]
        lanes.update(row.lane for row in rows)
    return lanes
