"""The journal's PostgreSQL is stopped and started again under a running daemon: Closed, not a crash. Touches the
network."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers import postgres as postgres_server
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.postgres import Postgres
from tests.live.servers.redmine import Redmine


@pytest.fixture
def journal(redmine: Redmine) -> Iterator[Postgres]:
    """A cluster for the journal alone: Redmine keeps its own."""
    with postgres_server.running() as cluster:
        cluster.create("hd_journal")
        yield cluster


@pytest.fixture
def here(
    tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix, journal: Postgres
) -> Iterator[Installation]:
    installation = Installation(tmp_path, redmine, dovecot, postfix)
    config = tmp_path / "config.yaml"
    text = config.read_text()
    assert "sqlite:///var/journal.sqlite" in text
    config.write_text(text.replace("sqlite:///var/journal.sqlite", journal.url("hd_journal")))
    yield installation
    installation.kill()


def test_a_journal_that_is_out_of_reach_for_a_while_costs_no_mail_and_no_restart(
    here: Installation, journal: Postgres
) -> None:
    customer = here.dovecot.new_account("example.org")
    words = [a_word() for _ in range(6)]
    here.start()
    pid = here.pid
    for turn in range(2):
        for word in words[turn * 3 : turn * 3 + 2]:
            mail = a_mail(customer, here.address, f"{word} is broken", "Help.", id=f"<{word}@customers.example.org>")
            here.postfix.deliver(here.address, bytes(mail), customer)
        time.sleep(0.3 * turn)  # the second time in the middle of the work
        journal.stop()
        word = words[turn * 3 + 2]
        mail = a_mail(customer, here.address, f"{word} is broken", "Help.", id=f"<{word}@customers.example.org>")
        here.postfix.deliver(here.address, bytes(mail), customer)
        time.sleep(3)
        assert _lives(pid), here.log()[-3000:]
        journal.start()
        wait_until(lambda: here.open_doors() != set(), f"the journal to be read again; {here.log()[-2000:]}")
    here.drained(len(words))
    assert here.pid == pid and _lives(pid)
    assert {word: here.redmine.count_subjects(word) for word in words} == dict.fromkeys(words, 1)
    subjects = [str(letter["In-Reply-To"]) for letter in here.letters_to(customer)]
    assert len(subjects) == len(set(subjects))
    status = here.status()["tally"]
    assert len(subjects) + status.get("steps.dropped", 0) >= len(words)


def _lives(pid: int) -> bool:
    """Whether the process runs and is no zombie."""
    try:
        os.kill(pid, 0)
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
