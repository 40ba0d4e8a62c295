"""A journal moves into another database, whole or not at all. Touches the disk.

The daemon must be stopped: what it would write meanwhile would be missing in the copy.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import LargeBinary

from hd_bridge.errors import JournalError
from hd_bridge.journal.dialect import engine, translated
from hd_bridge.journal.migrate import migrate
from hd_bridge.journal.tables import mails, metadata

ROWS = 500  # in one statement; of tables that hold mails one by one, for they may be large

Progress = Callable[[str, int, int], None]
"""Told the table, how many rows of it are copied, and how many there are."""


def copy_journal(source: str, target: str, progress: Progress = lambda table, done, rows: None) -> int:
    """Copy every row from the journal at ``source`` into the empty one at ``target``; how many mails.

    JournalError if the target holds mails already, or either cannot be opened; the target is unchanged then.
    """
    here, there = engine(source), engine(target)
    try:
        with translated():
            migrate(here)
            migrate(there)
            with here.execution_options(only_reads=True).begin() as old, there.begin() as new:
                if new.execute(sa.select(mails.c.id).limit(1)).first() is not None:
                    raise JournalError("the journal to copy into holds mails already; name an empty database")
                for table in metadata.sorted_tables:
                    _copy(old, new, table, progress)
                return int(new.execute(sa.select(sa.func.count()).select_from(mails)).scalar_one())
    finally:
        here.dispose()
        there.dispose()


def _copy(old: sa.Connection, new: sa.Connection, table: sa.Table, progress: Progress) -> None:
    rows = int(old.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
    done, at_once = 0, 1 if any(isinstance(column.type, LargeBinary) for column in table.columns) else ROWS
    new.execute(sa.delete(table))  # what a fresh journal is born with
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
