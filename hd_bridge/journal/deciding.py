"""Several verdicts in one transaction, each decided by what the one before it has brought. Touches the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from hd_bridge.journal.dialect import translated
from hd_bridge.journal.guarding import SqlGuarding
from hd_bridge.journal.inbox import SqlInbox
from hd_bridge.journal.people import SqlPeople
from hd_bridge.journal.store import Store
from hd_bridge.ports_deciding import Deciding

T = TypeVar("T")


class SqlVerdicts(Store):
    """The port ``Verdicts``, as far as it is about several."""

    def decide(self, work: Callable[[Deciding], T]) -> T:
        with self._writing() as db:
            return work(_Within(db, self._clock))


class _Within(SqlInbox, SqlPeople, SqlGuarding):
    """The journal's own methods, all on one connection and in the transaction that is open on it. Their errors leave
    as errors of the journal already here, so that ``work`` does not take them for faults of its own."""

    def __init__(self, db: sa.Connection, clock: Callable[[], datetime]) -> None:
        self._db, self._clock = db, clock  # not what a store opens: it has no connections of its own

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with translated():
            yield self._db

    @contextmanager
    def _writing(self, *, lazy: bool = False, shared: bool = False) -> Iterator[sa.Connection]:
        with translated():
            yield self._db
