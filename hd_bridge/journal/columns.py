"""Times and texts as the journal stores them, the same in every database. Touches the disk.

A time is UTC text of fixed width that sorts as time does: a database's own type would lose the zone (SQLite has
none, PostgreSQL answers in the session's). A text may come from any mail, so it is made storable here, once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


def write(moment: datetime) -> str:
    """``2026-11-21T08:00:00.000000Z``: 27 characters, always. ValueError for a naive time: it names no moment."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone names no moment")
    # isoformat, because strftime leaves years before 1000 unpadded and they would sort last.
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read(text: str) -> datetime:
    """The aware moment that ``write`` wrote."""
    return datetime.fromisoformat(text)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware datetime in Python, fixed-width text in the database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        return None if value is None else write(value)

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        return None if value is None else read(value)


class Words(sa.types.TypeDecorator[str]):
    """Text without what a database refuses: half of a surrogate pair (SQLite, PostgreSQL) and NUL (PostgreSQL).

    Refused, one crooked subject would stop the decider at its mail for good.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
