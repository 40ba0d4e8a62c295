"""The journal as it was: what was decided, and what was known when it was. Touches the disk.

Rows are never dated twice, so the past is read from the present: conversations that had not begun are left out, people
who had not written yet, letters that were not planned; whether a ticket was closed is told by its events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hd_bridge.errors import JournalError
from hd_bridge.journal.contacts import LAST_TICKETS
from hd_bridge.journal.guarding import SqlGuarding
from hd_bridge.journal.inbox import SqlInbox
from hd_bridge.journal.mails import IN_SHORT, summary_of
from hd_bridge.journal.people import SqlPeople
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import conversations, events, mails, participants
from hd_bridge.model import Contact
from hd_bridge.ports_deciding import Deciding
from hd_bridge.prepared import Prepared
from hd_bridge.views import Counts, Decided, KnownConversation
from hd_bridge.views_guard import Breaker, Standing
from hd_bridge.work import Outline, Plan

TURNS = {"solved": True, "reopened": False}

_DECIDED = Prepared(
    IN_SHORT.where(mails.c.content_sha256 == sa.bindparam("content"), mails.c.verdict.is_not(None)).order_by(mails.c.id)
)
_BEGUN = Prepared(sa.select(conversations.c.opened_at).where(conversations.c.id == sa.bindparam("talk")))
_TICKETS = Prepared(
    sa.select(conversations.c.ticket)
    .where(
        conversations.c.contact == sa.bindparam("of"),
        conversations.c.ticket.is_not(None),
        conversations.c.opened_at < sa.bindparam("moment", type_=conversations.c.opened_at.type),
    )
    .order_by(conversations.c.ticket.desc())
)
_LATER = Prepared(
    sa.select(participants.c.address).where(
        participants.c.conversation == sa.bindparam("talk"),
        participants.c.joined_at >= sa.bindparam("moment", type_=participants.c.joined_at.type),
    )
)
_TURNS = Prepared(
    sa.select(events.c.kind, events.c.at)
    .where(
        events.c.conversation == sa.bindparam("talk"),
        events.c.kind.in_([sa.literal_column(f"'{kind}'") for kind in TURNS]),
    )
    .order_by(events.c.at, events.c.id)
)


class SqlHindsight(Store):
    """The port ``Hindsight``."""

    def decided(self, content: str) -> tuple[Decided, ...]:
        with self._reading() as db:
            return tuple(map(_decided, _DECIDED.rows(db, content=content)))

    def past(self, decided_at: datetime, received_at: datetime) -> Deciding:
        return _Past(self, decided_at, received_at)


class _Past(SqlInbox, SqlPeople, SqlGuarding):
    """The journal's own methods; those of ``Deciding`` that tell what time changes tell it as it was."""

    def __init__(self, now: Store, moment: datetime, received_at: datetime) -> None:
        super().__init__(now._engine, now._clock)
        self._lines = now._lines
        self._moment, self._received_at = moment, received_at

    def commit(self, plan: Plan, outline: Outline, now: datetime) -> None:
        raise JournalError("the past cannot be written")

    def contact(self, address: str) -> Contact | None:
        """Somebody who was met in this mail, or later, was nobody. Who wrote while it waited to be decided was."""
        found = super().contact(address)
        if found is None or found.id is None:
            return None
        with self._reading() as db:
            tickets = _TICKETS.scalars(db, of=found.id, moment=self._moment)
        if not tickets and found.first_seen and found.first_seen >= self._received_at:
            return None
        return replace(found, ticket_count=len(tickets), last_tickets=tuple(tickets[:LAST_TICKETS]))

    def conversations_by_message_id(self, ids: Sequence[str]) -> tuple[KnownConversation, ...]:
        found = (self._then(known) for known in super().conversations_by_message_id(ids))
        return tuple(known for known in found if known)

    def conversation_by_ticket(self, number: int) -> KnownConversation | None:
        return self._then(super().conversation_by_ticket(number))

    def conversation(self, id: str) -> KnownConversation | None:
        return self._then(super().conversation(id))

    def counts(self, address: str, subject: str, mailbox: str, now: datetime, hours: int) -> Counts:
        return self._counts(address, subject, mailbox, now, hours, until=self._moment)

    def standing(self, address: str, patterns: Sequence[str], since: datetime, until: datetime, most: int) -> Standing:
        return self._standing(address, patterns, since, until, most, before=self._moment)

    def breakers(self) -> tuple[Breaker, ...]:
        """Only the last opening of each is kept."""
        return tuple(one for one in super().breakers() if one.since < self._moment)

    def _then(self, known: KnownConversation | None) -> KnownConversation | None:
        if known is None:
            return None
        with self._reading() as db:
            if _BEGUN.scalar(db, talk=known.id) >= self._moment:
                return None
            later = _LATER.scalars(db, talk=known.id, moment=self._moment)
            turns: list[Any] = _TURNS.rows(db, talk=known.id)
        people = known.participants.difference(later)
        closed, closed_at = self._closed(known, [(row.at, TURNS[row.kind]) for row in turns])
        return replace(known, participants=people, closed=closed, closed_at=closed_at)

    def _closed(self, known: KnownConversation, turns: Sequence[tuple[datetime, bool]]) -> tuple[bool, datetime | None]:
        """By the last turn before that moment, else by the first after it, else as the ticket was last seen."""
        before = [turn for turn in turns if turn[0] <= self._moment]
        if before:
            at, closed = before[-1]
            return closed, at if closed else None
        if turns:
            return not turns[0][1], None
        late = known.closed_at is not None and known.closed_at > self._moment
        return (False, None) if late else (known.closed, known.closed_at)


def _decided(row: Any) -> Decided:
    return Decided(
        mail=summary_of(row),
        decided_at=row.decided_at,
        place=row.place,
        truncated=row.truncated,
        also_at=row.also_at,
        vouched=row.vouched,
    )
