"""Tickets in whose newest change another may hide are found without reading all. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    racy = sa.column("racy", sa.Boolean()).is_(sa.true())
    op.create_index("ix_tickets_racy", "tickets", ["seen_at"], sqlite_where=racy, postgresql_where=racy)
