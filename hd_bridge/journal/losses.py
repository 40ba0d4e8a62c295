"""The journal when something was lost: how far it goes, and what of it must be done again. Touches the disk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.queue import advance
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import conversations, events, is_one_of, mails, meta, seen_notes, steps, tickets
from hd_bridge.prepared import Prepared, upsert
from hd_bridge.views import DatedMail, Opening, Talk, TrackerStep
from hd_bridge.work import UNFINISHED, State

TRACKER, OUTBOX = "tracker", "outbox"
SETTLED = "settled"  # meta: how far the journal is known to be on the disk

_END = {
    column: Prepared(sa.select(sa.func.coalesce(sa.func.max(column), 0).label("end")))
    for column in (mails.c.id, steps.c.seq, events.c.id)
}
_META = Prepared(sa.select(meta.c.value).where(meta.c.key == sa.bindparam("of")))
_SET_META = upsert(meta, "key", columns=("key", "value"))


class SqlLosses(Store):
    """The port ``Losses``."""

    def sequence(self) -> int:
        """What is noted outside of the journal must not be lost in it. Every lazy commit before this one goes to the
        disk with it; where nothing came since the last time, there is nothing to write. It never falls, though the
        newest steps may be forgotten (``queue.decide_anew``)."""
        with self._reading() as db:
            end, settled = _end(db)
        if end > settled:
            with self._writing() as db:
                end, settled = _end(db)
                if end > settled:
                    _SET_META.run(db, key=SETTLED, value=str(end))
        return max(end, settled)

    def newest_openings(self, limit: int) -> tuple[Opening, ...]:
        opened = sa.and_(events.c.source == conversations.c.opened_step, events.c.kind == "opened")
        joined = conversations.join(steps, steps.c.key == conversations.c.opened_step).outerjoin(events, opened)
        wanted = sa.select(conversations.c.ticket, steps.c.payload, steps.c.memo, events.c.at).select_from(joined)
        newest = wanted.where(conversations.c.ticket.is_not(None)).order_by(conversations.c.ticket.desc()).limit(limit)
        with self._reading() as db:
            rows = db.execute(newest).all()
        return tuple(
            Opening(number=row.ticket, mail=row.payload["mail"], at=row.at, uploads=row.memo.get("uploads", ""))
            for row in rows
        )

    def dated_mails(self) -> tuple[DatedMail, ...]:
        wanted = sa.select(mails.c.key, mails.c.mailbox, mails.c.internal_date, mails.c.verdict)
        with self._reading() as db:
            rows = db.execute(wanted.order_by(mails.c.internal_date, mails.c.id)).all()
        return tuple(
            DatedMail(key=row.key, mailbox=row.mailbox, internal_date=row.internal_date, verdict=row.verdict)
            for row in rows
        )

    def tracker_steps(self) -> tuple[TrackerStep, ...]:
        joined = steps.outerjoin(conversations, conversations.c.id == steps.c.conversation)
        wanted = sa.select(steps, conversations.c.ticket).select_from(joined)
        through = wanted.where(steps.c.door == TRACKER, steps.c.state != State.DROPPED).order_by(steps.c.seq)
        with self._reading() as db:
            rows = db.execute(through)
            return tuple(
                TrackerStep(
                    key=row.key,
                    kind=row.kind,
                    state=row.state,
                    conversation=row.conversation,
                    mail=row.payload.get("mail"),
                    ticket=row.ticket,
                    ended_at=row.ended_at,
                )
                for row in rows
            )

    def talks(self) -> tuple[Talk, ...]:
        wanted = sa.select(conversations.c.id, conversations.c.opened_step, conversations.c.ticket)
        with self._reading() as db:
            rows = db.execute(wanted.order_by(conversations.c.opened_at, conversations.c.id)).all()
        return tuple(Talk(id=row.id, opened_step=row.opened_step, ticket=row.ticket) for row in rows)

    def do_again(self, lost: Mapping[str, bool], why: str) -> None:
        with self._writing() as db:
            for key, opened in lost.items():
                if opened:
                    _unopen(db, key)
            lanes = {lane for key in lost if (lane := _due_again(db, key, why)) is not None}
            advance(db, lanes)

    def quieten(self, why: str, now: datetime) -> int:
        unfinished = is_one_of(steps.c.state, UNFINISHED)
        idle = {"awaits": None, "wakes": None, "worker": None, "lease_ends": None, "why": why, "ended_at": now}
        automatic = steps.c.payload["automatic"].as_boolean()
        with self._writing() as db:
            quiet = 0
            for which, state in ((automatic, State.DROPPED), (~automatic, State.HELD)):
                letters = sa.update(steps).where(steps.c.door == OUTBOX, unfinished, which).values(state=state, **idle)
                quiet += db.execute(letters).rowcount
            asking = sa.update(steps).where(steps.c.door == TRACKER, unfinished)
            db.execute(asking.values(in_doubt=True))
        return quiet


def _end(db: sa.Connection) -> tuple[int, int]:
    """How far it goes, and how far it was last settled to go."""
    return sum(_END[column].scalar(db) for column in _END), int(_META.scalar(db, of=SETTLED) or 0)


def _unopen(db: sa.Connection, key: str) -> None:
    """The ticket of this opening is not there: its conversation has none, and nothing is known of that number."""
    mine = conversations.c.opened_step == key
    row = db.execute(sa.select(conversations.c.ticket).where(mine)).first()
    db.execute(sa.update(conversations).where(mine).values(ticket=None))
    number = row.ticket if row else None
    others = sa.select(conversations.c.id).where(conversations.c.ticket == number)
    if number is not None and db.execute(others).first() is None:
        # The number is given again, and so are those of its notes: what is remembered of them would hide the new ones.
        db.execute(sa.delete(seen_notes).where(seen_notes.c.ticket == number))
        db.execute(sa.delete(tickets).where(tickets.c.number == number))


def _due_again(db: sa.Connection, key: str, why: str) -> str | None:
    """A done step waits for its turn once more, after the opening of its conversation; its lane."""
    row = db.execute(sa.select(steps.c.conversation, steps.c.lane).where(steps.c.key == key)).first()
    if row is None:
        return None
    opening = sa.select(steps.c.key).join(conversations, conversations.c.opened_step == steps.c.key)
    before = db.execute(
        opening.where(conversations.c.id == row.conversation, conversations.c.ticket.is_(None), steps.c.key != key)
    ).scalar()
    told = {"state": State.WAITING, "awaits": before, "wakes": None, "ended_at": None, "in_doubt": True}
    told |= {"rest_until": None, "tries": 0, "memo": {}, "why": why}
    done = sa.update(steps).where(steps.c.key == key, steps.c.state == State.DONE).values(told)
    if db.execute(done).rowcount != 1:
        return None
    db.execute(sa.delete(events).where(events.c.source == key))  # it will happen at another time, on another ticket
    return str(row.lane)
