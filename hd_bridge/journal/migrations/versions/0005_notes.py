"""When a ticket was last read whole: tells a new note from one made public later. Touches the disk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hd_bridge.journal.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("read_on", Moment))
