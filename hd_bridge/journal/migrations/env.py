"""Alembic's way into the journal: migrates the connection that it is handed. Touches the disk."""

from __future__ import annotations

from alembic import context

from hd_bridge.journal import indexes  # noqa: F401 - they belong to the tables
from hd_bridge.journal.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
