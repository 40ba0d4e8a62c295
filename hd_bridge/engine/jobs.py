"""Jobs on Procrastinate: their schema, and how they are handed in within a transaction. Touches the network.

A job says only which strand has something due, or that there is mail: what is to be done stands in the journal. So a
job too many finds nothing to do, and one that was lost is handed in again by the sweep.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import DEFAULT_PRIORITY, Job
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager

from hd_bridge.alive import CLIENT_ALIVE, SERVER_ALIVE
from hd_bridge.engine.seats import away

SCHEMA = "hd_bridge_jobs"  # of its own: it can be thrown away, the journal stays the truth
SEARCH_PATH = f"-c search_path={SCHEMA}"
DECIDE, PERFORM = "decide", "perform"  # tasks, and the queues that they wait in
MAKING = 0x68645F65  # the lock of those that make the schema


def job_for(strand: str) -> Job:
    """Perform what is due in a strand; of one strand one job at a time."""
    return _job(PERFORM, strand, {"strand": strand})


def decide_job() -> Job:
    """Decide what waits; one job at a time in an installation."""
    return _job(DECIDE, DECIDE, {})


def _job(task: str, lock: str, told: dict[str, Any]) -> Job:
    return Job(
        id=None,
        queue=task,
        lock=lock,
        queueing_lock=None,
        task_name=task,
        task_kwargs=told,
        priority=DEFAULT_PRIORITY,
    )


def make_schema(address: str) -> None:
    """Make the schema of jobs; one of another version of Procrastinate is thrown away, with what waits in it."""
    said = f"Procrastinate {version('procrastinate')}"
    told: dict[str, Any] = {**CLIENT_ALIVE, "options": f"{SEARCH_PATH} {SERVER_ALIVE}"}
    with translated(), psycopg.connect(address, **told) as db:
        db.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
        found = db.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", (SCHEMA,)).fetchone()
        if found is None or found[0] != said:
            db.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA};")
            db.execute(SchemaManager.get_schema())
            db.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{said}'")


class Teller:
    """Hands jobs in for what a transaction of the journal has made ready, on its own connection."""

    def __init__(self) -> None:
        self._jobs = JobManager(SyncPsycopgConnector())  # no connection of its own: each call brings one
        self._here = threading.local()

    @contextmanager
    def at_work_on(self, strand: str) -> Iterator[None]:
        """This thread works on a strand: what comes due in it meanwhile needs no job of its own."""
        self._here.strand = strand
        try:
            yield
        finally:
            self._here.strand = None

    def tell(self, connection: Any, due: Sequence[str], mail: bool) -> None:
        """``connection`` is psycopg's, in the transaction whose commit hands the jobs in."""
        mine = getattr(self._here, "strand", None)
        jobs = [job_for(strand) for strand in due if strand != mine] + ([decide_job()] if mail else [])
        if jobs:
            with translated():
                connection.execute(f"SET LOCAL search_path TO {SCHEMA}")
                self._jobs.batch_defer_jobs(jobs, connection=connection)
                connection.execute("SET LOCAL search_path TO DEFAULT")


@contextmanager
def translated() -> Iterator[None]:
    """Whatever fails here is the database: there is nothing else at the other end."""
    try:
        yield
    except (psycopg.Error, ProcrastinateException) as error:
        raise away(error.__cause__ or error) from error
