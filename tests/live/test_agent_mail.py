"""An agent answers from their own mail program, on the real servers: the customer gets a letter and answers it, and
who only writes the agent's name gets nowhere. Touches the network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.live.installation import Installation, a_mail
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import passable_folder
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine
from tests.live.test_attacks import issues, notes

MX = "mx.example.net"


@pytest.fixture
def place(redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    with passable_folder("hd-agents-") as folder:
        made = Installation(Path(folder), redmine, dovecot, postfix)
        yield made
        made.kill()


def test_the_customer_gets_the_agents_mail_as_a_letter_and_a_forged_one_is_held(
    place: Installation, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> None:
    jane, ana = dovecot.new_account(), dovecot.new_account()
    config = place.folder / "config.yaml"
    box = f"    project: support\n    authserv_id: {MX}\n"
    text = (
        config.read_text().replace("    project: support\n", box) + f"agents:\n  - {{address: {ana}, name: Ana Lima}}\n"
    )
    config.write_text(text)
    word = re.sub(r"\W", "", place.address.partition("@")[0])
    place.start()

    def post(mail: EmailMessage) -> None:
        postfix.deliver(place.address, mail.as_bytes(), str(mail["From"]))

    def of_ana(body: str, verdict: str, name: str) -> EmailMessage:
        """As an agent answers Redmine's notice, with what our own mail server says of the sender on top."""
        issue = issues(redmine, word)[0]["id"]
        told = a_mail(ana, place.address, f"Re: [Help Desk - Support #{issue}] (New) Printer {word}", body, id=name)
        told["In-Reply-To"] = f"<redmine.issue-{issue}.20261121120000.5f3a@tracker.example.org>"
        told["Authentication-Results"] = f"{MX}; dmarc={verdict} header.from={ana.rpartition('@')[2]}"
        return told

    post(a_mail(jane, place.address, f"Printer {word}", "It is broken.", id=f"<{word}.1@customers.example.org>"))
    place.drained(1, lambda: len(place.letters_to(jane)) == 1)
    answer = of_ana("Please turn it *off* and on.", "pass", f"<{word}.2@agents.example.org>")
    answer.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="manual.pdf")
    post(answer)
    place.drained(2, lambda: len(place.letters_to(jane)) == 2)
    letter = message_from_bytes(dovecot.mails_of(jane)[-1], policy=policy.default)
    assert "Ana" in str(letter["From"]) and place.address in str(letter["From"]) and ana not in str(letter)
    assert f"<{word}.1@customers.example.org>" in str(letter["In-Reply-To"])
    body = letter.get_body(("plain",))
    assert body is not None and "turn it *off* and on" in body.get_content()
    assert [part.get_filename() for part in letter.iter_attachments()] == ["manual.pdf"]

    post(a_mail(jane, place.address, "Re: Printer", "Still broken.", In_Reply_To=str(letter["Message-ID"]).strip()))
    post(of_ana("Pay to this account.", "fail", f"<{word}.3@agents.example.org>"))
    place.drained(4)
    (issue,) = issues(redmine, word)
    public = notes(issue, private=False)
    assert public.count("turn it") == 1 and "answered by mail" in public and "Still broken." in public
    assert "this account" not in public + notes(issue, private=True)
    assert "manual.pdf" in [one["filename"] for one in issue["attachments"]]
    assert len(place.letters_to(jane)) == 2
    held = [json.loads(line) for line in place.command("held", "list", "--json").stdout.splitlines()]
    assert any("in the name of" in json.dumps(one) for one in held)
