"""Conversations: how they begin, who takes part, and how they are found. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.contacts import contact_of
from hd_bridge.journal.dialect import insert
from hd_bridge.journal.tables import conversations, message_ids, participants, steps, tickets
from hd_bridge.views import KnownConversation
from hd_bridge.work import NewConversation, State


def begin_conversation(db: sa.Connection, new: NewConversation, contact: int | None, now: datetime) -> None:
    """Keep a new conversation; whoever opened it takes part in it."""
    row = {
        "id": new.id,
        "mailbox": new.mailbox,
        "project": new.project,
        "subject": new.subject,
        "language": new.language,
        "address": new.address,
        "opened_at": now,
        "contact": contact if contact is not None else contact_of(db, new.address),
    }
    db.execute(insert(db, conversations).on_conflict_do_nothing(index_elements=["id"]), row)
    join(db, new.id, (new.address,))


def join(db: sa.Connection, conversation: str, joining: Iterable[str]) -> None:
    """These addresses take part from now on."""
    rows = [{"conversation": conversation, "address": address} for address in joining]
    if rows:
        db.execute(insert(db, participants).on_conflict_do_nothing(), rows)


def by_ticket(db: sa.Connection, number: int) -> KnownConversation | None:
    """The conversation of a ticket; of two (a restored tracker gives numbers again) the newer."""
    of_ticket = sa.select(conversations.c.id).where(conversations.c.ticket == number)
    id = db.execute(of_ticket.order_by(conversations.c.opened_at.desc()).limit(1)).scalar()
    return read_conversation(db, id) if id is not None else None


def by_message_id(db: sa.Connection, message_id: str) -> list[str]:
    """The conversations to which a Message-ID belongs, the first to know it first."""
    known = sa.select(message_ids.c.conversation).where(message_ids.c.message_id == message_id)
    return list(db.execute(known.order_by(message_ids.c.id)).scalars())


def read_conversation(db: sa.Connection, id: str) -> KnownConversation | None:
    """One conversation with its people, and with its ticket as it was last seen."""
    joined = conversations.outerjoin(tickets, tickets.c.number == conversations.c.ticket)
    joined = joined.outerjoin(steps, steps.c.key == conversations.c.opened_step)
    opening = steps.c.state.label("opening")
    wanted = sa.select(conversations, tickets.c.closed, tickets.c.closed_on, opening).select_from(joined)
    row = db.execute(wanted.where(conversations.c.id == id)).first()
    if row is None:
        return None
    people = sa.select(participants.c.address).where(participants.c.conversation == id)
    return KnownConversation(
        id=row.id,
        mailbox=row.mailbox,
        project=row.project,
        subject=row.subject,
        language=row.language,
        address=row.address,
        ticket=row.ticket,
        participants=frozenset(db.execute(people).scalars()),
        closed=bool(row.closed),
        closed_at=row.closed_on,
        opened_step=row.opened_step,
        abandoned=row.ticket is None and row.opening == State.DROPPED,
    )
