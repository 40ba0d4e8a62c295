"""The real servers of a benchmark, and what has come into Redmine since a moment. Touches the network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.judge import Ground, Issue
from tests.live.servers import dovecot, postfix, postgres, redmine
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

PASSWORD = "plain-words"  # Ruby's IMAP library sends no password beyond ASCII
WRITTEN = """
SELECT (SELECT count(*) FROM issues WHERE id > %(since)s)
     + (SELECT count(*) FROM journals WHERE journalized_id > %(since)s AND notes <> '')
"""
MOMENTS = """
SELECT extract(epoch FROM moment AT TIME ZONE 'UTC') FROM (
  SELECT created_on AS moment FROM issues WHERE id > %(since)s
  UNION ALL SELECT created_on FROM journals WHERE journalized_id > %(since)s AND notes <> '') AS moments
ORDER BY 1
"""
NOTES = "SELECT journalized_id, notes FROM journals WHERE journalized_id > %(since)s AND notes <> '' ORDER BY id"
FILES = "SELECT container_id, digest FROM attachments WHERE container_type = 'Issue' AND container_id > %(since)s"


@dataclass
class World:
    """Redmine on PostgreSQL, Dovecot, Postfix; ``db`` is a line of our own to Redmine's database, the judge's."""

    folder: Path
    redmine: Redmine
    dovecot: Dovecot
    postfix: Postfix
    db: psycopg.Connection[Any]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def room(self, name: str) -> Path:
        """An empty folder for one run."""
        made = self.folder / f"{name}-{next(self._numbers)}"
        made.mkdir()
        return made

    def lay_in(self, pile: Sequence[bytes]) -> str:
        """A new mailbox in which these mails lie already, in their order; its address."""
        address = self.dovecot.new_account()
        with self.dovecot.client(address) as client:
            for raw in pile:
                client.append("INBOX", raw)
        return address

    def mark(self) -> int:
        """What comes after it is of the run that begins now."""
        return int(self.ask("SELECT coalesce(max(id), 0) FROM issues")[0][0])

    def written(self, since: int) -> int:
        """How many issues and notes there are after a mark."""
        return int(self.ask(WRITTEN, since)[0][0])

    def moments(self, since: int) -> list[float]:
        """When each issue and note was written, by Redmine's clock, in seconds since 1970."""
        return [float(moment) for (moment,) in self.ask(MOMENTS, since)]

    def ground(self, since: int) -> Ground:
        """All that was written after a mark."""
        issues = self.ask("SELECT id, subject, coalesce(description, '') FROM issues WHERE id > %(since)s", since)
        digests: dict[int, set[str]] = {}
        for id, digest in self.ask(FILES, since):
            digests.setdefault(id, set()).add(digest)
        return Ground(
            issues=tuple(
                Issue(id=id, subject=subject, description=said, files=frozenset(digests.get(id, ())))
                for id, subject, said in issues
            ),
            notes=tuple((id, notes) for id, notes in self.ask(NOTES, since)),
        )

    def ask(self, statement: str, since: int = 0) -> list[tuple[Any, ...]]:
        """Rows of one statement."""
        return self.db.execute(statement, {"since": since}).fetchall()


@contextmanager
def running(*, apart: bool = False) -> Iterator[World]:
    """All of it for as long as the block lasts. ``apart``: Redmine and its database have the half of this machine's
    processors, all else the other half."""
    redmines, others = _halves() if apart else [os.sched_getaffinity(0)] * 2
    with (
        tempfile.TemporaryDirectory(prefix="hd-bench-") as folder,
        _on(redmines),
        postgres.running() as cluster,
        redmine.running(cluster) as tracker,
        _on(others),
        dovecot.running(PASSWORD) as imap,
        postfix.running(imap) as relay,
        psycopg.connect(cluster.url(tracker.database), autocommit=True) as db,
    ):
        yield World(Path(folder), tracker, imap, relay, db)


def _halves() -> tuple[set[int], set[int]]:
    """This machine's processors."""
    every = sorted(os.sched_getaffinity(0))
    half = len(every) // 2
    if not half:
        raise RuntimeError("Redmine cannot have a processor of its own here: there is one alone")
    return set(every[:half]), set(every[half:])


@contextmanager
def _on(processors: set[int]) -> Iterator[None]:
    """What is started meanwhile runs on these, for as long as it lives."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
