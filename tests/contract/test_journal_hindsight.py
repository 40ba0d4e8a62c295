"""The journal as it was when a mail was decided. Runs on every kind of database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.mail.key import receipt_key
from hd_bridge.model import Contact, Trace, Verdict
from hd_bridge.policy import Choices
from hd_bridge.work import Effects, Event
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    NOW,
    SECOND,
    begin_talk,
    letter_to,
    mail,
    new,
    opening,
    outline,
    plan,
    receive,
    ticket,
)

BOB = "bob@example.com"
CHOICES = Choices(project="shop", category="Bugs", due_in=timedelta(days=2), tags=("a", "b"), fields=(("Plan", "x"),))


def content(number: int = 1) -> str:
    return receipt_key("", mail(number).raw)[2]


def turn(kind: str, hours: int) -> Event:
    return Event(source=f"{kind}{hours}", kind=kind, at=NOW + hours * HOUR, conversation="talk")


def test_a_decision_is_found_by_what_the_mail_says(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(1))
    assert journal.decided(content()) == ()
    trail = (Trace(rule="new request", outcome="new", evidence="A new request."),)
    journal.commit(plan(key, begins=new(), choices=CHOICES, trail=trail, acknowledge=True), outline(), NOW)
    (found,) = journal.decided(content())
    assert (found.mail.key, found.mail.verdict, found.mail.acknowledge) == (key, "new", True)
    assert (found.mail.choices, found.mail.trail) == (CHOICES, trail)
    assert (found.decided_at, found.place, found.truncated, found.vouched) == (NOW, "1/1", False, False)
    assert journal.decided(content(2)) == ()


def test_of_a_mail_in_two_mailboxes_both_decisions_are_found_first_receipt_first(journal: SqlJournal) -> None:
    (first,) = receive(journal, mail(1))
    (second,) = receive(journal, mail(1), mailbox="sales", address="sales@example.org")
    for key in (second, first):
        journal.commit(plan(key, Verdict.IGNORE), outline(), NOW)
    assert [(one.mail.mailbox, one.also_at) for one in journal.decided(content())] == [
        ("support", None),
        ("sales", "support"),
    ]


def test_a_mail_that_opens_nothing_has_no_choices(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(1))
    journal.commit(plan(key, Verdict.IGNORE), outline(), NOW)
    assert journal.decided(content())[0].mail.choices is None


def test_a_conversation_that_had_not_begun_was_unknown(journal: SqlJournal) -> None:
    begin_talk(journal)
    for moment, known in ((NOW, False), (NOW + SECOND, True)):
        past = journal.past(moment, moment)
        assert (past.conversation("talk") is not None) is known
        assert bool(past.conversations_by_message_id(["<m1@example.com>"])) is known


def test_whoever_had_not_written_took_no_part(journal: SqlJournal) -> None:
    begin_talk(journal)
    (key,) = receive(journal, mail(2))
    told = outline(2, sender_email=BOB)
    journal.commit(plan(key, Verdict.FOLLOW_UP, conversation="talk", joins=(BOB,)), told, NOW + HOUR)
    before, after = (journal.past(moment, NOW).conversation("talk") for moment in (NOW + HOUR, NOW + 2 * HOUR))
    assert before is not None and before.participants == {ANN}
    assert after is not None and after.participants == {ANN, BOB}


def test_a_contact_that_was_met_later_was_nobody_and_tickets_are_those_of_then(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(1))
    ann = Contact(name="Ann", addresses=(ANN,), first_seen=NOW, last_seen=NOW)
    journal.commit(plan(key, begins=new(), contact=ann, steps=(opening(conversation="talk"),)), outline(), NOW)
    journal.finish("a/open", NOW, Effects(ticket=ticket(7)))
    assert journal.past(NOW, NOW - SECOND).contact(ANN) is None
    later = journal.past(NOW + HOUR, NOW + HOUR).contact(ANN)
    assert later is not None and (later.ticket_count, later.last_tickets) == (1, (7,))


@pytest.mark.parametrize(
    ("turns", "hours", "closed"),
    [
        ((), 5, False),
        ((("solved", 2),), 1, False),
        ((("solved", 2),), 3, True),
        ((("solved", 2), ("reopened", 4)), 3, True),
        ((("solved", 2), ("reopened", 4)), 5, False),
        ((("reopened", 4),), 3, True),
    ],
)
def test_a_ticket_was_as_open_as_its_turns_tell(
    journal: SqlJournal, turns: tuple[tuple[str, int], ...], hours: int, closed: bool
) -> None:
    begin_talk(journal)
    journal.add((), [turn(*one) for one in turns])
    moment = NOW + hours * HOUR
    known = journal.past(moment, moment).conversation("talk")
    assert known is not None and known.closed is closed
    assert (known.closed_at == NOW + 2 * HOUR) is (closed and turns[0][0] == "solved")


def test_letters_that_were_planned_later_do_not_count(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(1))
    letter = letter_to(conversation="talk")
    journal.commit(plan(key, begins=new(), steps=(letter,)), outline(), NOW)
    then = journal.past(NOW, NOW).counts(ANN, "Broken", "support", NOW, 3)
    later = journal.past(NOW + SECOND, NOW).counts(ANN, "Broken", "support", NOW + SECOND, 3)
    assert (then.sender, then.total, later.sender, later.total) == (0, 0, 1, 1)


def test_the_past_cannot_be_written(journal: SqlJournal) -> None:
    (key,) = receive(journal, mail(1))
    with pytest.raises(JournalError):
        journal.past(NOW, NOW).commit(plan(key), outline(), NOW)
    assert journal.any_undecided()
