"""Conversations: how they begin, who takes part, and how they are found. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.contacts import contact_of
from hd_bridge.journal.tables import conversations, message_ids, participants, steps, tickets
from hd_bridge.prepared import Prepared, fresh
from hd_bridge.views import KnownConversation
from hd_bridge.work import NewConversation, State

_COLUMNS = ("id", "mailbox", "project", "subject", "language", "address", "opened_at", "contact")
_BEGIN = fresh(conversations, "id", columns=_COLUMNS)
_JOIN = fresh(participants, columns=("conversation", "address", "joined_at"))
_OF_TICKET = Prepared(
    sa.select(conversations.c.id)
    .where(conversations.c.ticket == sa.bindparam("number"))
    .order_by(conversations.c.opened_at.desc())
    .limit(1)
)
_OF_MESSAGE_ID = Prepared(
    sa.select(message_ids.c.conversation)
    .where(message_ids.c.message_id == sa.bindparam("of"))
    .order_by(message_ids.c.id)
)
_READ = Prepared(
    sa.select(
        conversations,
        tickets.c.project.label("moved_to"),
        tickets.c.closed,
        tickets.c.closed_on,
        steps.c.state.label("opening"),
    )
    .select_from(
        conversations.outerjoin(tickets, tickets.c.number == conversations.c.ticket).outerjoin(
            steps, steps.c.key == conversations.c.opened_step
        )
    )
    .where(conversations.c.id == sa.bindparam("talk"))
)
_ANY = Prepared(sa.select(conversations.c.id).limit(1))
_PEOPLE = Prepared(sa.select(participants.c.address).where(participants.c.conversation == sa.bindparam("talk")))


def begin_conversation(db: sa.Connection, new: NewConversation, contact: int | None, now: datetime) -> None:
    """Keep a new conversation; whoever opened it takes part in it."""
    _BEGIN.run(
        db,
        id=new.id,
        mailbox=new.mailbox,
        project=new.project,
        subject=new.subject,
        language=new.language,
        address=new.address,
        opened_at=now,
        contact=contact if contact is not None else contact_of(db, new.address),
    )
    join(db, new.id, (new.address,), now)


def join(db: sa.Connection, conversation: str, joining: Iterable[str], now: datetime) -> None:
    """These addresses take part from now on."""
    rows = [{"conversation": conversation, "address": address, "joined_at": now} for address in joining]
    if rows:
        _JOIN.each(db, rows)


def any_conversation(db: sa.Connection) -> bool:
    """Whether there is one; counts none."""
    return _ANY.first(db) is not None


def succeed(db: sa.Connection, earlier: str, heir: str) -> None:
    """What answers an earlier conversation belongs to its heir from now on."""
    db.execute(sa.update(conversations).where(conversations.c.id == earlier).values(heir=heir))


def by_ticket(db: sa.Connection, number: int) -> KnownConversation | None:
    """The conversation of a ticket; of two (a restored tracker gives numbers again) the newer."""
    id = _OF_TICKET.scalar(db, number=number)
    return read_conversation(db, id) if id is not None else None


def by_message_id(db: sa.Connection, message_id: str) -> list[str]:
    """The conversations to which a Message-ID belongs, the first to know it first."""
    return _OF_MESSAGE_ID.scalars(db, of=message_id)


def read_conversation(db: sa.Connection, id: str) -> KnownConversation | None:
    """One conversation with its people, and with its ticket as it was last seen."""
    row = _READ.first(db, talk=id)
    if row is None:
        return None
    return KnownConversation(
        id=row.id,
        mailbox=row.mailbox,
        project=row.project,
        subject=row.subject,
        language=row.language,
        address=row.address,
        ticket=row.ticket,
        participants=people_of(db, id),
        closed=bool(row.closed),
        closed_at=row.closed_on,
        opened_step=row.opened_step,
        moved_to=row.moved_to,
        gone=row.gone,
        heir=row.heir,
        abandoned=row.ticket is None and row.opening == State.DROPPED,
    )


def people_of(db: sa.Connection, id: str) -> frozenset[str]:
    """Who takes part in a conversation."""
    return frozenset(_PEOPLE.scalars(db, talk=id))
