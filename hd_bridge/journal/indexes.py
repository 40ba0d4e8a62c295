"""The indexes that keep the journal quick at a million rows. Touches the disk.

Loaded where a journal is made or migrated alone: SQLAlchemy loads all of PostgreSQL's dialect for ``postgresql_where``,
2 MB that a journal in SQLite has no use for.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Index

from hd_bridge.journal.tables import (
    COUNTED,
    TAKEN,
    automatic_letters,
    conversations,
    events,
    is_one_of,
    mails,
    steps,
    tickets,
)
from hd_bridge.work import UNFINISHED


def only(condition: sa.ColumnElement[bool]) -> dict[str, Any]:
    """A partial index, in both dialects."""
    return {"sqlite_where": condition, "postgresql_where": condition}


# Serves the undecided and the held in order, and counts by verdict from the index alone.
Index("ix_mails_verdict", mails.c.verdict, mails.c.id)
Index("ix_mails_sender", mails.c.sender_email, mails.c.internal_date, **only(COUNTED))
Index("ix_mails_conversation", mails.c.conversation, mails.c.id, **only(mails.c.conversation.is_not(None)))

Index(
    "ix_conversations_contact",
    conversations.c.contact,
    conversations.c.ticket,
    **only(conversations.c.ticket.is_not(None)),
)

Index("ix_tickets_racy", tickets.c.seen_at, **only(tickets.c.racy.is_(sa.true())))

Index("ix_events_conversation", events.c.conversation, events.c.at, **only(events.c.conversation.is_not(None)))
Index("ix_events_kind", events.c.kind, events.c.at)

# Serves the claim (the oldest due), lists by state, and counts by state from the index alone.
Index("ix_steps_state", steps.c.state, steps.c.seq)
Index("ix_steps_lane", steps.c.lane, steps.c.seq, **only(is_one_of(steps.c.state, UNFINISHED)))
Index("ix_steps_taken", steps.c.lane, **only(is_one_of(steps.c.state, TAKEN)))
Index("ix_steps_wakes", steps.c.wakes, **only(steps.c.wakes.is_not(None)))
Index("ix_steps_awaits", steps.c.awaits, **only(steps.c.awaits.is_not(None)))
# With the state in it: else a planner may look for the done steps of a conversation among all that are done.
Index(
    "ix_steps_conversation",
    steps.c.conversation,
    steps.c.state,
    steps.c.seq,
    **only(steps.c.conversation.is_not(None)),
)

Index("ix_automatic_letters_address", automatic_letters.c.address, automatic_letters.c.planned_at)
Index("ix_automatic_letters_mailbox", automatic_letters.c.mailbox, automatic_letters.c.planned_at)
Index("ix_automatic_letters_planned", automatic_letters.c.planned_at)
