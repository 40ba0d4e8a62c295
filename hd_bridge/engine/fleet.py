"""A process of a fleet: it works on jobs that any process of the installation may take. Touches the network.

Procrastinate keeps the jobs in the journal's own database. A process that dies stops beating; its jobs are then handed
to others, which take over what it had in hand. Whoever has the seat of the clock sweeps: what is due in the journal
and has no job gets one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg_pool import AsyncConnectionPool

from hd_bridge.alive import CLIENT_ALIVE, SERVER_ALIVE
from hd_bridge.engine import jobs
from hd_bridge.errors import JournalAway
from hd_bridge.ports_engine import CLOCK, Seats, Work

log = logging.getLogger("hd_bridge.engine")

BEAT = 5.0  # seconds between two signs of life
DEAD = 20.0  # seconds without one
SWEEP = 1.0  # seconds
LOSABLE = "-c synchronous_commit=off"  # the disk need not be waited for: a job that is lost is handed in again
AGAIN = 2.0  # seconds until a database that was out of reach is tried again
WITHOUT_A_JOB = "SELECT lock FROM procrastinate_jobs WHERE lock = ANY(%(locks)s) AND status IN ('todo', 'doing')"


class Fleet:
    """The engine for any number of equal processes. ``workers`` perform side by side in this one."""

    def __init__(self, address: str, teller: jobs.Teller, seats: Seats, workers: int) -> None:
        self._address, self._teller, self._seats, self._workers = address, teller, seats, workers
        self._name = f"{socket.gethostname()}-{os.getpid()}"
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        for name in ("procrastinate", "psycopg.pool"):  # what they say is said here once, in words
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def prepare(self) -> None:
        jobs.make_schema(self._address)

    def start(self, work: Work, spawn: Callable[[str, Callable[[], None]], None]) -> None:
        spawn("engine", lambda: self._run(work))

    def mail(self) -> None:
        """The journal's own transaction has told the jobs."""

    def steps(self) -> None:
        """The journal's own transaction has told the jobs."""

    def stop(self) -> None:
        loop, ended = self._loop, self._ended
        if loop is not None and ended is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(ended.set)

    def _run(self, work: Work) -> None:
        """Until the end; what the database fails at ends a turn, not the daemon."""
        while not work.stop():
            try:
                with jobs.translated():
                    asyncio.run(self._turn(work))
            except JournalAway as away:
                log.warning("the engine rests: %s", away)
                work.rest(AGAIN)

    async def _turn(self, work: Work) -> None:
        """Work until something ends: the daemon, or the connection to the database."""
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_default_executor(ThreadPoolExecutor(self._workers + 3, thread_name_prefix="perform"))
        app = self._app(work)
        async with app.open_async():
            performing = app.run_worker_async(**self._habits(jobs.PERFORM, self._workers))
            deciding = app.run_worker_async(**self._habits(jobs.DECIDE, 1))
            parts = (performing, deciding, self._sweep(app, work), self._mend(app), self._until_stopped(work))
            tasks = [asyncio.create_task(part) for part in parts]
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for task in ended:
                task.result()

    def _habits(self, queue: str, concurrency: int) -> dict[str, Any]:
        return {
            "name": f"{self._name}-{queue}",
            "queues": [queue],
            "concurrency": concurrency,
            "install_signal_handlers": False,
            "fetch_job_polling_interval": 2.0,
            "update_heartbeat_interval": BEAT,
            "stalled_worker_timeout": DEAD,
            "delete_jobs": "always",
        }

    def _app(self, work: Work) -> procrastinate.App:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._address,
            kwargs={**CLIENT_ALIVE, "options": f"{jobs.SEARCH_PATH} {LOSABLE} {SERVER_ALIVE}"},
            pool_factory=_pool,
            min_size=1,
            max_size=4,
            timeout=10,
        )
        app = procrastinate.App(connector=connector)

        @app.task(name=jobs.PERFORM, pass_context=True)
        def perform(context: procrastinate.JobContext, strand: str) -> None:
            # A job that comes back to a process that only stood still is another worker's: the first one may go on.
            job = context.job
            with self._teller.at_work_on(strand):
                work.perform(f"{self._name}-{job.id}-{job.attempts}", strand, job.attempts > 0)

        @app.task(name=jobs.DECIDE)
        def decide() -> None:
            work.decide()

        return app

    async def _until_stopped(self, work: Work) -> None:
        assert self._ended is not None
        if not work.stop():
            await self._ended.wait()

    async def _sweep(self, app: procrastinate.App, work: Work) -> None:
        """Losing every job loses nothing."""
        while True:
            await asyncio.sleep(SWEEP)
            if self._seats.held(CLOCK):
                wanted = {strand: jobs.job_for(strand) for strand in await asyncio.to_thread(work.due)}
                if await asyncio.to_thread(work.undecided):
                    wanted[jobs.DECIDE] = jobs.decide_job()
                await _hand_in(app, wanted)

    async def _mend(self, app: procrastinate.App) -> None:
        """The jobs of a process that is silent are done by others."""
        while True:
            await asyncio.sleep(BEAT)
            if self._seats.held(CLOCK):
                for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD):
                    log.warning("taken over from a process that is silent: %s", job.lock)
                    with suppress(ConnectorException):  # it was not silent for good, and is done
                        await app.job_manager.retry_job(job)


def _pool(**options: Any) -> AsyncConnectionPool:
    """Without a question before each use whether the connection still lives: one that does not ends the turn."""
    return AsyncConnectionPool(**options | {"check": None})


async def _hand_in(app: procrastinate.App, wanted: dict[str, Job]) -> None:
    known: Collection[str] = ()
    if wanted:
        rows = await app.connector.execute_query_all_async(WITHOUT_A_JOB, locks=list(wanted))
        known = {row["lock"] for row in rows}
    missing = [job for lock, job in wanted.items() if lock not in known]
    if missing:
        await app.job_manager.batch_defer_jobs_async(missing)
