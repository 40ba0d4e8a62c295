"""Conversations, contacts and tickets as mails and the tracker tell of them. Touches the disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Contact, Verdict
from hd_bridge.views_ticket import RACY
from hd_bridge.work import Event
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    NOW,
    SECOND,
    begin_talk,
    finish,
    mail,
    new,
    note,
    opening,
    outline,
    plan,
    receive,
    state,
    ticket,
    tracker_note,
)

BEN = "ben@example.com"


def meet(journal: SqlJournal, number: int, contact: Contact, conversation: str | None = None) -> None:
    """A mail that tells of a contact, and begins a conversation if asked."""
    (key,) = receive(journal, mail(number))
    begins = new(conversation, address=contact.addresses[0]) if conversation else None
    journal.commit(plan(key, contact=contact, begins=begins), outline(number), NOW)


def test_a_conversation_begins_with_its_opener_and_the_step_that_opens_its_ticket(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    known = journal.conversation("talk")
    assert known is not None
    assert (known.mailbox, known.project, known.subject, known.language) == ("support", "shop", "Broken", "en")
    assert (known.address, known.participants, known.opened_step) == (ANN, frozenset({ANN}), "a/open")
    assert (known.ticket, known.closed, known.closed_at) == (None, False, None)
    assert journal.conversation("other") is None


def test_the_opened_ticket_becomes_the_conversations_and_stays_it(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    journal.add([note("a/2", conversation="talk")])
    finish(journal, "a/2", ticket=ticket(8))
    known = journal.conversation("talk")
    assert known is not None
    assert known.ticket == 7
    assert journal.conversation_by_ticket(7) == known
    assert journal.conversation_by_ticket(8) is None


def test_a_conversation_is_closed_when_its_ticket_was_last_seen_closed(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    journal.see(ticket(7, closed=True, status="Closed", closed_on=NOW - SECOND), (), (), NOW)
    known = journal.conversation("talk")
    assert known is not None
    assert (known.closed, known.closed_at) == (True, NOW - SECOND)


def test_whoever_joins_takes_part(journal: SqlJournal) -> None:
    begin_talk(journal)
    (key,) = receive(journal, mail(2))
    journal.commit(plan(key, Verdict.FOLLOW_UP, conversation="talk", joins=(BEN, ANN)), outline(2), NOW)
    known = journal.conversation("talk")
    assert known is not None
    assert known.participants == {ANN, BEN}


def test_conversations_are_found_by_message_ids_received_and_sent_in_the_order_given(journal: SqlJournal) -> None:
    begin_talk(journal, 1, "first")
    begin_talk(journal, 2, "second")
    journal.add([note("a/1", conversation="second")])
    finish(journal, "a/1", sent="<hd.2@example.org>")

    def found(*ids: str) -> list[str]:
        return [known.id for known in journal.conversations_by_message_id(ids)]

    assert found("<m2@example.com>", "<m1@example.com>") == ["second", "first"]
    assert found("<nothing@x>", "<m1@example.com>", "<hd.2@example.org>", "<m1@example.com>") == ["first", "second"]
    assert found() == []


def test_a_new_sender_is_kept_as_a_contact(journal: SqlJournal) -> None:
    assert journal.contact(ANN) is None
    seen = Contact(name="Ann", company="ACME", language="de", addresses=(ANN,), first_seen=NOW, last_seen=NOW)
    meet(journal, 1, seen)
    found = journal.contact(ANN)
    assert found is not None
    assert replace(found, id=None) == seen


def test_a_mail_from_a_known_address_fills_blanks_and_adds_addresses(journal: SqlJournal) -> None:
    meet(journal, 1, Contact(name="Ann", addresses=(ANN,), first_seen=NOW, last_seen=NOW))
    later = Contact(name="A.", company="ACME", addresses=(BEN, ANN), first_seen=NOW + HOUR, last_seen=NOW + HOUR)
    meet(journal, 2, later)
    found = journal.contact(BEN)
    assert found == journal.contact(ANN)
    assert found is not None
    assert (found.name, found.company, found.addresses) == ("Ann", "ACME", (ANN, BEN))
    assert (found.first_seen, found.last_seen) == (NOW, NOW + HOUR)


def test_a_contact_that_was_read_before_is_written_as_given(journal: SqlJournal) -> None:
    meet(journal, 1, Contact(name="ann", company="ACME", addresses=(ANN,)))
    read = journal.contact(ANN)
    assert read is not None
    meet(journal, 2, replace(read, name="Ann Lee", company=""))
    found = journal.contact(ANN)
    assert found is not None
    assert (found.id, found.name, found.company) == (read.id, "Ann Lee", "ACME")


def test_an_address_of_somebody_else_stays_theirs(journal: SqlJournal) -> None:
    meet(journal, 1, Contact(name="Ann", addresses=(ANN,)))
    meet(journal, 2, Contact(name="Ben", addresses=(BEN,)))
    read = journal.contact(BEN)
    assert read is not None
    meet(journal, 3, replace(read, addresses=(BEN, ANN)))
    found = journal.contact(ANN)
    assert found is not None
    assert found.name == "Ann"


def test_an_address_whose_delivery_failed_is_not_yet_anybodys(journal: SqlJournal) -> None:
    (key,) = receive(journal)
    journal.commit(plan(key, Verdict.BOUNCE, marks=((BEN, "permanent"), (BEN, "temporary"))), outline(), NOW)
    assert journal.contact(BEN) is None
    meet(journal, 2, Contact(name="Ben", addresses=(BEN,)))
    assert journal.contact(BEN) is not None


def test_a_contact_tells_how_many_tickets_there_were_and_the_newest_three(journal: SqlJournal) -> None:
    for number in range(1, 6):
        key = f"{number}/open"
        meet(journal, number, Contact(name="Ann", addresses=(ANN,)), conversation=f"talk{number}")
        journal.add([opening(key, lane=key, conversation=f"talk{number}")])
        finish(journal, key, ticket=ticket(10 + number))
    begin_talk(journal, 6, "no ticket yet")
    found = journal.contact(ANN)
    assert found is not None
    assert (found.ticket_count, found.last_tickets) == (5, (15, 14, 13))


def test_a_ticket_that_was_seen_is_remembered_with_its_public_notes(journal: SqlJournal) -> None:
    assert journal.snapshot(7) is None
    notes = (tracker_note(1), tracker_note(2, private=True), tracker_note(3))
    seen = ticket(7, notes=notes, due_date=date(2026, 12, 1), assignee="Agent", category="Sales")
    event = Event(source="ticket-7-1", kind="status", at=NOW, old="New", new="Open")
    journal.see(seen, (event,), (note("t/1"),), NOW)
    journal.see(replace(seen, notes=(tracker_note(4),), status="Open"), (event,), (note("t/1"),), NOW)
    row = journal.snapshot(7)
    assert row is not None
    assert (row.notes, row.status, row.conversation) == (frozenset({1, 3, 4}), "Open", None)
    assert (row.due_date, row.assignee, row.category) == (date(2026, 12, 1), "Agent", "Sales")
    assert state(journal, "t/1") == "due"


def test_a_change_that_was_first_met_within_seconds_may_hide_another(journal: SqlJournal) -> None:
    """Whatever the tracker's clock says: here it is an hour behind."""
    changed = ticket(7, updated_on=NOW - timedelta(hours=1))
    racy = []
    for seconds in (0, 4, 6):
        journal.see(changed, (), (), NOW + timedelta(seconds=seconds))
        racy.append(journal.snapshots([7])[7].racy)
    assert racy == [True, True, False]


def test_changes_in_which_another_may_hide_are_listed_once_they_are_old_enough(journal: SqlJournal) -> None:
    for number in (7, 8, 9):
        journal.see(ticket(number), (), (), NOW + timedelta(seconds=number))
    journal.see(ticket(8), (), (), NOW + timedelta(minutes=1))
    assert journal.ripe(NOW + timedelta(seconds=11), RACY, 10) == ()
    assert journal.ripe(NOW + timedelta(seconds=12), RACY, 10) == (7,)
    assert journal.ripe(NOW + timedelta(seconds=14), RACY, 10) == (7, 9)
    assert journal.ripe(NOW + timedelta(seconds=14), RACY, 1) == (7,)


def test_a_clock_that_is_set_back_puts_no_second_look_off(journal: SqlJournal) -> None:
    journal.see(ticket(7), (), (), NOW)
    earlier = NOW - timedelta(hours=1)
    assert journal.ripe(earlier, RACY, 10) == (7,), "nobody can tell how long ago it was"
    journal.see(ticket(7), (), (), earlier)
    assert journal.ripe(earlier, RACY, 10) == ()
    journal.see(ticket(7), (), (), earlier + timedelta(seconds=5))
    assert journal.ripe(earlier + timedelta(seconds=5), RACY, 10) == (), "once is enough"


def test_a_ticket_read_back_after_our_own_write_is_looked_at_again(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7, notes=(tracker_note(1),)))
    row = journal.snapshot(7)
    assert row is not None
    assert (row.racy, row.notes, row.conversation) == (True, frozenset(), "talk")


def test_many_snapshots_are_read_at_once(journal: SqlJournal) -> None:
    journal.see(ticket(2000, notes=(tracker_note(1),)), (), (), NOW)
    assert set(journal.snapshots(range(1, 3000))) == {2000}


def test_the_watermark_is_kept_to_the_microsecond_and_in_utc(journal: SqlJournal) -> None:
    assert journal.watermark() is None
    journal.set_watermark(NOW)
    journal.set_watermark(NOW + timedelta(microseconds=1))
    assert journal.watermark() == NOW + timedelta(microseconds=1)
