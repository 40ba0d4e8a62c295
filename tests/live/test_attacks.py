"""The strongest attacks on the real servers: Postfix takes them, Dovecot keeps them, Redmine must not show them as
answers. Touches the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.live.installation import Installation, a_mail
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import passable_folder
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine


@pytest.fixture
def place(redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    with passable_folder("hd-attacks-") as folder:
        made = Installation(Path(folder), redmine, dovecot, postfix)
        config = made.folder / "config.yaml"
        config.write_text(
            config.read_text().replace("    project: support\n", "    project: support\n    subaddress: yes\n")
        )
        yield made
        made.kill()


def issues(redmine: Redmine, word: str) -> list[Any]:
    """Issues with a word in the subject, as an agent sees them, private notes and all."""
    key = {"X-Redmine-API-Key": redmine.agent_key}
    rows = redmine.sql(f"SELECT id FROM issues WHERE subject LIKE '%{word}%' ORDER BY id")
    found = []
    for (number,) in rows:
        address = f"{redmine.url}/issues/{number}.json?include=journals,attachments"
        found.append(requests.get(address, headers=key, timeout=60).json()["issue"])
    return found


def notes(issue: Any, *, private: bool) -> str:
    return "\n".join(j["notes"] or "" for j in issue["journals"] if bool(j.get("private_notes")) is private)


def test_sub_addresses_are_proved_and_nobody_gets_into_a_ticket_that_is_not_theirs(
    place: Installation, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> None:
    jane, eve = dovecot.new_account(), dovecot.new_account()
    word = re.sub(r"\W", "", place.address.partition("@")[0])
    place.start()
    said = place.command("check", "--send")
    assert "came back into it" in said.stdout, said.stdout + said.stderr

    def post(mail: EmailMessage, to: str = "") -> None:
        postfix.deliver(to or place.address, mail.as_bytes(), str(mail["From"]))

    post(a_mail(jane, place.address, f"Printer {word}", "It is broken.", id=f"<{word}@customers.example.org>"))
    place.drained(2)
    (ticket,) = issues(redmine, word)
    (letter,) = place.letters_to(jane)
    reply_to = parseaddr(" ".join(str(letter["Reply-To"]).split()))[1]
    assert reply_to.startswith(place.address.partition("@")[0] + "+")
    number = ticket["id"]
    post(a_mail(eve, place.address, f"[support #{number}] {word}", "spoofed number"))
    post(a_mail(eve, reply_to, "Re: hello", "stolen address"), reply_to)
    post(a_mail(eve, place.address, "Re: hello", "stolen id", In_Reply_To=str(letter["Message-ID"])))
    forged = reply_to[: reply_to.index("+") + 17] + "a" * 16 + "@" + reply_to.rpartition("@")[2]
    post(a_mail(eve, forged, f"forged {word}", "forged address"), forged)
    post(a_mail(jane, reply_to, "Something else", "my own answer"), reply_to)
    place.drained(7)
    first, *others = issues(redmine, word)
    public, private = notes(first, private=False), notes(first, private=True)
    assert "my own answer" in public
    for attack in ("spoofed number", "stolen address", "stolen id", "forged address"):
        assert attack not in public
    assert "stolen address" in private and "stolen id" in private
    assert ["spoofed number" in one["description"] or "forged address" in one["description"] for one in others] == [
        True,
        True,
    ]
    assert not any("broken" in str(mail) for mail in place.letters_to(eve))
