"""How long each SQL statement takes, timed in SQLite's driver: whoever sends it, it goes that way. Touches the disk."""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

GROWN, WORTH = 1.3, 0.03  # a statement is named when it costs so much more, and so much of the whole
Spent = dict[str, float]

_spent: list[Spent] = []


class _Cursor(sqlite3.Cursor):
    """Steps of a SELECT are taken when its rows are fetched, so both are timed."""

    said = ""

    def execute(self, sql: str, *values: Any) -> _Cursor:
        self.said = sql
        with _noted(sql):
            super().execute(sql, *values)
        return self

    def executemany(self, sql: str, *values: Any) -> _Cursor:
        with _noted(sql):
            super().executemany(sql, *values)
        return self

    def fetchall(self) -> list[Any]:
        with _noted(self.said):
            return super().fetchall()


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _Cursor)

    def execute(self, sql: str, *values: Any) -> Any:
        return self.cursor().execute(sql, *values)

    def commit(self) -> None:
        with _noted("COMMIT"):
            super().commit()


@contextmanager
def _noted(sql: str) -> Iterator[None]:
    begun = time.thread_time()
    try:
        yield
    finally:
        for spent in _spent:
            spent[" ".join(sql.split())] += time.thread_time() - begun


@contextmanager
def timed_connections() -> Iterator[None]:
    """Every SQLite connection that is made meanwhile can be timed later."""

    def choose(_dialect: Any, _record: Any, _values: Any, named: dict[str, Any]) -> None:
        named["factory"] = _Connection

    sa.event.listen(sa.Engine, "do_connect", choose)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "do_connect", choose)


@contextmanager
def timed() -> Iterator[Spent]:
    """Processor seconds by statement."""
    spent: Spent = defaultdict(float)
    _spent.append(spent)
    try:
        yield spent
    finally:
        _spent.remove(spent)


def grown_statements(spent: Mapping[int, Spent]) -> list[tuple[str, float, float]]:
    """Statements that cost more in the largest journal than in the smallest: text, ratio, share of all SQL there."""
    small, large = spent[min(spent)], spent[max(spent)]
    whole = sum(large.values())
    rows = [(said, large[said] / small[said], large[said] / whole) for said in large if small.get(said)]
    return sorted((row for row in rows if row[1] > GROWN and row[2] > WORTH), key=lambda row: -row[2])
