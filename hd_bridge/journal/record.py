"""What several beats write alike: events, Message-IDs, the effects of a step. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.contacts import mark_address
from hd_bridge.journal.conversations import join
from hd_bridge.journal.letters import write_letter
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.tables import conversations, events, message_ids
from hd_bridge.journal.tickets import keep_read_back
from hd_bridge.prepared import Prepared, fresh
from hd_bridge.work import Effects, Event

_OF_EVENT = ("source", "kind", "at", "conversation", "old", "new")
_EVENT = fresh(events, "source", "kind", columns=_OF_EVENT)
_MESSAGE_ID = fresh(message_ids, "message_id", "conversation", columns=("message_id", "conversation"))
_TICKET = Prepared(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("talk"), conversations.c.ticket.is_(None))
    .values(ticket=sa.bindparam("number"))
)


def record_events(db: sa.Connection, happened: Sequence[Event]) -> None:
    """Keep what happened; an event of the same source and kind is the same event."""
    if happened:
        _EVENT.each(db, [{name: getattr(event, name) for name in _OF_EVENT} for event in happened])


def record_message_id(db: sa.Connection, conversation: str, message_id: str) -> None:
    """From now on a reply to this Message-ID belongs to the conversation."""
    _MESSAGE_ID.run(db, message_id=message_id, conversation=conversation)


def record_effects(db: sa.Connection, conversation: str | None, effects: Effects, now: datetime) -> None:
    """Keep what a step has changed; the first ticket of a conversation stays its ticket."""
    if effects.ticket is not None:
        keep_read_back(db, effects.ticket, now)
        _TICKET.run(db, talk=conversation, number=effects.ticket.number)
    if effects.sent and conversation:
        record_message_id(db, conversation, effects.sent)
    if effects.joins and conversation:
        join(db, conversation, effects.joins, now)
    record_events(db, effects.events)
    for address, mark in effects.marks:
        mark_address(db, address, mark, now)
    insert_steps(db, effects.steps, now)
    for step, letter in effects.letters:
        write_letter(db, step, letter, now)
