"""What several beats write alike: events, Message-IDs, the effects of a step. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.dialect import insert
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.tables import conversations, events, message_ids
from hd_bridge.journal.tickets import keep_read_back
from hd_bridge.work import Effects, Event


def record_events(db: sa.Connection, happened: Sequence[Event]) -> None:
    """Keep what happened; an event of the same source and kind is the same event."""
    for event in happened:
        row = {
            "source": event.source,
            "kind": event.kind,
            "at": event.at,
            "conversation": event.conversation,
            "old": event.old,
            "new": event.new,
        }
        db.execute(insert(db, events).on_conflict_do_nothing(index_elements=["source", "kind"]), row)


def record_message_id(db: sa.Connection, conversation: str, message_id: str) -> None:
    """From now on a reply to this Message-ID belongs to the conversation."""
    row = {"message_id": message_id, "conversation": conversation}
    known = insert(db, message_ids).on_conflict_do_nothing(index_elements=["message_id", "conversation"])
    db.execute(known, row)


def record_effects(db: sa.Connection, conversation: str | None, effects: Effects, now: datetime) -> None:
    """Keep what a step has changed; the first ticket of a conversation stays its ticket."""
    if effects.ticket is not None:
        keep_read_back(db, effects.ticket, now)
        mine = sa.and_(conversations.c.id == conversation, conversations.c.ticket.is_(None))
        db.execute(sa.update(conversations).where(mine).values(ticket=effects.ticket.number))
    if effects.sent and conversation:
        record_message_id(db, conversation, effects.sent)
    record_events(db, effects.events)
    insert_steps(db, effects.steps, now)
