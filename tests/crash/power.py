"""The power is cut: of the journal only what was forced to the disk is there again. Touches the disk.

A commit that is not forced may be lost with all that were not after it, but never one before it: SQLite's log is a
prefix of what was written. So after a cut the journal is as it was at its last forced commit that wrote anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import sqlalchemy as sa

from tests.crash.stage import Stage

JOURNAL = "journal.sqlite"


class Disk:
    """What of a stage's journal lies on the disk for good; ``forced`` counts the commits that saw to it."""

    def __init__(self, stage: Stage) -> None:
        self._path = stage.folder / JOURNAL
        self._fresh = True
        self._content = b""
        self.forced = self.lazy = 0

    def content(self) -> bytes:
        """The journal after a power cut at this moment."""
        if self._fresh:
            with closing(sqlite3.connect(self._path)) as database:
                self._content = database.serialize()
            self._fresh = False
        return self._content

    def begin(self, db: sa.Connection) -> None:
        """Called before anything else can be committed: what was forced just now is kept."""
        self.content()
        db.info["written before"] = _written(db)

    def commit(self, db: sa.Connection) -> None:
        """Called before a commit. One that wrote nothing forces nothing."""
        if _written(db) == db.info["written before"]:
            return
        if db.get_execution_options().get("lazy"):
            self.lazy += 1
        else:
            self.forced += 1
            self._fresh = True


def _written(db: sa.Connection) -> int:
    raw: Any = db.connection.dbapi_connection
    return int(raw.total_changes)


@contextmanager
def power_cuts(stage: Stage) -> Iterator[Disk]:
    """Meanwhile, whatever dies on this stage dies of a power cut."""
    disk, engine = Disk(stage), stage.house.journal._engine  # type: ignore[attr-defined]
    sa.event.listen(engine, "begin", disk.begin)
    sa.event.listen(engine, "commit", disk.commit)
    stage.disk = disk.content
    try:
        yield disk
    finally:
        stage.disk = None
        sa.event.remove(engine, "begin", disk.begin)
        sa.event.remove(engine, "commit", disk.commit)
