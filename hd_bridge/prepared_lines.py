"""Connections that stay open, and transactions spoken on them by the driver alone. Touches the disk.

A pool that hands a connection out, makes it clean and begins SQLAlchemy's own transaction on it costs more than most
of the transactions here. What SQLAlchemy runs itself takes part in them all the same: on a line it believes itself to
be in one transaction that never ends. Its events ``begin`` and ``commit`` are told of each; what hears ``begin`` says
the words that begin one, by the connection's options.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import sqlalchemy as sa

from hd_bridge.prepared import begin, wrapped

IDLE = 5  # lines that stay open unused: a crowd of threads leaves no crowd of connections behind
PATIENCE = 30.0  # seconds


class Lines:
    """Lines to one database, for any threads. A line belongs to a transaction, not to a thread: one within another
    has a line of its own, and a thread that ends leaves nothing behind. ``most`` are in use at once.
    """

    def __init__(self, engine: sa.Engine, most: int | None = None) -> None:
        self._engine = engine
        self._idle: deque[sa.Connection] = deque()
        self._of_parent: list[sa.Connection] = []
        self._process = os.getpid()
        self._places = threading.BoundedSemaphore(most) if most else None
        self._turn = threading.Lock()

    @contextmanager
    def transaction(self, **kind: bool) -> Iterator[sa.Connection]:
        """Kept whole or not at all; ``kind`` are the connection's options meanwhile, always the same names."""
        if self._process != os.getpid():
            self._be_a_child()
        with self._place(), self._in_turn(kind):
            db = self._line(kind)
            try:
                db.dispatch.begin(db)
                yield db
                db.dispatch.commit(db)
                _end(db, "commit")
            except BaseException:
                self._undo(db)
                raise
            self._put_back(db)

    def close(self) -> None:
        """Let go of every line that is not in use; those in use follow by the garbage collector's hand."""
        while (db := self._next_idle()) is not None:
            db.close()

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._places is None:
            yield
            return
        if not self._places.acquire(timeout=PATIENCE):
            raise sa.exc.TimeoutError(f"no connection became free for {PATIENCE:.0f} seconds")
        try:
            yield
        finally:
            self._places.release()

    def _in_turn(self, kind: dict[str, bool]) -> AbstractContextManager[object]:
        """Where a process's own writers wait for each other. SQLite lets one in at a time, and those who wait there
        look again only now and then: six threads spent a fifth of their time so (PostgreSQL wakes whoever is next)."""
        writes = kind.get("only_reads") is False
        return self._turn if writes and self._engine.dialect.name == "sqlite" else nullcontext()

    def _line(self, kind: dict[str, bool]) -> sa.Connection:
        db = self._next_idle() or self._opened()
        known = db.get_execution_options()
        if any(known.get(name) is not told for name, told in kind.items()):
            db.execution_options(**kind)
        return db

    def _next_idle(self) -> sa.Connection | None:
        try:
            return self._idle.pop()  # the last one put back: what it knows of the file is freshest
        except IndexError:
            return None

    def _opened(self) -> sa.Connection:
        db = self._engine.connect().execution_options(only_reads=True)
        try:
            db.begin()  # the one that never ends, for SQLAlchemy; the database's own ends at once
            _end(db, "commit")
        except BaseException:
            db.close()
            raise
        return db

    def _put_back(self, db: sa.Connection) -> None:
        if len(self._idle) < IDLE:
            self._idle.append(db)
        else:
            db.close()

    def _undo(self, db: sa.Connection) -> None:
        """The error that led here is the one to be told; a line that cannot even roll back is not used again."""
        try:
            if not db.invalidated:
                _end(db, "rollback")
        except sa.exc.SQLAlchemyError:
            db.invalidate()
        if not db.invalidated:
            self._put_back(db)
            return
        db.close()
        # The server that hung up on one of them has very likely hung up on all.
        while (other := self._next_idle()) is not None:
            other.invalidate()
            other.close()

    def _be_a_child(self) -> None:
        """After a fork the open lines are the parent's: used or closed here, they would break under its hands."""
        self._of_parent.extend(self._idle)
        self._idle.clear()
        self._engine.dispose(close=False)
        self._turn = threading.Lock()  # the parent's may have been in somebody's hands
        self._process = os.getpid()


def begin_sqlite(db: sa.Connection) -> None:
    """For SQLAlchemy's event ``begin``: a reader sees one moment, a writer is the only one from its first word on."""
    told = db.get_execution_options()
    if told.get("only_reads"):
        begin(db, "BEGIN")
        return
    # How hard a commit is pressed to the disk belongs to the connection, and cannot change within a transaction.
    wanted = "NORMAL" if told.get("lazy") else "FULL"
    if db.info.get("synchronous") != wanted:
        begin(db, f"PRAGMA synchronous={wanted}")
        db.info["synchronous"] = wanted
    begin(db, "BEGIN IMMEDIATE")


def _end(db: sa.Connection, how: str) -> None:
    """The driver's own ``commit`` or ``rollback``; both do nothing where no transaction is open."""
    try:
        getattr(db.connection.dbapi_connection, how)()
    except db.dialect.loaded_dbapi.Error as error:
        raise wrapped(db, how.upper(), error) from error
