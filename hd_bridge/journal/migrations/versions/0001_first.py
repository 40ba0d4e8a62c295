"""The tables of the first version. Touches the disk.

They stand here as they were then, spelled out: the code's own tables move on, and a database starts from these.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def only(condition: str) -> dict[str, Any]:
    """A partial index, in both dialects."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("first_seen", sa.Text(), nullable=False),
        sa.Column("last_seen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "doors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("last_success", sa.Text()),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text()),
        sa.Column("old", sa.Text()),
        sa.Column("new", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "kind"),
    )
    op.create_index("ix_events_conversation", "events", ["conversation", "at"], **only("conversation IS NOT NULL"))
    op.create_index("ix_events_kind", "events", ["kind", "at"])
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mails",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("internal_date", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("also_at", sa.Text()),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("decided_at", sa.Text()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("acknowledge", sa.Boolean(), nullable=False),
        sa.Column("why_not_acknowledged", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text()),
        sa.Column("conversation", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_email", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("sha256"),
    )
    op.create_index(op.f("ix_mails_content_sha256"), "mails", ["content_sha256"])
    op.create_index("ix_mails_conversation", "mails", ["conversation", "id"], **only("conversation IS NOT NULL"))
    op.create_index("ix_mails_verdict", "mails", ["verdict", "id"])
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "places",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "steps",
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text()),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("awaits", sa.Text()),
        sa.Column("due", sa.Text()),
        sa.Column("wakes", sa.Text()),
        sa.Column("lease_ends", sa.Text()),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("rest_until", sa.Text()),
        sa.Column("worker", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_steps_awaits", "steps", ["awaits"], **only("awaits IS NOT NULL"))
    op.create_index(
        "ix_steps_conversation", "steps", ["conversation", "state", "seq"], **only("conversation IS NOT NULL")
    )
    op.create_index(
        "ix_steps_lane", "steps", ["lane", "seq"], **only("state IN ('waiting', 'due', 'claimed', 'doing', 'resting')")
    )
    op.create_index("ix_steps_state", "steps", ["state", "seq"])
    op.create_index("ix_steps_taken", "steps", ["lane"], **only("state IN ('claimed', 'doing', 'resting')"))
    op.create_index("ix_steps_wakes", "steps", ["wakes"], **only("wakes IS NOT NULL"))
    op.create_table(
        "tickets",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("tracker", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("category", sa.Text()),
        sa.Column("assignee", sa.Text()),
        sa.Column("due_date", sa.Date()),
        sa.Column("updated_on", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Text()),
        sa.Column("racy", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "watermarks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "addresses",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact", NUMBER),
        sa.Column("mark", sa.Text()),
        sa.Column("marked_at", sa.Text()),
        sa.ForeignKeyConstraint(
            ["contact"],
            ["contacts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("address"),
    )
    op.create_index(op.f("ix_addresses_contact"), "addresses", ["contact"])
    op.create_table(
        "automatic_letters",
        sa.Column("step", NUMBER, autoincrement=False, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step"],
            ["steps.seq"],
        ),
        sa.PrimaryKeyConstraint("step", "address"),
    )
    op.create_index("ix_automatic_letters_address", "automatic_letters", ["address", "planned_at"])
    op.create_index("ix_automatic_letters_mailbox", "automatic_letters", ["mailbox", "planned_at"])
    op.create_index("ix_automatic_letters_planned", "automatic_letters", ["planned_at"])
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.Column("opened_step", sa.Text()),
        sa.Column("ticket", NUMBER),
        sa.Column("contact", NUMBER),
        sa.ForeignKeyConstraint(
            ["contact"],
            ["contacts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_conversations_contact", "conversations", ["contact", "ticket"], **only("ticket IS NOT NULL"))
    op.create_index(op.f("ix_conversations_ticket"), "conversations", ["ticket"])
    op.create_table(
        "letters",
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text()),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step"],
            ["steps.key"],
        ),
        sa.PrimaryKeyConstraint("step"),
    )
    op.create_table(
        "raws",
        sa.Column("mail", NUMBER, autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail"],
            ["mails.id"],
        ),
        sa.PrimaryKeyConstraint("mail"),
    )
    op.create_table(
        "seen_notes",
        sa.Column("ticket", NUMBER, autoincrement=False, nullable=False),
        sa.Column("note", NUMBER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"],
            ["tickets.number"],
        ),
        sa.PrimaryKeyConstraint("ticket", "note"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "message_ids",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "conversation"),
    )
    op.create_table(
        "participants",
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["conversations.id"],
        ),
        sa.PrimaryKeyConstraint("conversation", "address"),
        sqlite_with_rowid=False,
    )
