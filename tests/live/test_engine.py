"""The engine of a fleet on a real PostgreSQL: jobs within transactions, seats, and what becomes of the dead's. Touches
the network."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from hd_bridge.engine.fleet import Fleet
from hd_bridge.engine.jobs import SCHEMA, Teller, make_schema
from hd_bridge.engine.seats import ServerSeats
from hd_bridge.ports_engine import CLOCK, Work
from tests.live.servers.loopback import wait_until
from tests.live.servers.postgres import Postgres

JOBS = f"{SCHEMA}.procrastinate_jobs"
LONG_AGO = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"


@pytest.fixture
def address(postgres: Postgres) -> str:
    """The address of a database with the schema of jobs."""
    name = f"fleet_{secrets.token_hex(6)}"
    postgres.create(name)
    made = postgres.url(name)
    make_schema(made)
    return made


@contextmanager
def session(address: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(address) as db:
        yield db


def count(address: str, table: str = JOBS) -> int:
    with session(address) as db:
        row = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


class Hands:
    """Notes what the engine asks for; what is due stays due until it was performed."""

    def __init__(self) -> None:
        self.due: set[str] = set()
        self.mail = False
        self.performed: list[tuple[str, bool]] = []
        self.workers: list[str] = []
        self.decided = 0
        self.ended = threading.Event()
        self.threads: list[threading.Thread] = []

    def perform(self, worker: str, strand: str | None, lost: bool) -> bool:
        assert strand is not None and worker
        self.performed.append((strand, lost))
        self.workers.append(worker)
        self.due.discard(strand)
        return True

    def decide(self) -> bool:
        self.decided += 1
        self.mail = False
        return True

    def work(self) -> Work:
        return Work(
            decide=self.decide,
            perform=self.perform,
            due=lambda: tuple(sorted(self.due)),
            undecided=lambda: self.mail,
            pause=lambda: 0.1,
            rest=self.ended.wait,
            stop=self.ended.is_set,
        )

    def spawn(self, name: str, body: Callable[[], None]) -> None:
        thread = threading.Thread(target=body, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()


@contextmanager
def fleet(address: str, teller: Teller | None = None) -> Iterator[Hands]:
    """One process of a fleet, with the seat of the clock if it is free."""
    seats, hands = ServerSeats(address), Hands()
    seats.take((CLOCK,))
    engine = Fleet(address, teller or Teller(), seats, 2)
    engine.prepare()
    engine.start(hands.work(), hands.spawn)
    try:
        yield hands
    finally:
        hands.ended.set()
        engine.stop()
        for thread in hands.threads:
            thread.join(30)
        seats.close()
        assert not any(thread.is_alive() for thread in hands.threads)


def test_a_job_is_kept_with_the_transaction_that_told_of_it_and_not_without(address: str) -> None:
    teller = Teller()
    with session(address) as db:
        teller.tell(db, ("talk", "other"), True)
        db.rollback()
    assert count(address) == 0
    with session(address) as db:
        teller.tell(db, ("talk", "other"), True)
    assert count(address) == 3


def test_the_strand_that_is_worked_on_needs_no_job_of_its_own(address: str) -> None:
    teller = Teller()
    with session(address) as db, teller.at_work_on("talk"):
        teller.tell(db, ("talk", "other"), False)
    assert count(address) == 1


def test_the_search_path_of_the_journal_is_as_before(address: str) -> None:
    with session(address) as db:
        before = db.execute("SHOW search_path").fetchone()
        Teller().tell(db, ("talk",), False)
        assert db.execute("SHOW search_path").fetchone() == before


def test_the_schema_is_made_once_and_anew_for_another_version(address: str) -> None:
    with session(address) as db:
        Teller().tell(db, ("talk",), False)
    make_schema(address)
    assert count(address) == 1
    with session(address) as db:
        db.execute(f"COMMENT ON SCHEMA {SCHEMA} IS 'Procrastinate 0.1'")
    make_schema(address)
    assert count(address) == 0


def test_jobs_are_done_by_a_process_and_are_gone(address: str) -> None:
    with fleet(address) as hands:
        with session(address) as db:
            Teller().tell(db, ("talk", "other"), True)
        wait_until(lambda: len(hands.performed) == 2 and hands.decided == 1, "the jobs are done")
        wait_until(lambda: count(address) == 0, "the jobs are gone")
    assert sorted(hands.performed) == [("other", False), ("talk", False)]


def test_what_is_due_and_has_no_job_gets_one(address: str) -> None:
    with fleet(address) as hands:
        hands.due, hands.mail = {"talk", "other"}, True
        wait_until(lambda: not hands.due and not hands.mail, "the sweep has found them")


def test_one_strand_is_in_one_pair_of_hands_at_a_time(address: str) -> None:
    with session(address) as db:
        for _ in range(6):
            Teller().tell(db, ("talk",), False)
    most, inside, lock = 0, 0, threading.Lock()

    def busy(_worker: str, strand: str | None, _lost: bool) -> bool:
        nonlocal most, inside
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1
        return True

    seats, hands = ServerSeats(address), Hands()
    hands.perform = busy  # type: ignore[assignment,method-assign]
    engine = Fleet(address, Teller(), seats, 4)
    engine.start(hands.work(), hands.spawn)
    wait_until(lambda: count(address) == 0, "all six are done")
    hands.ended.set()
    engine.stop()
    hands.threads[0].join(30)
    seats.close()
    assert most == 1


def test_the_jobs_of_a_process_that_died_are_done_by_another_which_knows_it(address: str) -> None:
    with session(address) as db:
        Teller().tell(db, ("talk",), False)
        db.execute(f"SET LOCAL search_path TO {SCHEMA}")
        row = db.execute(LONG_AGO).fetchone()
        assert row is not None
        db.execute(f"UPDATE {JOBS} SET status = 'doing', worker_id = %s", (row[0],))
    with fleet(address) as hands:
        wait_until(lambda: hands.performed == [("talk", True)], "it was taken over")


def test_an_engine_goes_on_when_its_connections_were_cut(address: str) -> None:
    with fleet(address) as hands:
        hands.due = {"one"}
        wait_until(lambda: not hands.due, "it works")
        with session(address) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = ''"
            )
        hands.due = {"two"}
        wait_until(lambda: not hands.due, "it works again")


def test_a_job_that_comes_back_is_another_workers(address: str) -> None:
    """A process that stood still for half a minute may go on with what it had begun."""
    with session(address) as db:
        Teller().tell(db, ("talk",), False)
        db.execute(f"UPDATE {JOBS} SET attempts = 1")
    with fleet(address) as hands:
        wait_until(lambda: len(hands.workers) == 1, "the job is done")
        with session(address) as db:
            Teller().tell(db, ("talk",), False)
        wait_until(lambda: len(hands.workers) == 2, "the other is done")
    assert [worker.rpartition("-")[2] for worker in hands.workers] == ["1", "0"]
