"""Conversations whose ticket was deleted in the tracker, and those that go on in another one. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("conversations", sa.Column("heir", sa.Text()))
