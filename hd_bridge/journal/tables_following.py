"""The tables of rounds: how tickets are related, and the issues that are none of ours. Touches the disk."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table

from hd_bridge.journal.columns import Moment, Words
from hd_bridge.journal.tables import Number, metadata

# Of tickets of ours, as each was last read whole; ``since`` is the tracker's time.
relations = Table(
    "relations",
    metadata,
    Column("ticket", Number, primary_key=True, autoincrement=False),
    Column("other", Number, primary_key=True, autoincrement=False, index=True),
    Column("since", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# Tickets that are no conversations and to which some of ours are related.
issues = Table(
    "issues",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("project", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("closed_on", Moment),
    Column("seen_at", Moment, nullable=False),
)
