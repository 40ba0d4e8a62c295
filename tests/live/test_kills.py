"""The daemon is killed again and again on the real servers; nothing is lost, nothing doubled. Touches the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers import spoiler
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine
from tests.proof.drive import Drive
from tests.proof.report import Plan, tell
from tests.proof.stand import standing

KILLS = 20
MAILS = 50
KINDS = 8  # of the ten faults that befall requests: they come in turn, and there are enough of them


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


def test_twenty_kills_in_a_storm_of_faults_lose_nothing_and_double_nothing(
    tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> None:
    plan = Plan(seed=20261121, mails=MAILS, kills=KILLS, troubles=("clock", "dovecot", "disk", "postfix"))
    with standing(tmp_path, redmine, dovecot, postfix) as stand:
        report = Drive(stand, plan).run()
    tell(report)
    assert report.wrong == []
    assert report.kills.total() >= KILLS
    assert len([kind for kind in spoiler.Fault if report.faults[kind.name]]) >= KINDS
    assert any(place.startswith("doing") for place in report.found), "no death was in a call"
