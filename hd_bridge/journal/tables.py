"""The tables of the journal; indexes.py has what keeps it quick at a million rows. Touches the disk.

Keys and verdicts are kept for ever; ``raws`` stands alone, so that retention can forget a mail's bytes and keep its
key. ``mails.conversation``, ``steps.conversation`` and ``events.conversation`` are no foreign keys on purpose: a step
may outlive what it spoke of.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from hd_bridge.journal.columns import Moment, Words
from hd_bridge.work import State

# SQLite counts up in 64 bits only in a column that is spelled INTEGER.
Number = sa.BigInteger().with_variant(Integer(), "sqlite")

# Steps in somebody's hands, or of which nobody knows whether they are: nothing else of their lane may start.
IN_HAND = (State.CLAIMED, State.DOING)
TAKEN = (*IN_HAND, State.RESTING)

metadata = sa.MetaData()


def is_one_of(column: sa.ColumnElement[str], states: Sequence[State]) -> sa.ColumnElement[bool]:
    """States spelled out in the SQL: a bound parameter would keep a planner from using a partial index."""
    return column.in_([sa.literal_column(f"'{state.value}'") for state in states])


mailboxes = Table(
    "mailboxes", metadata, Column("name", Words, primary_key=True), Column("cursor", Words, nullable=False)
)

# Where each mail lay, and what lay there before the first start.
places = Table(
    "places",
    metadata,
    Column("mailbox", Words, primary_key=True),
    Column("place", Words, primary_key=True),
    sqlite_with_rowid=False,
)

mails = Table(
    "mails",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("sha256", Words, nullable=False, unique=True),
    Column("content_sha256", Words, nullable=False, index=True),
    Column("mailbox", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("size", Number, nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("internal_date", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("also_at", Words),
    Column("vouched", Boolean, nullable=False, default=False),
    Column("verdict", Words),
    Column("decided_at", Moment),
    Column("why", Words, nullable=False, default=""),
    Column("acknowledge", Boolean, nullable=False, default=False),
    Column("why_not_acknowledged", Words, nullable=False, default=""),
    Column("trust", Words),
    Column("conversation", Words),
    Column("message_id", Words),
    Column("subject", Words, nullable=False, default=""),
    Column("sender_name", Words, nullable=False, default=""),
    Column("sender_email", Words, nullable=False, default=""),
    Column("reply", Words, nullable=False, default=""),
    Column("files", sa.JSON, nullable=False, default=list),
    Column("language", Words),
    Column("automatic", Boolean, nullable=False, default=False, server_default=sa.false()),
    Column("trail", sa.JSON, nullable=False, default=list),
    Column("choices", sa.JSON(none_as_null=True)),
)
# What grew the work of people: the governor counts a sender's mails among these alone.
COUNTED = mails.c.verdict.in_([sa.literal_column(f"'{verdict}'") for verdict in ("new", "follow-up", "hold")])

raws = Table(
    "raws",
    metadata,
    Column("mail", Number, ForeignKey("mails.id"), primary_key=True, autoincrement=False),
    Column("raw", LargeBinary, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("name", Words, nullable=False),
    Column("company", Words, nullable=False),
    Column("language", Words),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Number, primary_key=True),
    Column("address", Words, nullable=False, unique=True),
    Column("contact", Number, ForeignKey("contacts.id"), index=True),
    Column("mark", Words),
    Column("marked_at", Moment),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Words, primary_key=True),
    Column("mailbox", Words, nullable=False),
    Column("project", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("opened_step", Words),
    Column("ticket", Number, index=True),
    Column("contact", Number, ForeignKey("contacts.id")),
    Column("gone", Boolean, nullable=False, default=False, server_default=sa.false()),
    Column("heir", Words),
)

participants = Table(
    "participants",
    metadata,
    Column("conversation", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("address", Words, primary_key=True),
    Column("joined_at", Moment),
    sqlite_with_rowid=False,
)

message_ids = Table(
    "message_ids",
    metadata,
    Column("id", Number, primary_key=True),
    Column("message_id", Words, nullable=False),
    Column("conversation", Words, ForeignKey("conversations.id"), nullable=False),
    UniqueConstraint("message_id", "conversation"),
)

# ``seen_at`` is our time when its newest change was first met, ``read_on`` the tracker's time of the change after which
# it was last read whole, with all its notes; since ``missing_since`` (ours) the tracker does not show it.
tickets = Table(
    "tickets",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("project", Words, nullable=False),
    Column("tracker", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("priority", Words, nullable=False),
    Column("category", Words),
    Column("assignee", Words),
    Column("due_date", sa.Date),
    Column("updated_on", Moment, nullable=False),
    Column("closed_on", Moment),
    Column("racy", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("read_on", Moment),
    Column("missing_since", Moment),
)

seen_notes = Table(
    "seen_notes",
    metadata,
    Column("ticket", Number, ForeignKey("tickets.number"), primary_key=True, autoincrement=False),
    Column("note", Number, primary_key=True, autoincrement=False),
    Column("private", Boolean, nullable=False, server_default=sa.false()),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("conversation", Words),
    Column("old", Words),
    Column("new", Words),
    UniqueConstraint("source", "kind"),
)

# ``awaits`` is the step that must be done first, emptied once it is; ``wakes`` the time that must come first (for a
# resting step: when it may be asked about), emptied once it has; ``lease_ends`` is when a claim counts as lost;
# ``losses`` how often it did.
steps = Table(
    "steps",
    metadata,
    Column("seq", Number, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("kind", Words, nullable=False),
    Column("door", Words, nullable=False),
    Column("lane", Words, nullable=False),
    Column("conversation", Words),
    Column("payload", sa.JSON, nullable=False),
    Column("state", Words, nullable=False),
    Column("awaits", Words),
    Column("due", Moment),
    Column("wakes", Moment),
    Column("lease_ends", Moment),
    Column("in_doubt", Boolean, nullable=False, default=False),
    Column("rest_until", Moment),
    Column("worker", Words),
    Column("tries", Integer, nullable=False, default=0),
    Column("losses", Integer, nullable=False, default=0, server_default="0"),
    Column("memo", sa.JSON, nullable=False, default=dict),
    Column("why", Words, nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

letters = Table(
    "letters",
    metadata,
    Column("step", Words, ForeignKey("steps.key"), primary_key=True),
    Column("message_id", Words, nullable=False),
    Column("sender", Words),
    Column("recipients", sa.JSON, nullable=False),
    Column("subject", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("stored_at", Moment, nullable=False),
)

# What the governor counts: one row for each recipient of a letter that a machine decided on.
automatic_letters = Table(
    "automatic_letters",
    metadata,
    Column("step", Number, ForeignKey("steps.seq"), primary_key=True, autoincrement=False),
    Column("address", Words, primary_key=True),
    Column("subject", Words, nullable=False),
    Column("mailbox", Words, nullable=False),
    Column("planned_at", Moment, nullable=False),
)

meta = Table("meta", metadata, Column("key", Words, primary_key=True), Column("value", Words, nullable=False))

watermarks = Table(
    "watermarks", metadata, Column("name", Words, primary_key=True), Column("moment", Moment, nullable=False)
)

doors = Table(
    "doors",
    metadata,
    Column("name", Words, primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
    Column("why", Words, nullable=False),
    Column("last_success", Moment),
)
