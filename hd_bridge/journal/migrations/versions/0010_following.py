"""How tickets are related, the issues that they wait for, tickets out of sight, machines' mails. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hd_bridge.journal.columns import Moment, Words
from hd_bridge.journal.tables import Number

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("tickets", sa.Column("missing_since", Moment))
    op.create_table(
        "relations",
        sa.Column("ticket", Number, primary_key=True, autoincrement=False),
        sa.Column("other", Number, primary_key=True, autoincrement=False),
        sa.Column("since", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_relations_other", "relations", ["other"])
    op.create_table(
        "issues",
        sa.Column("number", Number, primary_key=True, autoincrement=False),
        sa.Column("project", Words, nullable=False),
        sa.Column("subject", Words, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("closed_on", Moment),
        sa.Column("seen_at", Moment, nullable=False),
    )
