"""A journal moves from SQLite to PostgreSQL and goes on there. Touches the network."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.copy import copy_journal
from tests.contract.journal_cases import NOW, claimed, note
from tests.homes import Home, mail
from tests.live.servers.postgres import Postgres


@pytest.fixture
def target(postgres: Postgres) -> str:
    name = f"copy_{secrets.token_hex(6)}"
    postgres.create(name)
    return postgres.url(name, "postgresql+psycopg")


def test_everything_is_there_and_the_next_mail_goes_on_after_it(tmp_path: Path, target: str) -> None:
    home = Home(tmp_path)
    home.post(mail())
    home.post(mail("Re", "More.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    before = home.house.journal
    assert copy_journal(f"sqlite:///{tmp_path / 'journal.sqlite'}", target) == 2
    after = SqlJournal.open(target, lambda: NOW)
    assert after.tally() == before.tally()
    known = before.conversation_by_ticket(1)
    assert known is not None and after.conversation_by_ticket(1) == known
    assert after.page(known.id) == before.page(known.id)
    assert after.mails_of(known.id) == before.mails_of(known.id)
    assert after.cursor("support") == before.cursor("support")
    receipts = after.receive(
        "support", "support@example.com", list(home.boxes["support"].since("0", lambda places: set())), NOW
    )
    assert [receipt.new for receipt in receipts] == [False, False]
    after.add([note("z/1")])
    assert claimed(after) == "z/1"
    after.close()


def test_a_journal_that_holds_mails_is_not_copied_over(tmp_path: Path, target: str) -> None:
    home = Home(tmp_path)
    home.post(mail())
    home.turn()
    source = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    copy_journal(source, target)
    with pytest.raises(JournalError, match="in use already"):
        copy_journal(source, target)
