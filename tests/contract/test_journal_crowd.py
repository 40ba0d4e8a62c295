"""Many threads and processes on one journal: each step claimed once, nothing lost. Touches the disk."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from tests.contract.journal_cases import NOW, SUPPORT, claimed, mail, note, receive
from tests.contract.journal_worker import claim_all

STEPS = [f"a/{number}" for number in range(400)]


def plant(journal: SqlJournal) -> None:
    """400 steps in 40 lanes."""
    journal.add([note(key, lane=key[-2:]) for key in STEPS])


def start(*words: str) -> subprocess.Popen[str]:
    """Another process on the journal."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contract.journal_worker", *words], stdout=subprocess.PIPE, text=True
    )


def test_eight_threads_claim_every_step_exactly_once(journal: SqlJournal) -> None:
    plant(journal)
    with ThreadPoolExecutor(8) as pool:
        shares = list(pool.map(lambda number: claim_all(journal, f"w{number}"), range(8)))
    # A worker stops when it finds nothing, which may be while others hold all lanes; the last one leaves nothing.
    assert sorted(key for share in shares for key in share) == sorted(STEPS)


def test_two_processes_and_threads_claim_every_step_exactly_once(journal: SqlJournal, journal_url: str) -> None:
    plant(journal)
    others = [start("claim", journal_url, f"p{number}") for number in range(2)]
    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(lambda number: claim_all(journal, f"w{number}"), range(4)))
    told = [process.communicate(timeout=120)[0].split() for process in others]
    assert [process.returncode for process in others] == [0, 0]
    assert sorted(key for share in (*shares, *told) for key in share) == sorted(STEPS)


def test_readers_and_writers_are_never_turned_away(journal: SqlJournal) -> None:
    def write(worker: int) -> None:
        for number in range(25):
            receive(journal, mail(worker * 100 + number))

    def read(_: int) -> None:
        for _number in range(100):
            journal.undecided(1)
            journal.tally()

    with ThreadPoolExecutor(12) as pool:
        jobs = [pool.submit(write, worker) for worker in range(8)] + [pool.submit(read, worker) for worker in range(4)]
    assert [job.exception() for job in jobs] == [None] * 12
    assert len(journal.undecided(999)) == 200


def test_a_reader_does_not_wait_for_a_writer(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    with journal._writing():  # the lock is held for as long as this block runs
        assert journal.received(key) is not None


def test_two_programs_may_make_the_same_journal_at_once(journal_url: str) -> None:
    others = [start("claim", journal_url, f"p{number}") for number in range(3)]
    for process in others:
        process.communicate(timeout=120)
    assert [process.returncode for process in others] == [0, 0, 0]


def test_a_transaction_that_fails_leaves_nothing_behind(journal: SqlJournal) -> None:
    unreadable = note("a/2")
    object.__setattr__(unreadable, "due", NOW.replace(tzinfo=None))
    with pytest.raises(JournalError, match="zone"):
        journal.add([note("a/1"), unreadable])
    assert claimed(journal) is None


def test_a_mail_is_safe_once_receive_has_returned_even_if_the_process_is_killed(journal_url: str) -> None:
    process = start("receive", journal_url)
    assert process.stdout is not None
    key = process.stdout.readline().strip()
    process.kill()
    process.communicate(timeout=60)
    journal = SqlJournal.open(journal_url)
    kept = journal.received(key)
    assert kept is not None
    assert kept.raw == mail().raw
    assert journal.cursor("support") == "c1"
    assert [receipt.new for receipt in journal.receive("support", SUPPORT, [mail()], NOW)] == [False]
    journal.close()
