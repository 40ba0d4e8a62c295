"""How often a step was lost with its worker: after some times it is held for a person. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("steps", sa.Column("losses", sa.Integer(), nullable=False, server_default="0"))
