"""How automatic letters are counted, so that robots never answer robots for long. Touches the disk."""

from __future__ import annotations

import pytest

from hd_bridge.journal import SqlJournal
from hd_bridge.journal.subjects import normalised
from hd_bridge.views import Counts
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    NOW,
    SECOND,
    begin_talk,
    claimed,
    finish,
    letter_to,
    mail,
    new,
    outline,
    plan,
    receive,
)


def counts(journal: SqlJournal, subject: str = "Broken", address: str = ANN, mailbox: str = "support") -> Counts:
    """What the governor is told three seconds from now, over three hours."""
    return journal.counts(address, subject, mailbox, NOW + 3 * SECOND, 3)


def test_nothing_was_sent_at_first(journal: SqlJournal) -> None:
    assert counts(journal) == Counts()


def test_a_letter_counts_from_the_moment_it_is_planned(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    journal.commit(plan(key, begins=new(), steps=(letter_to(mail=key, conversation="talk"),)), outline(), NOW)
    assert counts(journal) == Counts(sender=1, same_subject=1, mailbox=1, total=1)
    assert counts(journal, "RE: broken ") == Counts(sender=1, same_subject=1, mailbox=1, total=1)
    assert counts(journal, "Other") == Counts(sender=1, same_subject=0, mailbox=1, total=1)
    assert counts(journal, address="ben@example.com") == Counts(mailbox=1, total=1)
    assert counts(journal, mailbox="sales") == Counts(sender=1, same_subject=1, mailbox=0, total=1)


def test_a_letter_that_follows_on_from_a_step_counts_with_its_conversations_subject(journal: SqlJournal) -> None:
    begin_talk(journal)
    journal.add([letter_to(conversation="talk")])
    assert counts(journal).same_subject == 1


def test_a_letter_counts_while_it_is_sent_and_after(journal: SqlJournal) -> None:
    journal.add([letter_to()])
    claimed(journal)
    assert counts(journal).sender == 1
    journal.doing("a/ack", "w1", NOW, NOW + HOUR)
    assert counts(journal).sender == 1
    finish(journal, "a/ack")
    assert counts(journal).sender == 1


def test_a_letter_that_was_dropped_unsent_does_not_count_but_one_in_doubt_does(journal: SqlJournal) -> None:
    journal.add([letter_to(key="a/1", lane="x"), letter_to(key="a/2", lane="y")])
    journal.drop("a/1", "refused")
    claimed(journal)
    journal.doing("a/2", "w1", NOW, NOW + HOUR)
    journal.drop("a/2", "no answer")
    assert counts(journal).sender == 1


def test_a_letter_planned_again_counts_once_and_one_to_two_people_is_one_letter(journal: SqlJournal) -> None:
    letter = letter_to(ANN, "ben@example.com")
    journal.add([letter])
    journal.add([letter])
    assert counts(journal) == Counts(sender=1, same_subject=0, mailbox=1, total=1)


def test_a_persons_answer_is_not_counted(journal: SqlJournal) -> None:
    journal.add([letter_to(automatic=False)])
    assert counts(journal) == Counts()


def test_letters_leave_the_counts_as_their_window_passes(journal: SqlJournal) -> None:
    for number, hours in ((1, 4), (2, 2), (3, 0)):
        (key,) = receive(journal, mail(number))
        letter = letter_to(key=f"{number}/ack", lane=str(number), mail=key)
        journal.commit(plan(key, steps=(letter,)), outline(number), NOW - hours * HOUR)
    assert counts(journal) == Counts(sender=2, same_subject=2, mailbox=1, total=1)


@pytest.mark.parametrize(
    "subject",
    [
        "Hello world",
        "Re: Hello  World",
        "AW: Re[2]: hello world",
        "[Shop #12] Re: HELLO WORLD",
        "Automatic reply: hello world",
    ],
)
def test_what_mailers_put_before_a_subject_makes_no_other_subject(subject: str) -> None:
    assert normalised(subject) == "hello world"


@pytest.mark.parametrize("subject", ["Relay broken", "Ref 12: x", "[Pedido #48213b] x", "", "I am"])
def test_words_that_only_look_like_a_prefix_are_kept(subject: str) -> None:
    assert normalised(subject) == subject.casefold()
