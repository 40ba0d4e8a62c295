"""The tables of what agents keep of their answers. Touches the disk."""

from __future__ import annotations

from sqlalchemy import Column, Table

from hd_bridge.journal.columns import Moment, Words
from hd_bridge.journal.tables import Number, metadata

# Answers that agents keep for the FAQ.
faq_drafts = Table(
    "faq_drafts",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("question", Words, nullable=False),
    Column("answer", Words, nullable=False),
    Column("category", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("ticket", Number, nullable=False),
    Column("kept_at", Moment, nullable=False),
)
