"""The tables of the guard: blocked senders, and breakers of automatic letters. Touches the disk."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from hd_bridge.journal.columns import Moment, Words
from hd_bridge.journal.tables import metadata

# Addresses and domains whose mail is ignored, beside those of config.yaml.
blocked_senders = Table(
    "blocked_senders",
    metadata,
    Column("pattern", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("by", Words, nullable=False),
)

# Automatic letters that are stopped, of a mailbox or of all; a row stays as it was when its breaker closes.
breakers = Table(
    "breakers",
    metadata,
    Column("scope", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("kept_back", Integer, nullable=False),
    Column("lately", Integer, nullable=False),
)
