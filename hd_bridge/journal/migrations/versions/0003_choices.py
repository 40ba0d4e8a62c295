"""What configuration chose for a mail's ticket, so that a later one can be compared with it. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("choices", sa.JSON()))
