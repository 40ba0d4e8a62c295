"""One journal's connections: a transaction to read in, a transaction to write in, and the clock. Touches the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from hd_bridge.journal.dialect import translated


def utc_now() -> datetime:
    """The wall clock, aware, UTC."""
    return datetime.now(UTC)


class Store:
    """What the journal's subjects stand on. Each of their methods is one ``_reading`` or one ``_writing``.

    ``clock`` is for the methods whose callers name no time (``add``, ``hold``, ``drop``).
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._reader = engine.execution_options(only_reads=True)
        self._clock = clock

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one moment and never waits for a writer."""
        with translated(), self._reader.begin() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """The only transaction that writes; it is kept whole or not at all."""
        with translated(), self._engine.begin() as db:
            yield db

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        self._engine.dispose()
