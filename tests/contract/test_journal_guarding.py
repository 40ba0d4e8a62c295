"""What the journal knows against senders: a list that people change, mails counted, breakers. Touches the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Trace, Verdict
from hd_bridge.views_guard import BlockedSender, Breaker, Standing
from hd_bridge.work import Event
from tests.contract.journal_cases import ANN, HOUR, NOW, SECOND, mail, outline, plan, receive


def standing(journal: SqlJournal, *patterns: str, most: int = 10, hours: int = 1) -> Standing:
    """What is known against Ann at the moment of her ninth mail."""
    until = NOW + 9 * SECOND
    return journal.standing(ANN, patterns, until - hours * HOUR, until, most)


def test_a_sender_is_blocked_once_and_taken_again_once(journal: SqlJournal) -> None:
    assert journal.block("spam.example", "ana", NOW)
    assert not journal.block("spam.example", "bruno", NOW + HOUR)
    assert journal.blocked() == (BlockedSender(pattern="spam.example", since=NOW, by="ana"),)
    assert journal.unblock("spam.example")
    assert not journal.unblock("spam.example")
    assert journal.blocked() == ()


def test_any_pattern_of_a_sender_finds_the_block(journal: SqlJournal) -> None:
    journal.block("example.com", "ana", NOW)
    assert standing(journal, ANN, "example.com").blocked == "example.com"
    assert standing(journal, ANN, "mail.example.com").blocked is None
    assert standing(journal).blocked is None


@pytest.mark.parametrize(
    ("verdict", "counts"),
    [
        (Verdict.NEW, 1),
        (Verdict.FOLLOW_UP, 1),
        (Verdict.HOLD, 1),
        (Verdict.IGNORE, 0),
        (Verdict.BOUNCE, 0),
    ],
)
def test_mails_that_make_work_are_counted(journal: SqlJournal, verdict: Verdict, counts: int) -> None:
    (key,) = receive(journal)
    assert standing(journal).mails == 0
    journal.commit(plan(key, verdict), outline(), NOW)
    assert standing(journal).mails == counts


def test_mails_are_counted_by_their_arrival_at_the_server_and_no_further_than_asked(journal: SqlJournal) -> None:
    arrivals = [mail(number) for number in range(1, 6)]
    arrivals.append(replace(mail(6), internal_date=NOW - 2 * HOUR))
    for number, key in enumerate(receive(journal, *arrivals), start=1):
        journal.commit(plan(key), outline(number), NOW + HOUR)
    assert standing(journal).mails == 5
    assert standing(journal, hours=3).mails == 6
    assert standing(journal, most=3).mails == 3
    assert journal.standing("ben@example.com", (), NOW - HOUR, NOW + HOUR, 9).mails == 0
    assert journal.standing("", (), NOW - HOUR, NOW + HOUR, 9).mails == 0


def test_a_breaker_is_kept_with_the_verdict_that_changed_it(journal: SqlJournal) -> None:
    state = Breaker(scope="all", since=NOW, until=NOW + HOUR)
    (one, two) = receive(journal, mail(1), mail(2))
    journal.commit(plan(one, breaker=state), outline(1), NOW)
    assert journal.breakers() == (state,)
    later = replace(state, kept_back=7, lately=3)
    journal.commit(plan(two, breaker=later), outline(2), NOW)
    assert journal.breakers() == (later,)


def test_what_is_asked_within_a_group_of_verdicts_sees_those_before(journal: SqlJournal) -> None:
    (key,) = receive(journal)

    def work(deciding: SqlJournal) -> int:
        deciding.commit(plan(key), outline(), NOW)
        return deciding.standing(ANN, (), NOW - HOUR, NOW + HOUR, 9).mails

    assert journal.decide(work) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "cause"),
    [("unreadable", "unreadable"), ("flood", "flood"), ("belongs to ticket", "trust"), ("", "fault")],
)
def test_a_held_mail_says_for_which_kind_of_reason(journal: SqlJournal, rule: str, cause: str) -> None:
    (key,) = receive(journal)
    trail = (Trace(rule=rule, outcome="hold"),) if rule else ()
    journal.commit(plan(key, Verdict.HOLD, trail=trail), outline(), NOW)
    (item,) = journal.held()
    assert item.cause == cause


def test_a_mail_beyond_a_cap_is_told_from_one_that_nobody_can_read(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    trail = (Trace(rule="unreadable", outcome="hold"),)
    why = "The mail could not be read whole (over the cap: 201 parts); a person must look at it."
    journal.commit(replace(plan(key, Verdict.HOLD, trail=trail), why=why), outline(), NOW)
    (item,) = journal.held()
    assert item.cause == "caps"


def test_the_tally_counts_what_was_blocked_and_what_flooded(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    events = (Event(source=key, kind="blocked", at=NOW), Event(source="x", kind="flood", at=NOW))
    journal.commit(plan(key, Verdict.IGNORE, events=events), outline(), NOW)
    assert (journal.tally()["mails.blocked"], journal.tally()["mails.flood"]) == (1, 1)
