"""A customer's mail that an agent passes on: the customer is the contact, the agent's words stay inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.people import Agent, Agents
from tests.answering import read, sent
from tests.homes import POLICY, SUPPORT, Home, mail

ANA = "Ana <ana@example.com>"
AGENTS = Agents(people=(Agent(address="ana@example.com"),))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path, policy=replace(POLICY, agents=AGENTS))
    yield made
    made.close()


def forwarded(sender: str = "Zoe Park <zoe@other.example>", date: str = "Sat, 21 Nov 2026 10:00:00 +0000") -> str:
    head = f"From: {sender}\nDate: {date}\nSubject: The invoice\nTo: Ana <ana@example.com>"
    return f"Our best customer, be quick.\n\n---------- Forwarded message ---------\n{head}\n\nIt is wrong by ten.\n"


def post(home: Home, body: str, sender: str = ANA, subject: str = "Fwd: The invoice") -> None:
    home.post(mail(subject, body, sender=sender, id="<f@example.com>"))
    home.turn()


def test_the_customer_is_the_contact_and_gets_the_acknowledgement(home: Home) -> None:
    post(home, forwarded())
    (ticket,) = home.tickets()
    whole = home.desk().ticket(ticket.number)
    assert whole is not None and ticket.subject == "The invoice"
    assert "It is wrong by ten." in whole.description and "be quick" not in whole.description
    (note,) = [one for one in whole.notes if one.private]
    assert "Passed on by Ana" in note.notes and "be quick" in note.notes
    (letter,) = home.outbox.letters
    assert letter.to == ("zoe@other.example",) and "be quick" not in letter.text
    known = home.house.journal.conversation_by_ticket(ticket.number)
    assert known is not None and known.participants == {"zoe@other.example"}
    (page,) = home.publisher.files.values()
    assert b"It is wrong by ten." in page and b"be quick" not in page


def test_an_old_mail_that_is_passed_on_is_not_acknowledged(home: Home) -> None:
    post(home, forwarded(date="Mon, 2 Nov 2026 10:00:00 +0000"))
    assert home.tickets() and home.outbox.letters == []


def test_policy_may_want_no_acknowledgement(home: Home) -> None:
    home.with_policy(acknowledge_passed_on=False)
    post(home, forwarded())
    assert home.tickets() and home.outbox.letters == []


def test_what_a_customer_passes_on_is_the_customers(home: Home) -> None:
    post(home, forwarded(), sender="Jane <jane@acme.example>")
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and known.address == "jane@acme.example"


def test_what_an_agent_passes_on_of_another_agent_or_of_a_machine_is_the_agents(home: Home) -> None:
    post(home, forwarded("Ana <ana@example.com>"))
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and known.address == "ana@example.com" and home.outbox.letters == []


def test_what_the_agent_wrote_around_it_never_reaches_the_customer_nor_theirs_the_agents_readers(home: Home) -> None:
    home.post(mail("Fwd: The invoice", forwarded(), sender=ANA, id="<ours@example.com>", Cc="Bo <bo@partner.example>"))
    home.turn()
    home.tick()
    home.clock.forward(minutes=1)
    home.desk().note(1, "It is mended.")
    (answer,) = [letter for letter in sent(home) if "It is mended." in letter.text]
    assert answer.to == ("zoe@other.example",)
    assert read(answer)["In-Reply-To"] is None and b"ours@example.com" not in answer.raw


@pytest.mark.parametrize(("said", "customers"), [("pass", True), ("fail", False)])
def test_a_forged_agent_passes_nothing_on(home: Home, said: str, customers: bool) -> None:
    home.with_policy(mailboxes=(replace(SUPPORT, authserv_id="mx.example.com"),))
    home.post(mail(id="<z@other.example>", sender="Zoe Park <zoe@other.example>"))
    home.turn()
    home.outbox.letters.clear()
    result = f"mx.example.com; dmarc={said} header.from=example.com"
    home.post(
        mail("Fwd: [support #1] Printer error", forwarded(), sender=ANA, id="<f@x>", Authentication_Results=result)
    )
    home.turn()
    notes = [note.notes for note in home.desk().ticket(1).notes if not note.private]  # type: ignore[union-attr]
    assert any("It is wrong by ten." in one for one in notes) is False
    assert [letter.to for letter in home.outbox.letters] == ([("zoe@other.example",)] if customers else [])
