"""All that differs between SQLite and PostgreSQL, and what their errors are called here. Touches the disk.

There is one writer at a time in both: SQLite by BEGIN IMMEDIATE (a deferred BEGIN that turns into a writer fails
with "database is locked", the busy timeout notwithstanding), PostgreSQL by an advisory lock of the transaction. So
what a writing method reads stays true until it commits, in both. Methods that write one row, and decide by nothing
but that row, go beside others in PostgreSQL (``shared``): the row's own lock is enough for them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from hd_bridge.alive import CLIENT_ALIVE, SERVER_ALIVE
from hd_bridge.errors import JournalAway, JournalError
from hd_bridge.prepared import begin
from hd_bridge.prepared_lines import Lines, begin_sqlite

PSYCOPG = "postgresql+psycopg"  # the one driver that is tested, however the address is written
LOCK_WAIT = 20.0  # seconds
WRITER = 0x68645F62  # any number that no other program of the database takes for its advisory lock
BEGIN_READER = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
MOST_CONNECTIONS = 15  # of one process at one time
LOCK = f"SELECT pg_advisory_xact_lock({WRITER})"
KEEP_WAL = 64 * 1024 * 1024  # bytes of write-ahead log that stay on disk after a burst of large mails
# Databases limit the parameters of one statement (SQLite 32,766, PostgreSQL 65,535).
MOST_PARAMETERS = 900
TOO_MUCH = "54"  # SQLSTATE's class for what goes beyond a limit of PostgreSQL: it will do so for ever

WORDS = {
    "SQLITE_BUSY": f"another program kept it locked for {LOCK_WAIT:.0f} seconds; stop that program",
    "SQLITE_FULL": "the disk is full; make room",
    "SQLITE_READONLY": "its file or folder is read-only; give it to the user that runs hd-bridge",
    "SQLITE_CANTOPEN": "its file cannot be opened; see to its folder's owner and rights",
    "SQLITE_CORRUPT": "its file is damaged; restore a copy, then run 'hd-bridge after-loss'",
    "SQLITE_NOTADB": "its file is not a database; name another path or restore a copy",
    "SQLITE_IOERR": "its disk fails to read or write; look after the disk",
}


def engine(url: str) -> sa.Engine:
    """Connections to the journal's database; a new SQLite file is the owner's alone, and so is a new folder."""
    with translated():
        place = sa.make_url(url)
        if place.get_backend_name() == "sqlite":
            return _sqlite(place)
        if place.get_backend_name() not in ("postgresql", "postgres"):
            raise JournalError(f"no journal is kept in {place.get_backend_name()}; write sqlite:///… or postgresql://…")
        try:
            made = sa.create_engine(place.set(drivername=PSYCOPG), hide_parameters=True, connect_args=_alive(place))
        except ImportError:
            raise JournalError(
                "a PostgreSQL journal needs psycopg: install hd-bridge with its extra “postgres”"
            ) from None
        sa.event.listen(made, "begin", _begin_postgresql)
        return made


def lines(engine: sa.Engine) -> Lines:
    """The journal's own connections to what ``engine`` reaches. PostgreSQL's driver is told to begin nothing by itself
    on them (SQLite's always is), and its server spares few connections."""
    if engine.dialect.name == "postgresql":
        return Lines(engine.execution_options(isolation_level="AUTOCOMMIT"), MOST_CONNECTIONS)
    return Lines(engine)


def _alive(place: sa.URL) -> dict[str, Any]:
    own = place.query.get("options", "")
    return {**CLIENT_ALIVE, "options": " ".join((own if isinstance(own, str) else " ".join(own), SERVER_ALIVE))}


def _sqlite(place: sa.URL) -> sa.Engine:
    if not place.database or place.database == ":memory:":
        raise JournalError("its address names no file; write sqlite:///folder/journal.sqlite")
    path = Path(place.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The mails are in it: SQLite gives the files beside it the rights of this one.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    made = sa.create_engine(
        place,
        hide_parameters=True,
        connect_args={"timeout": LOCK_WAIT, "isolation_level": None},
        max_overflow=-1,
    )
    sa.event.listen(made, "connect", _connect_sqlite)
    sa.event.listen(made, "begin", begin_sqlite)
    return made


def _connect_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"journal_size_limit={KEEP_WAL}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_postgresql(db: sa.Connection) -> None:
    told = db.get_execution_options()
    reads, on_line = told.get("only_reads"), told.get("isolation_level") == "AUTOCOMMIT"
    words = [BEGIN_READER if reads else "BEGIN"] if on_line else []  # elsewhere the driver begins by itself
    if not reads:
        words += ["SET LOCAL synchronous_commit = off"] if told.get("lazy") else []
        words += [] if told.get("shared") else [LOCK]
    if words:  # in one message: each costs a way there and back
        begin(db, "; ".join(words))


def be_alone(db: sa.Connection) -> None:
    """From here on a transaction that began beside others is the only writer. It must not have written anything yet:
    who waits here with a row in hand may wait for somebody who waits for that row."""
    if db.dialect.name == "postgresql" and db.get_execution_options().get("shared"):
        begin(db, LOCK)


@contextmanager
def translated() -> Iterator[None]:
    """Every error of the database and its library becomes a JournalError that says what to do."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise (JournalAway if _is_away(error) else JournalError)(_in_words(error.orig)) from error
    except sa.exc.TimeoutError as error:  # all connections wait for a server that says nothing
        raise JournalAway(str(error)) from error
    except SQLAlchemyError as error:
        raise JournalError(str(error).splitlines()[0]) from error
    except OSError as error:
        raise JournalError(f"{error.filename or 'its file'}: {error.strerror or error}") from error


def _is_away(error: sa.exc.DBAPIError) -> bool:
    """A server that is stopped, restarted, full or not to be reached; SQLite's operational errors are the disk's."""
    driver = type(error.orig).__module__.partition(".")[0]
    away = error.connection_invalidated or isinstance(error, sa.exc.OperationalError)
    return driver == "psycopg" and away and not str(getattr(error.orig, "sqlstate", "")).startswith(TOO_MUCH)


def _in_words(error: BaseException | None) -> str:
    name = str(getattr(error, "sqlite_errorname", ""))
    # The first two words name the error, a third its variant (SQLITE_IOERR_FSYNC).
    known = WORDS.get("_".join(name.split("_")[:2]))
    # The first line only: what follows in PostgreSQL's may quote a row, and a row may be a mail.
    first = next(iter(str(error).splitlines()), "")
    return f"{known} ({first})" if known else first
