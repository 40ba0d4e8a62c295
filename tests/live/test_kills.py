"""The daemon is killed again and again on the real servers; nothing is lost, nothing doubled. Touches the network."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers import spoiler
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

KILLS = 10
MAILS = 50


@pytest.fixture
def here(tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    with spoiler.before(redmine.url) as between:
        installation = Installation(tmp_path, redmine, dovecot, postfix, redmine_url=between.url)
        installation.spoiler = between  # type: ignore[attr-defined]
        yield installation
        installation.kill()


def test_a_mail_over_redmines_limit_becomes_one_ticket_though_the_daemon_is_killed_in_the_call(
    here: Installation,
) -> None:
    word, customer = a_word(), here.dovecot.new_account("example.org")
    big = a_mail(customer, here.address, f"{word} is broken", "See the file.")
    big.add_attachment(b"\0\1\2\3" * 1_500_000, maintype="application", subtype="octet-stream", filename="big.bin")
    here.start()
    here.spoiler.lose_answer = True  # type: ignore[attr-defined]
    here.postfix.deliver(here.address, bytes(big), customer)
    wait_until(lambda: here.redmine.count_subjects(word) == 1, f"the issue; the log: {here.log()[-2000:]}")
    here.kill()
    here.start()
    here.drained(1)
    assert here.redmine.count_subjects(word) == 1
    (row,) = here.redmine.sql(
        rf"SELECT id, regexp_replace(description, '\s+', ' ', 'g') FROM issues WHERE subject LIKE '%{word}%'"
    )
    assert "big.bin" in row[1] and "Not attached" in row[1]
    names = here.redmine.sql(f"SELECT filename FROM attachments WHERE container_id = {row[0]}")
    assert [name for (name,) in names if name.startswith("mail-") and name.endswith(".txt")]
    assert len(here.letters_to(customer)) <= 1


def test_ten_kills_in_a_run_of_fifty_mails_lose_nothing_and_double_nothing(here: Installation) -> None:
    chance = random.Random(20261121)
    customers = [here.dovecot.new_account("example.org") for _ in range(5)]
    words = [a_word() for _ in range(MAILS // 2)]
    here.start()
    for part in range(2):
        for i, word in enumerate(words):
            here.postfix.deliver(here.address, bytes(_pair(here, customers[i % 5], word)[part]), customers[i % 5])
        # Postfix delivers side by side: an answer must not arrive before what it answers.
        wait_until(partial(_delivered, here, (part + 1) * len(words)), "delivery")
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 2.5))
        here.kill()
        here.start(ready=False)
    here.drained(MAILS)
    assert [word for word in words if here.redmine.count_subjects(word) != 1] == []
    assert [word for word in words if _notes_with(here, f"more-{word}") != 1] == []
    answered = Counter(str(letter["Subject"]) for customer in customers for letter in here.letters_to(customer))
    assert not answered or max(answered.values()) == 1
    dropped = here.status()["tally"].get("steps.dropped", 0)
    assert len(answered) + dropped >= len(words) - here.status()["tally"].get("steps.held", 0)
    assert here.command("held", "list", "--json").stdout == ""


def _pair(here: Installation, customer: str, word: str) -> tuple[EmailMessage, EmailMessage]:
    """A request and the customer's own answer to it, which may overtake its ticket."""
    first = a_mail(customer, here.address, f"{word} is broken", "Help.", id=f"<{word}.1@customers.example.org>")
    second = a_mail(
        customer,
        here.address,
        "Re: broken",
        f"more-{word}",
        id=f"<{word}.2@customers.example.org>",
        In_Reply_To=f"<{word}.1@customers.example.org>",
    )
    return first, second


def _delivered(here: Installation, count: int) -> bool:
    """A mail that is being flagged while we look may be seen in both folders: each counts once."""
    return len(set(here.dovecot.mails_of(here.address))) >= count


def _notes_with(here: Installation, text: str) -> int:
    return int(here.redmine.sql(f"SELECT count(*) FROM journals WHERE notes LIKE '%{text}%'")[0][0])
