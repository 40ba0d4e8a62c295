"""Statements that are compiled once and then run by the database's driver alone. Touches the disk.

What runs for every mail and every step is said in SQLAlchemy's words, once, when this program starts; to build and to
compile it anew each time takes fifty times as long as the database needs for it. Seldom statements need none of this.
"""

from __future__ import annotations

import logging
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

    Insert = SqliteInsert | PostgresInsert

log = logging.getLogger("hd_bridge.statements")

Processor = Callable[[Any], Any]
Made = sa.Select[Any] | sa.TextualSelect | sa.Update | sa.Delete | sa.Insert


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in the words of one kind of database: its text, its parameters in order (``None``: by name), what
    stands fixed among them, and what makes of each value what the driver takes, and back."""

    sql: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]
    wanted: frozenset[str]
    into: tuple[tuple[str, Processor], ...]
    row: Callable[[Iterable[Any]], Any]
    out: tuple[tuple[int, Processor], ...]


class Prepared:
    """A statement with ``sa.bindparam`` where its values go; in an INSERT they go by ``columns``' names.

    One that differs between databases is given as a function of the dialect's name. Values that are lists are for
    statements that SQLAlchemy runs itself.
    """

    def __init__(self, made: Made | Callable[[str], Made], columns: Sequence[str] | None = None) -> None:
        self._made, self._columns = made, columns
        self._compiled: dict[str, _Compiled] = {}

    def run(self, db: sa.Connection, **values: Any) -> int:
        """How many rows it was true for."""
        return int(self._execute(db, values)[1].rowcount)

    def each(self, db: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of ``rows``."""
        compiled, raw = self._for(db), _driver(db)
        told = [_values(compiled, row) for row in rows]
        log.debug("%s", compiled.sql)
        try:
            raw.cursor().executemany(compiled.sql, told)
        except db.dialect.loaded_dbapi.Error as error:
            raise wrapped(db, compiled.sql, error) from error

    def rows(self, db: sa.Connection, **values: Any) -> list[Any]:
        """All rows, their columns by name."""
        compiled, cursor = self._execute(db, values)
        try:
            return [_read(compiled, row) for row in cursor.fetchall()]
        except db.dialect.loaded_dbapi.Error as error:
            raise wrapped(db, compiled.sql, error) from error

    def first(self, db: sa.Connection, **values: Any) -> Any | None:
        """The first row, if there is one. All are read: only then is a statement that writes and answers over."""
        return next(iter(self.rows(db, **values)), None)

    def scalar(self, db: sa.Connection, **values: Any) -> Any:
        """The first column of the first row; ``None`` if there is none."""
        row = self.first(db, **values)
        return None if row is None else row[0]

    def scalars(self, db: sa.Connection, **values: Any) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.rows(db, **values)]

    def _execute(self, db: sa.Connection, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        compiled, raw = self._for(db), _driver(db)
        told = _values(compiled, values)
        log.debug("%s", compiled.sql)  # never the values: they are a mail's
        try:
            return compiled, raw.execute(compiled.sql, told)
        except db.dialect.loaded_dbapi.Error as error:
            raise wrapped(db, compiled.sql, error) from error

    def _for(self, db: sa.Connection) -> _Compiled:
        found = self._compiled.get(db.dialect.name)
        if found is None:
            made = self._made(db.dialect.name) if callable(self._made) else self._made
            found = self._compiled[db.dialect.name] = _compile(made, self._columns, db.dialect)
        return found


def _driver(db: sa.Connection) -> Any:
    """The driver's own connection; it takes part in the transaction that SQLAlchemy has begun on it."""
    return db.connection.dbapi_connection


def begin(db: sa.Connection, words: str) -> None:
    """Words without values that belong to the beginning of a transaction, for SQLAlchemy's event of that name."""
    try:
        _driver(db).execute(words)
    except db.dialect.loaded_dbapi.Error as error:
        raise wrapped(db, words, error) from error


def _compile(made: Made, columns: Sequence[str] | None, dialect: sa.Dialect) -> _Compiled:
    compiled = made.compile(dialect=dialect, column_keys=list(columns) if columns is not None else None)
    told = made.exported_columns.items()
    out = [(i, c.type.dialect_impl(dialect).result_processor(dialect, None)) for i, (_, c) in enumerate(told)]
    binds = compiled.bind_names.items()
    processors = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in binds}
    required = {name for bind, name in binds if bind.required}
    wanted = required | set(columns or ())
    fixed = {name: value for name, value in compiled.params.items() if name not in wanted}
    fixed |= {column.key: _default(column) for column in compiled.insert_prefetch}
    into = {name: processor for name, processor in processors.items() if processor}
    return _Compiled(
        sql=str(compiled),
        order=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
        fixed={name: into[name](value) if name in into else value for name, value in fixed.items()},
        wanted=frozenset(wanted),
        into=tuple((name, processor) for name, processor in into.items() if name in wanted),
        row=_row([str(name) for name, _ in told]),
        out=tuple((i, processor) for i, processor in out if processor),
    )


def _default(column: Any) -> Any:
    told = column.default
    return told.arg(None) if told.is_callable else told.arg


def _row(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return cast(Callable[[Iterable[Any]], Any], made._make)


def _values(compiled: _Compiled, given: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
    """What the driver is told."""
    if given.keys() != compiled.wanted:
        raise TypeError(f"{sorted(given)} given, {sorted(compiled.wanted)} wanted: {compiled.sql}")
    values = {**compiled.fixed, **given}
    try:
        for name, processor in compiled.into:
            values[name] = processor(values[name])
    except ValueError as error:
        raise sa.exc.StatementError(str(error), compiled.sql, None, error, hide_parameters=True) from error
    return values if compiled.order is None else [values[name] for name in compiled.order]


def _read(compiled: _Compiled, row: Sequence[Any]) -> Any:
    if not compiled.out:
        return compiled.row(row)
    told = list(row)
    for i, processor in compiled.out:
        told[i] = processor(told[i])
    return compiled.row(told)


def wrapped(db: sa.Connection, sql: str, error: Exception) -> BaseException:
    """The driver's error as SQLAlchemy would raise it; a connection that is lost is not used again."""
    lost = db.dialect.is_disconnect(error, db.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        db.invalidate(error)
    return sa.exc.DBAPIError.instance(
        sql, None, error, db.dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=lost
    )


def fresh(table: sa.Table, *keys: str, columns: Sequence[str], returning: str | None = None) -> Prepared:
    """INSERT unless there is such a row already; ``keys`` are the unique columns that tell (none: any of them)."""

    def made(dialect: str) -> Insert:
        known = _insert(dialect, table).on_conflict_do_nothing(index_elements=list(keys) or None)
        return known.returning(table.c[returning]) if returning else known  # type: ignore[return-value]

    return Prepared(made, columns)


def upsert(
    table: sa.Table, *keys: str, columns: Sequence[str], where: sa.ColumnElement[bool] | None = None
) -> Prepared:
    """INSERT, or write the row anew that has the same ``keys`` (only ``where`` that is true)."""

    def made(dialect: str) -> Insert:
        new = _insert(dialect, table)
        told = {name: new.excluded[name] for name in columns if name not in keys}
        return new.on_conflict_do_update(index_elements=list(keys), set_=told, where=where)

    return Prepared(made, columns)


def _insert(dialect: str, table: sa.Table) -> Insert:
    """An INSERT that knows ON CONFLICT, which standard SQL does not have. A program loads the dialect that it needs:
    each takes 2 MB."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)
