"""Which notes were private when they were seen. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seen_notes", sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
