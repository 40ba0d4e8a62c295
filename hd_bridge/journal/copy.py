"""A journal moves into another database, whole or not at all. Touches the disk.

The daemon must be stopped: what it would write meanwhile would be missing in the copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import LargeBinary

from hd_bridge.errors import JournalAway, JournalError
from hd_bridge.journal.dialect import engine, translated
from hd_bridge.journal.migrate import migrate
from hd_bridge.journal.tables import mails, metadata

ROWS = 500  # in one statement; of tables that hold mails one by one, for they may be large

Progress = Callable[[str, int, int], None]
"""Told the table, how many rows of it are copied, and how many there are."""


def copy_journal(source: str, target: str, progress: Progress = lambda table, done, rows: None) -> int:
    """Copy every row from the journal at ``source`` into the empty one at ``target``; how many mails.

    JournalError if there is no journal at the source, the target holds anything, or either cannot be opened; the
    target is unchanged then.
    """
    _must_exist(source)
    with (
        _opened("copy from", source) as here,
        _opened("copy into", target) as there,
        translated(),
        here.execution_options(only_reads=True).begin() as old,
        there.begin() as new,
    ):
        _must_be_empty(new)
        for table in metadata.sorted_tables:
            _copy(old, new, table, progress)
        return int(new.execute(sa.select(sa.func.count()).select_from(mails)).scalar_one())


@contextmanager
def _opened(use: str, url: str) -> Iterator[sa.Engine]:
    """A journal brought up to date. Two are open: an error says which of them it is about."""
    try:
        opened = engine(url)
        with translated():
            migrate(opened)
    except JournalAway:
        raise  # names its server
    except JournalError as error:
        raise JournalError(f"the journal to {use}: {error.why}") from error
    try:
        yield opened
    finally:
        opened.dispose()


def _must_exist(source: str) -> None:
    """Opening would make a new one, and its emptiness would be copied as if it were the team's journal."""
    with translated():
        place = sa.make_url(source)
    if place.get_backend_name() == "sqlite" and not Path(place.database or "").is_file():
        raise JournalError(f"there is no journal to copy at {place.database}; see to journal.url in config.yaml")


def _must_be_empty(new: sa.Connection) -> None:
    """Not only of mails: a daemon that has begun there has its keys and its places in the mailboxes written down."""
    for table in metadata.sorted_tables:
        if new.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise JournalError(f"the journal to copy into is in use already ({table.name}); name an empty database")


def _copy(old: sa.Connection, new: sa.Connection, table: sa.Table, progress: Progress) -> None:
    rows = int(old.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
    done, at_once = 0, 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else ROWS
    for some in old.execute(sa.select(table).execution_options(yield_per=at_once)).mappings().partitions():
        new.execute(sa.insert(table), [dict(row) for row in some])
        done += len(some)
        progress(table.name, done, rows)
    _count_on(new, table)


def _count_on(new: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts its ids apart from the rows: it must go on after those that were copied."""
    column = table.autoincrement_column
    if new.dialect.name != "postgresql" or column is None:
        return
    highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    new.execute(sa.select(sa.func.setval(sequence, highest, False)))
