"""The real Redmine's database, or a journal in PostgreSQL, is restored to an hour ago: noticed, and put together.
Touches the network."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine


@pytest.fixture
def here(tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    installation = Installation(tmp_path, redmine, dovecot, postfix)
    yield installation
    installation.kill()


def send(here: Installation, customer: str, word: str, part: int) -> None:
    """The first mail of a conversation, or its answer to itself."""
    answers = {"In_Reply_To": f"<{word}.{part - 1}@customers.example.org>"} if part > 1 else {}
    subject = f"{word} is broken" if part == 1 else "Re: broken"
    id = f"<{word}.{part}@customers.example.org>"
    letter = a_mail(customer, here.address, subject, f"part{part}-{word}", id=id, **answers)
    here.postfix.deliver(here.address, bytes(letter), customer)


def notes_with(here: Installation, text: str) -> list[str]:
    """The subjects of the issues that have a note with this text."""
    found = f"SELECT subject FROM issues JOIN journals ON journalized_id = issues.id WHERE notes LIKE '%{text}%'"
    return [row[0] for row in here.redmine.sql(found)]


def copy(here: Installation, source: str, target: str) -> None:
    """One database over another; whoever is connected to them is cut off."""
    postgres = here.redmine.postgres
    for name in (source, target):
        postgres.query("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    postgres.query("postgres", f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
    postgres.query("postgres", f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def test_redmine_restored_to_an_hour_ago_is_noticed_and_put_together(here: Installation) -> None:
    before, lost = a_word(), a_word()
    customer, other = here.dovecot.new_account("example.org"), here.dovecot.new_account("example.org")
    backup = f"{here.redmine.database}_hour"
    here.start()
    send(here, customer, before, 1)
    here.drained(1)
    here.stop()
    here.redmine.puma.stop()
    copy(here, here.redmine.database, backup)
    here.redmine.puma.start()
    here.start()
    send(here, other, lost, 1)
    here.drained(2)
    send(here, other, lost, 2)
    send(here, customer, before, 2)
    here.drained(4)
    here.stop()
    here.redmine.puma.stop()
    copy(here, backup, here.redmine.database)
    here.redmine.puma.start()
    assert here.redmine.count_subjects(lost) == 0 and notes_with(here, f"part2-{before}") == []
    here.start(ready=False)
    wait_until(lambda: "after-loss" in here.log(), f"the alarm; the log: {here.log()[-2000:]}")
    send(here, other, lost, 3)
    time.sleep(3)
    assert here.redmine.count_subjects(lost) == 0, "nothing goes out"
    here.stop()
    said = here.command("after-loss", "--json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["due_again"] == 3
    here.start()
    here.drained(5)
    assert here.redmine.count_subjects(lost) == 1 and here.redmine.count_subjects(before) == 1
    assert [notes_with(here, f"part{part}-{lost}") for part in (2, 3)] == [[f"{lost} is broken"]] * 2
    assert notes_with(here, f"part2-{before}") == [f"{before} is broken"]
    assert [len(here.letters_to(address)) for address in (customer, other)] == [1, 1]
    assert here.command("held", "list", "--json").stdout == ""


def test_a_journal_that_is_lost_with_its_keys_is_made_again_from_redmine_and_dovecot(here: Installation) -> None:
    word, customer = a_word(), here.dovecot.new_account("example.org")
    here.start()
    send(here, customer, word, 1)
    here.drained(1)
    send(here, customer, word, 2)
    here.drained(2)
    here.stop()
    for path in (here.folder / "var").glob("*"):
        if path.is_file():
            path.unlink()
    here.start(ready=False)
    wait_until(lambda: "after-loss" in here.log(), f"the alarm; the log: {here.log()[-2000:]}")
    send(here, customer, word, 3)
    here.stop()
    said = here.command("after-loss", "--json")
    assert said.returncode == 0, said.stderr
    here.start()
    here.drained(3)
    assert here.redmine.count_subjects(word) == 1
    assert [notes_with(here, f"part{part}-{word}") for part in (2, 3)] == [[f"{word} is broken"]] * 2
    assert len(here.letters_to(customer)) == 1


@pytest.mark.parametrize("running", [False, True], ids=["stopped", "running"])
def test_a_journal_in_postgresql_restored_to_an_hour_ago_is_noticed_and_no_answer_goes_out_again(
    here: Installation, running: bool
) -> None:
    """All that its last hour held is an agent's answer: no mail, no ticket tells of it."""
    word, customer = a_word(), here.dovecot.new_account("example.org")
    journal = f"hd_{word}"
    here.redmine.postgres.create(journal)
    config = here.folder / "config.yaml"
    url = here.redmine.postgres.url(journal, "postgresql+psycopg")
    config.write_text(
        config.read_text()
        .replace("sqlite:///var/journal.sqlite", url)
        .replace("{kind: smtp,", "{kind: smtp, grace: 1s,")
    )
    here.start()
    send(here, customer, word, 1)
    here.drained(1)
    here.stop()
    copy(here, journal, f"{journal}_hour")
    here.start()
    answer(here, word, f"answer-{word}")
    wait_until(lambda: len(here.letters_to(customer)) == 2, "the answer", seconds=60)
    here.drained(1)
    time.sleep(2.5)  # until it is noted how far the journal goes
    if not running:
        here.stop()
    copy(here, f"{journal}_hour", journal)
    if not running:
        here.start(ready=False)
    wait_until(lambda: "after-loss" in here.log(), f"the alarm; the log: {here.log()[-2000:]}")
    time.sleep(3)
    here.stop()
    said = here.command("after-loss", "--json")
    assert said.returncode == 0, said.stderr
    here.start()
    send(here, customer, word, 2)
    here.drained(2)
    assert len(here.letters_to(customer)) == 2, "the acknowledgement and the answer, once each"
    assert notes_with(here, f"part2-{word}") == [f"{word} is broken"]


def answer(here: Installation, word: str, text: str) -> None:
    """An agent's public note on the ticket of a conversation."""
    ((number,),) = here.redmine.sql(f"SELECT id FROM issues WHERE subject LIKE '%{word}%'")
    here.redmine.change(number, notes=text)
