"""Blocked senders, breakers of automatic letters, and an index that finds a sender's mails. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hd_bridge.journal.columns import Moment, Words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocked_senders",
        sa.Column("pattern", Words, primary_key=True),
        sa.Column("since", Moment, nullable=False),
        sa.Column("by", Words, nullable=False),
    )
    op.create_table(
        "breakers",
        sa.Column("scope", Words, primary_key=True),
        sa.Column("since", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("kept_back", sa.Integer(), nullable=False),
        sa.Column("lately", sa.Integer(), nullable=False),
    )
    counted = sa.text("verdict IN ('new', 'follow-up', 'hold')")
    op.create_index(
        "ix_mails_sender",
        "mails",
        ["sender_email", "internal_date"],
        sqlite_where=counted,
        postgresql_where=counted,
    )
