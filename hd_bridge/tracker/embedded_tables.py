"""The embedded tracker's tables, how its database is opened, and how a seed is planted. Touches the disk.

Times are whole numbers of microseconds since 1970, UTC: SQLite has no time type, and the tracker must be able to
hold more than the whole seconds that it tells.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from hd_bridge.prepared_lines import Lines, begin_sqlite
from hd_bridge.tracker.embedded_seed import Seed

BUSY_SECONDS = 15
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

metadata = MetaData()


def _names(table: str, *more: Column[bool]) -> Table:
    """A table of unique names in the order in which they were made."""
    return Table(table, metadata, Column("id", Integer, primary_key=True), Column("name", String, unique=True), *more)


setting = Table("setting", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))
project = _names("project")
tracker = _names("tracker")
category = _names("category")
priority = _names("priority", Column("is_default", Boolean, nullable=False))
status = _names("status", Column("closed", Boolean, nullable=False))
person = _names("person", Column("agent", Boolean, nullable=False))
custom_field = _names("custom_field", Column("hidden", Boolean, nullable=False))

issue = Table(
    "issue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey(project.c.id), nullable=False),
    Column("tracker_id", ForeignKey(tracker.c.id), nullable=False),
    Column("status_id", ForeignKey(status.c.id), nullable=False),
    Column("priority_id", ForeignKey(priority.c.id), nullable=False),
    Column("category_id", ForeignKey(category.c.id)),
    Column("assigned_to_id", ForeignKey(person.c.id)),
    Column("author_id", ForeignKey(person.c.id), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("due_date", String(10)),
    Column("is_private", Boolean, nullable=False, default=False),
    Column("created_on", Integer, nullable=False),
    Column("updated_on", Integer, nullable=False, index=True),
    Column("closed_on", Integer),
    Column("lock_version", Integer, nullable=False, default=0),
    sqlite_autoincrement=True,
)
journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue_id", ForeignKey(issue.c.id), nullable=False, index=True),
    Column("person_id", ForeignKey(person.c.id), nullable=False),
    Column("notes", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("created_on", Integer, nullable=False),
    sqlite_autoincrement=True,
)
detail = Table(
    "detail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("journal_id", ForeignKey(journal.c.id), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("old", Text),
    Column("new", Text),
)
wiki_page = Table(
    "wiki_page",
    metadata,
    Column("project_id", ForeignKey(project.c.id), primary_key=True),
    Column("key", String, primary_key=True),  # the title without capitals: two pages never differ by those alone
    Column("title", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_on", Integer, nullable=False),
)
attachment = Table(
    "attachment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", String, nullable=False),
    Column("issue_id", ForeignKey(issue.c.id), index=True),
    Column("name", String, nullable=False, index=True),
    Column("media_type", String, nullable=False),
    Column("description", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_on", Integer, nullable=False),
    sqlite_autoincrement=True,
)
field_value = Table(
    "field_value",
    metadata,
    Column("issue_id", ForeignKey(issue.c.id), nullable=False),
    Column("field_id", ForeignKey(custom_field.c.id), nullable=False),
    Column("value", Text, nullable=False),
    UniqueConstraint("issue_id", "field_id"),
)
relation = Table(
    "relation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("from_id", ForeignKey(issue.c.id), nullable=False),
    Column("to_id", ForeignKey(issue.c.id), nullable=False, index=True),
    Column("kind", String, nullable=False),
    UniqueConstraint("from_id", "to_id", "kind"),
)
watcher = Table(
    "watcher",
    metadata,
    Column("issue_id", ForeignKey(issue.c.id), nullable=False),
    Column("person_id", ForeignKey(person.c.id), nullable=False),
    UniqueConstraint("issue_id", "person_id"),
)
Index("attachment_unused", attachment.c.created_on, sqlite_where=attachment.c.issue_id.is_(None))


def micros(moment: datetime) -> int:
    """A moment as the tables hold it."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def whole_second(value: int) -> datetime:
    """A held moment as the tracker tells it: rounded down to the second."""
    return EPOCH + timedelta(seconds=value // 1_000_000)


class Database:
    """One database's transactions: those that read, and those that begin as a writer.

    A transaction that turns from reading to writing half-way fails as soon as another has written meanwhile;
    BEGIN IMMEDIATE waits its turn instead.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # customers' mail lies in it
        place = f"sqlite:///{path}"
        self._engine = create_engine(place, connect_args={"timeout": BUSY_SECONDS}, max_overflow=-1)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", begin_sqlite)
        self._lines = Lines(self._engine)

    def reading(self) -> AbstractContextManager[Connection]:
        """One moment."""
        return self._lines.transaction(only_reads=True, lazy=False)

    def writing(self, *, lazy: bool = False) -> AbstractContextManager[Connection]:
        """Whole or not at all; ``lazy`` may be lost in a power cut."""
        return self._lines.transaction(only_reads=False, lazy=lazy)

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()
        self._engine.dispose()


def _prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # else the driver begins transactions by its own rules
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def plant(connection: Connection, seed: Seed, key: str) -> None:
    """Make the tables and the names that are missing; the first key ever given is the right one from then on."""
    metadata.create_all(connection)
    _add(connection, project, ({"name": name} for name in seed.projects))
    _add(connection, category, ({"name": name} for name in seed.categories))
    _add(connection, tracker, ({"name": name} for name in seed.trackers))
    _add(connection, status, ({"name": name, "closed": closed} for name, closed in seed.statuses))
    default = seed.default_priority if seed.default_priority in seed.priorities else seed.priorities[0]
    _add(connection, priority, ({"name": name, "is_default": name == default} for name in seed.priorities))
    _add(connection, person, [{"name": seed.bridge, "agent": False}])
    _add(connection, person, ({"name": name, "agent": True} for name in seed.agents))
    _add(connection, custom_field, ({"name": name, "hidden": False} for name in seed.fields))
    _add(connection, custom_field, ({"name": name, "hidden": True} for name in seed.hidden_fields))
    if not connection.scalar(select(setting.c.value).where(setting.c.name == "key")):
        connection.execute(insert(setting).values(name="key", value=fingerprint(key)))


def _add(connection: Connection, table: Table, rows: Iterable[dict[str, object]]) -> None:
    there = set(connection.scalars(select(table.c.name)))
    for row in rows:
        if row["name"] not in there:
            connection.execute(insert(table).values(row))


def fingerprint(key: str) -> str:
    """A key as it is kept: not to be read from the file."""
    return hashlib.sha256(key.encode()).hexdigest()
