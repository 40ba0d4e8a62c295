"""Mails from receipt to verdict: kept once, with their place and cursor, decided in order. Touches the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.model import Trace, Verdict
from tests.contract.journal_cases import (
    HOUR,
    NOW,
    begin_talk,
    finish,
    mail,
    note,
    opening,
    outline,
    plan,
    receive,
    ticket,
)


def test_a_mailbox_has_no_cursor_before_its_first_start(journal: SqlJournal) -> None:
    assert journal.cursor("support") is None
    journal.begin("support", "c0", ["1/1", "1/2"])
    assert journal.cursor("support") == "c0"
    assert journal.known("support", ["1/1", "1/2", "1/3"]) == {"1/1", "1/2"}
    assert journal.known("sales", ["1/1"]) == set()


def test_a_second_beginning_never_moves_the_cursor(journal: SqlJournal) -> None:
    journal.begin("support", "c0", [])
    journal.begin("support", "c9", ["1/9"])
    assert journal.cursor("support") == "c0"
    assert journal.known("support", ["1/9"]) == {"1/9"}


def test_thousands_of_places_can_be_seen_and_asked_for(journal: SqlJournal) -> None:
    places = [f"1/{number}" for number in range(5000)]
    journal.begin("support", "c0", places)
    assert journal.known("support", [*places, "2/1"]) == set(places)


def test_a_mail_is_kept_untouched_with_the_cursor_after_it(journal: SqlJournal) -> None:
    arrival = replace(mail(), raw=b"Subject: \xff\0\r\n\r\nx\n", truncated=True)
    (key,) = receive(journal, arrival)
    kept = journal.received(key)
    assert kept is not None
    assert (kept.raw, kept.mailbox, kept.place, kept.truncated) == (arrival.raw, "support", "1/1", True)
    assert (kept.internal_date, kept.received_at, kept.also_at) == (arrival.internal_date, NOW, None)
    assert journal.cursor("support") == "c1"
    assert journal.known("support", ["1/1"]) == {"1/1"}
    assert journal.undecided(5) == (kept,)


def test_several_mails_are_received_at_once_in_their_order(journal: SqlJournal) -> None:
    keys = receive(journal, mail(3), mail(1), mail(2))
    assert [received.key for received in journal.undecided(9)] == keys
    assert [received.key for received in journal.undecided(2)] == keys[:2]
    assert journal.cursor("support") == "c2"


def test_a_mail_that_is_known_is_not_kept_again_but_its_place_and_cursor_are(journal: SqlJournal) -> None:
    first = journal.receive("support", "support@example.org", [mail(1)], NOW)
    moved = replace(mail(1, place="2/1"), cursor="c5")
    again = journal.receive("support", "support@example.org", [moved], NOW + HOUR)
    assert [(receipt.key, receipt.new) for receipt in again] == [(first[0].key, False)]
    assert len(journal.undecided(9)) == 1
    assert journal.known("support", ["2/1"]) == {"2/1"}
    assert journal.cursor("support") == "c5"


def test_the_same_mail_from_the_same_place_is_kept_once(journal: SqlJournal) -> None:
    receipts = journal.receive("support", "support@example.org", [mail(1), mail(1)], NOW)
    assert [receipt.new for receipt in receipts] == [True, False]
    assert len(journal.undecided(9)) == 1


def test_another_mail_from_a_place_that_was_given_again_is_not_lost(journal: SqlJournal) -> None:
    receive(journal, mail(1, place="1/1"), mail(2, place="1/1"))
    assert len(journal.undecided(9)) == 2


def test_a_message_id_used_again_with_other_words_is_another_mail(journal: SqlJournal) -> None:
    receive(journal, mail(1), mail(1, body="Quite another matter."))
    assert len(journal.undecided(9)) == 2


def test_the_same_mail_in_another_mailbox_of_ours_tells_where_it_came_first(journal: SqlJournal) -> None:
    receive(journal, mail(1), mailbox="sales", address="sales@example.org")
    receive(journal, mail(1), mailbox="support", address="support@example.org")
    assert [received.also_at for received in journal.undecided(9)] == [None, "sales"]


def test_nothing_received_changes_nothing(journal: SqlJournal) -> None:
    assert journal.receive("support", "support@example.org", [], NOW) == ()
    assert journal.cursor("support") is None


def test_a_decided_mail_keeps_its_verdict_its_reason_and_its_trail(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    trail = (Trace(rule="guard", outcome="passed", evidence="no sign"), Trace(rule="thread", outcome="no match"))
    told = plan(key, Verdict.IGNORE, trail=trail, why_not_acknowledged="a machine wrote it")
    journal.commit(told, outline(files=("a.pdf",)), NOW + HOUR)
    assert journal.undecided(9) == ()
    summary = journal.mail(key)
    assert summary is not None
    assert (summary.verdict, summary.why, summary.trail) == ("ignore", "because", trail)
    assert (summary.acknowledge, summary.why_not_acknowledged) == (False, "a machine wrote it")
    assert (summary.message_id, summary.subject, summary.reply) == ("<m1@example.com>", "Broken", "text 1")
    assert (summary.sender_name, summary.sender_email, summary.files) == ("Ann", "ann@example.com", ("a.pdf",))
    assert (summary.mailbox, summary.received_at, summary.conversation) == ("support", NOW, None)


def test_a_mail_is_found_by_a_prefix_of_its_key_that_fits_no_other(journal: SqlJournal) -> None:
    keys = receive(journal, *(mail(number) for number in range(40)))
    whole = journal.mail(keys[0])
    assert whole is not None
    assert journal.mail(keys[0][:12]) == whole
    assert journal.mail("") is None
    assert journal.mail("zz") is None
    shared = next(key[0] for key in keys if sum(other[0] == key[0] for other in keys) > 1)
    assert journal.mail(shared) is None


def test_the_mails_of_a_conversation_come_oldest_first_with_their_ticket(journal: SqlJournal) -> None:
    first = begin_talk(journal, 1, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    (second,) = receive(journal, mail(2))
    journal.commit(plan(second, Verdict.FOLLOW_UP, conversation="talk"), outline(2), NOW)
    assert [(found.key, found.ticket) for found in journal.mails_of("talk")] == [(first, 7), (second, 7)]


def test_a_mail_is_committed_once_and_a_second_time_changes_nothing(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    journal.commit(plan(key, Verdict.IGNORE), outline(), NOW)
    other = replace(plan(key, Verdict.HOLD, steps=(note("a/1"),)), why="second thoughts")
    journal.commit(other, outline(), NOW)
    summary = journal.mail(key)
    assert summary is not None
    assert (summary.verdict, summary.why) == ("ignore", "because")
    assert journal.steps(conversation=None, states=(), limit=9) == ()


def test_a_mail_that_was_never_received_cannot_be_decided(journal: SqlJournal) -> None:
    with pytest.raises(JournalError, match="no mail"):
        journal.commit(plan("0" * 24), outline(), NOW)


def test_a_held_mail_waits_for_a_person(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    journal.commit(plan(key, Verdict.HOLD), outline(), NOW)
    (item,) = journal.held()
    assert (item.key, item.kind, item.since, item.why) == (key, "mail", NOW, "because")
    assert (item.subject, item.sender, item.ticket) == ("Broken", "ann@example.com", None)


def test_a_held_mail_that_is_vouched_for_is_undecided_again(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    journal.commit(plan(key, Verdict.HOLD), outline(), NOW)
    assert journal.vouch(key)
    assert [(received.key, received.vouched) for received in journal.undecided(9)] == [(key, True)]
    assert journal.held() == ()
    assert not journal.vouch(key)
    journal.commit(plan(key, Verdict.NEW), outline(), NOW)
    assert journal.undecided(9) == ()


def test_a_held_mail_that_is_dismissed_is_ignored_for_the_reason_given(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    assert not journal.dismiss(key, "spam", NOW)
    journal.commit(plan(key, Verdict.HOLD), outline(), NOW)
    assert journal.dismiss(key, "spam", NOW)
    summary = journal.mail(key)
    assert summary is not None
    assert (summary.verdict, summary.why) == ("ignore", "spam")
    assert journal.held() == ()


def test_words_that_no_database_takes_do_not_stop_a_mail(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    journal.commit(plan(key, Verdict.HOLD), outline(subject="a\0b", reply="half \ud83d", files=("c\udcff",)), NOW)
    summary = journal.mail(key)
    assert summary is not None
    assert (summary.subject, summary.reply) == ("a\ufffdb", "half ?")


def test_large_mails_are_handed_out_a_few_at_a_time_and_in_order(journal: SqlJournal) -> None:
    large = [mail(number, body="x" * 9 * 2**20) for number in (1, 2, 3)]
    keys = receive(journal, *large)
    assert [one.key for one in journal.undecided(50)] == keys[:1]


def test_whether_a_mail_waits_to_be_decided_is_told_without_reading_any(journal: SqlJournal) -> None:
    assert not journal.any_undecided()
    (key,) = receive(journal)
    assert journal.any_undecided()
    journal.commit(plan(key), outline(), NOW)
    assert not journal.any_undecided()
