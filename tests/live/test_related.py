"""An issue of another project is closed in the real Redmine, and the customers who wait for it read of it in their real
mailboxes; a note that was made public behind our back waits for a person. Touches the network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

pytestmark = pytest.mark.timeout(900)

MINUTE = 150.0  # seconds in which a slice of a round has surely been done


@pytest.fixture(scope="module")
def here(
    tmp_path_factory: pytest.TempPathFactory, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> Iterator[Installation]:
    """One daemon for both tests: its rounds come once a minute, and one minute serves both."""
    installation = Installation(tmp_path_factory.mktemp("related"), redmine, dovecot, postfix)
    config = installation.folder / "config.yaml"
    config.write_text(config.read_text().replace("outbox: {", "outbox: {grace: 0s, "))
    installation.start()
    yield installation
    installation.kill()


def agent(here: Installation, method: str, path: str, json: dict[str, Any]) -> Any:
    """What an agent does in Redmine."""
    key = {"X-Redmine-API-Key": here.redmine.agent_key}
    answer = requests.request(method, f"{here.redmine.url}{path}", json=json, headers=key, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def note(here: Installation, number: str, text: str, *, private: bool = False) -> None:
    agent(here, "PUT", f"/issues/{number}.json", {"issue": {"notes": text, "private_notes": private}})


def long_ago(here: Installation, round: str) -> None:
    """The round was last made long ago: it begins in the next minute."""
    with sqlite3.connect(here.folder / "var/journal.sqlite", timeout=30) as db:
        value = "2026-01-01T00:00:00+00:00 "
        db.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?",
            (f"round {round}", value, value),
        )
    db.close()


def customer(here: Installation, word: str) -> tuple[str, str]:
    """A customer with a ticket: address and number."""
    address = here.dovecot.new_account("example.org")
    here.postfix.deliver(here.address, bytes(a_mail(address, here.address, f"{word} fails", "Help.")), address)
    wait_until(lambda: bool(here.letters_to(address)), f"an acknowledgement; the log: {here.log()[-2000:]}")
    ((number,),) = here.redmine.sql(f"SELECT id FROM issues WHERE subject LIKE '%{word}%'")
    return address, number


def private_notes(here: Installation, number: str, words: str) -> int:
    where = f"journalized_id = {number} AND private_notes AND notes LIKE '%{words}%'"
    ((found,),) = here.redmine.sql(f"SELECT count(*) FROM journals WHERE {where}")
    return int(found)


def asked(here: Installation, *numbers: str) -> dict[str, int]:
    """How often the agents of these tickets were asked."""
    return {number: private_notes(here, number, "was closed") for number in numbers}


def texts(here: Installation, address: str) -> list[str]:
    parts = [letter.get_payload()[0] for letter in here.letters_to(address)]
    return [part.get_payload(decode=True).decode() for part in parts]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Customers whose tickets wait for an issue that is closed by now."""

    people: tuple[str, str]
    tickets: tuple[str, str]


@pytest.fixture(scope="module")
def waiting(here: Installation, made_public: tuple[str, str]) -> Waiting:
    """Their tickets are newer than the one made public: the daily look begins with the oldest, one in a minute."""
    jane, first = customer(here, a_word())
    bob, second = customer(here, a_word())
    draft = {"project_id": "sales", "subject": "The driver crashes", "priority_id": priority(here)}
    issue = agent(here, "POST", "/issues.json", {"issue": draft})["issue"]["id"]
    for number in (first, second):  # a relation moves nothing; it is seen when its ticket is read the next time
        relation = {"issue_to_id": issue, "relation_type": "relates"}
        agent(here, "POST", f"/issues/{number}/relations.json", {"relation": relation})
        note(here, number, "It is the driver.", private=True)
    wait_until(lambda: known(here), "the relations to be found")
    ((closed,),) = here.redmine.sql("SELECT id FROM issue_statuses WHERE is_closed ORDER BY id LIMIT 1")
    agent(here, "PUT", f"/issues/{issue}.json", {"issue": {"status_id": closed}})
    long_ago(here, "compare")
    return Waiting(people=(jane, bob), tickets=(first, second))


@pytest.fixture(scope="module")
def made_public(here: Installation) -> tuple[str, str]:
    """A customer, and her ticket with a private note that somebody made public behind our back."""
    jane, number = customer(here, a_word())
    note(here, number, "Between us.", private=True)
    wait_until(lambda: read_on(here, number), "the private note to be read")
    here.redmine.sql(
        f"UPDATE journals SET private_notes = false WHERE journalized_id = {number} AND notes = 'Between us.'"
    )
    long_ago(here, "read")
    return jane, number


def test_customers_hear_of_an_issue_that_they_wait_for(here: Installation, waiting: Waiting) -> None:
    people, (first, second) = waiting.people, waiting.tickets
    told = {first: 1, second: 1}
    wait_until(lambda: asked(here, first, second) == told, f"the agents; {here.log()[-2000:]}", seconds=MINUTE)
    assert [len(here.letters_to(one)) for one in people] == [1, 1], "nobody outside has heard of it yet"

    note(here, first, "!tell Version 2 *mends* it.")
    wait_until(lambda: [len(here.letters_to(one)) for one in people] == [2, 2], f"letters; {here.log()[-2000:]}")
    for one in people:
        assert "Version 2 *mends* it." in texts(here, one)[-1]
        assert here.letters_to(one)[-1]["In-Reply-To"]
    wait_until(lambda: private_notes(here, second, "has told the customer") == 1, "the other ticket's agents")
    note(here, second, "!tell Once more.")
    wait_until(lambda: private_notes(here, second, "Nothing was sent") == 1, "a word that all have been told")
    assert [len(here.letters_to(one)) for one in people] == [2, 2]


def priority(here: Installation) -> str:
    ((found,),) = here.redmine.sql("SELECT id FROM enumerations WHERE type = 'IssuePriority' ORDER BY id LIMIT 1")
    return found


def known(here: Installation) -> bool:
    """Whether the journal knows the relations of both tickets."""
    with sqlite3.connect(here.folder / "var/journal.sqlite", timeout=30) as db:
        (found,) = db.execute("SELECT count(*) FROM relations").fetchone()
    db.close()
    return bool(found == 2)


def test_a_note_that_was_made_public_is_found_by_the_daily_look(
    here: Installation, made_public: tuple[str, str]
) -> None:
    jane, number = made_public

    def held() -> bool:
        words = "was private when the ticket was last read"
        return here.read(lambda journal: any(words in item.why for item in journal.held()), False)

    wait_until(held, f"the note to wait for a person; {here.log()[-2000:]}", seconds=MINUTE)
    assert f"#{number}" in here.command("held", "list").stdout
    assert len(here.letters_to(jane)) == 1


def read_on(here: Installation, number: str) -> bool:
    """Whether the ticket has been read whole since the note was written, and more than a moment after it."""
    with sqlite3.connect(here.folder / "var/journal.sqlite", timeout=30) as db:
        racy, seen = db.execute("SELECT racy, read_on FROM tickets WHERE number = ?", (number,)).fetchone()
    db.close()
    column = "to_char(updated_on, 'YYYY-MM-DD HH24:MI:SS')"
    ((changed,),) = here.redmine.sql(f"SELECT {column} FROM issues WHERE id = {number}")
    return not racy and str(seen)[:19].replace("T", " ") == changed
