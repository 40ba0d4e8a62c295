"""What a letter is made of, asked for at once, is what each question alone is answered with. Touches the disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Contact
from tests.contract.journal_cases import (
    ANN,
    NOW,
    begin_talk,
    finish,
    mail,
    new,
    opening,
    outline,
    plan,
    receive,
    ticket,
)


def test_nothing_is_known_of_what_is_not_there(journal: SqlJournal) -> None:
    assert journal.correspondence(None, None) == (None, None)
    assert journal.correspondence("talk", "ffffffffffffffffffffffff") == (None, None)


def test_a_conversation_without_a_ticket_has_no_status(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    known, _ = journal.correspondence("talk", None)
    assert known is not None
    assert (known.conversation, known.address, known.project, known.subject) == ("talk", ANN, "shop", "Broken")
    assert (known.ticket, known.status, known.closed, known.category, known.assignee) == (None, None, False, "", "")


def test_it_holds_the_ticket_as_it_was_last_seen(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    due = date(2026, 3, 4)
    journal.see(replace(ticket(7), status="Closed", closed=True, category="Bugs", due_date=due), (), (), NOW)
    known, _ = journal.correspondence("talk", None)
    row = journal.snapshot(7)
    assert known is not None
    assert row is not None
    assert (known.ticket, known.status, known.closed, known.due_date) == (7, "Closed", True, due)
    assert (known.category, known.assignee) == (row.category, row.assignee or "")


def test_it_holds_the_contact_who_owns_the_address(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(1))
    met = Contact(name="Ann Lee", company="Acme", language="en", addresses=(ANN,), first_seen=NOW, last_seen=NOW)
    journal.commit(plan(key, contact=met, begins=new("talk", address=ANN)), outline(1), NOW)
    known, contact = journal.correspondence("talk", None)[0], journal.contact(ANN)
    assert known is not None
    assert contact is not None
    assert (known.name, known.company) == (contact.name, contact.company) != ("", "")


def test_it_holds_the_mail_that_is_answered_with_its_bytes(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(3))
    begin_talk(journal)
    _, answered = journal.correspondence("talk", key)
    received, summary = journal.received(key), journal.mail(key)
    assert answered is not None
    assert received is not None
    assert summary is not None
    assert answered.raw == received.raw != b""
    assert (answered.subject, answered.sender_name, answered.reply) == (
        summary.subject,
        summary.sender_name,
        summary.reply,
    )
