"""The journal's people: contacts, conversations, their tickets, and the letters they got. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from hd_bridge.journal.contacts import contact_of, read_contact
from hd_bridge.journal.conversations import any_conversation, by_message_id, by_ticket, read_conversation
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.record import record_events
from hd_bridge.journal.store import Store
from hd_bridge.journal.subjects import normalised
from hd_bridge.journal.tables import automatic_letters, is_one_of, steps, tickets, watermarks
from hd_bridge.journal.tickets import keep_seen, row_of, rows_of
from hd_bridge.model import Contact, Ticket
from hd_bridge.prepared import Prepared, upsert
from hd_bridge.views import Counts, KnownConversation
from hd_bridge.views_ticket import TicketRow
from hd_bridge.work import Event, State, Step

TRACKER = "tracker"
HOUR = timedelta(hours=1)
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class SqlPeople(Store):
    """The port ``People``."""

    def contact(self, address: str) -> Contact | None:
        with self._reading() as db:
            id = contact_of(db, address)
            return None if id is None else read_contact(db, id)

    def conversations_by_message_id(self, ids: Sequence[str]) -> tuple[KnownConversation, ...]:
        with self._reading() as db:
            named = dict.fromkeys(name for id in dict.fromkeys(ids) for name in by_message_id(db, id))
            found = [read_conversation(db, name) for name in named]
        return tuple(known for known in found if known)

    def conversation_by_ticket(self, number: int) -> KnownConversation | None:
        with self._reading() as db:
            return by_ticket(db, number)

    def conversation(self, id: str) -> KnownConversation | None:
        with self._reading() as db:
            return read_conversation(db, id)

    def begun(self) -> bool:
        with self._reading() as db:
            return any_conversation(db)

    def counts(self, address: str, subject: str, mailbox: str, now: datetime, hours: int) -> Counts:
        """Letters count from the moment they are planned; one that was dropped in doubt may have gone out."""
        return self._counts(address, subject, mailbox, now, hours, until=FOR_EVER)

    def _counts(self, address: str, subject: str, mailbox: str, now: datetime, hours: int, until: datetime) -> Counts:
        about, since = normalised(subject), now - timedelta(hours=hours)
        with self._reading() as db:
            them: Any = _TO_THEM.first(db, to=address, since=since, about=about, until=until)
            everybody: Any = _TO_ALL.first(db, since=now - HOUR, box=mailbox, until=until)
        return Counts(sender=them.every, same_subject=them.some, mailbox=everybody.some, total=everybody.every)

    def see(self, ticket: Ticket, events: Sequence[Event], steps: Sequence[Step], now: datetime) -> None:
        with self._writing(lazy=True) as db:
            keep_seen(db, ticket, now)
            record_events(db, events)
            insert_steps(db, steps, now)

    def snapshot(self, number: int) -> TicketRow | None:
        with self._reading() as db:
            return row_of(db, number)

    def snapshots(self, numbers: Sequence[int]) -> dict[int, TicketRow]:
        with self._reading() as db:
            return rows_of(db, numbers)

    def ripe(self, now: datetime, age: timedelta, limit: int) -> tuple[int, ...]:
        with self._reading() as db:
            ahead = _AHEAD.scalars(db, now=now, most=limit)
            return (*ahead, *_RIPE.scalars(db, before=now - age, most=limit))[:limit]

    def watermark(self) -> datetime | None:
        with self._reading() as db:
            return cast(datetime | None, _WATERMARK.scalar(db, of=TRACKER))

    def set_watermark(self, moment: datetime) -> None:
        with self._writing(lazy=True, shared=True) as db:
            _SET_WATERMARK.run(db, name=TRACKER, moment=moment)


def _letters(*which: sa.ColumnElement[bool], among: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """How many letters were planned that were sent, may have been, or may still be; and how many of them ``among``
    others. One look at each: in a busy hour there are thousands."""
    joined = automatic_letters.join(steps, steps.c.seq == automatic_letters.c.step)
    before = automatic_letters.c.planned_at < sa.bindparam("until", type_=automatic_letters.c.planned_at.type)
    counts = sa.or_(sa.not_(is_one_of(steps.c.state, (State.DROPPED, State.HELD))), steps.c.in_doubt)
    letter = automatic_letters.c.step
    some = sa.case((among, letter)).distinct()
    counted: Sequence[sa.ColumnElement[Any]] = (
        sa.func.count(letter.distinct()).label("every"),
        sa.func.count(some).label("some"),
    )
    return sa.select(*counted).select_from(joined).where(*which, before, counts)


_SINCE = automatic_letters.c.planned_at > sa.bindparam("since", type_=automatic_letters.c.planned_at.type)
_TO_THEM = Prepared(
    _letters(
        automatic_letters.c.address == sa.bindparam("to"),
        _SINCE,
        among=automatic_letters.c.subject == sa.bindparam("about"),
    )
)
_TO_ALL = Prepared(_letters(_SINCE, among=automatic_letters.c.mailbox == sa.bindparam("box")))


def _racy(which: sa.ColumnElement[bool]) -> Prepared:
    racy = sa.select(tickets.c.number).where(tickets.c.racy.is_(sa.true()), which)
    return Prepared(racy.order_by(tickets.c.seen_at, tickets.c.number).limit(sa.bindparam("most", type_=sa.Integer())))


_RIPE = _racy(tickets.c.seen_at <= sa.bindparam("before", type_=tickets.c.seen_at.type))
_AHEAD = _racy(tickets.c.seen_at > sa.bindparam("now", type_=tickets.c.seen_at.type))  # the clock was set back since
_WATERMARK = Prepared(sa.select(watermarks.c.moment).where(watermarks.c.name == sa.bindparam("of")))
_SET_WATERMARK = upsert(watermarks, "name", columns=("name", "moment"))
