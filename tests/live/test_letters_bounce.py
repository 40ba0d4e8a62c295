"""A letter that the relay takes and sends back a moment later: a real Postfix, Dovecot and Redmine. Touches the
network."""

from __future__ import annotations

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
    text = (tmp_path / "config.yaml").read_text()
    (tmp_path / "config.yaml").write_text(text.replace("outbox: {kind: smtp,", "outbox: {kind: smtp, grace: none,"))
    yield installation
    installation.kill()


def private_notes(here: Installation, number: str) -> list[str]:
    """What the agents were told on the issue."""
    flat = r"regexp_replace(notes, '\s+', ' ', 'g')"
    of = f"journalized_id = {number} AND journalized_type = 'Issue' AND private_notes AND notes <> ''"
    return [row[0] for row in here.redmine.sql(f"SELECT {flat} FROM journals WHERE {of} ORDER BY id")]


def sent_back(here: Installation, customer: str) -> int:
    """How many letters to a customer the relay has taken and could not deliver."""
    return sum(f"to=<{customer}>" in line and "status=bounced" in line for line in here.postfix.log().splitlines())


def test_a_letter_that_comes_back_is_told_on_its_ticket_and_the_next_is_not_sent(here: Installation) -> None:
    word, customer = a_word(), f"{a_word()}@returned.example"
    here.start()
    here.postfix.deliver(here.address, bytes(a_mail(customer, here.address, f"{word} is broken", "Help.")), customer)
    here.drained(1)
    wait_until(lambda: sent_back(here, customer) == 1, "the acknowledgement to be sent back to nobody", seconds=60)
    ((number,),) = here.redmine.sql(f"SELECT id::text FROM issues WHERE subject LIKE '%{word}%'")
    assert private_notes(here, number) == [], "an acknowledgement has no sender to whom it could come back"

    here.redmine.change(number, notes="Please restart it.")
    wait_until(lambda: bool(private_notes(here, number)), "a note on the bounce", seconds=90)
    (told,) = private_notes(here, number)
    assert customer in told and "marked" in told
    assert sent_back(here, customer) == 2

    here.redmine.change(number, notes="Did it help?")
    wait_until(lambda: len(private_notes(here, number)) > 1, "a second note", seconds=90)
    assert "was not sent" in private_notes(here, number)[1]
    here.drained(2)
    assert sent_back(here, customer) == 2, "nothing more is sent to an address that is gone"
    assert here.redmine.count_subjects(word) == 1
