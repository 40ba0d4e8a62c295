"""Answers that agents keep for the FAQ. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hd_bridge.journal.columns import Moment, Words
from hd_bridge.journal.tables import Number

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq_drafts",
        sa.Column("id", Number, primary_key=True),
        sa.Column("key", Words, nullable=False, unique=True),
        sa.Column("question", Words, nullable=False),
        sa.Column("answer", Words, nullable=False),
        sa.Column("category", Words, nullable=False),
        sa.Column("language", Words, nullable=False),
        sa.Column("ticket", Number, nullable=False),
        sa.Column("kept_at", Moment, nullable=False),
    )
