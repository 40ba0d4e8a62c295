"""Since when an address takes part in a conversation, so that the past can be told. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participants", sa.Column("joined_at", sa.Text()))
