"""Who is who, merged and split. Runs on every kind of database."""

from __future__ import annotations

import pytest

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Contact, Verdict
from hd_bridge.views import Acquaintance
from hd_bridge.work import Effects
from tests.contract.journal_cases import HOUR, NOW, SECOND, mail, new, opening, outline, plan, receive, ticket

ANN, BOB, WORK = "ann@example.com", "bob@example.com", "a.lee@work.example"


def writes(journal: SqlJournal, number: int, address: str, name: str, contact: Contact | None = None) -> int:
    """Somebody's mail becomes a ticket of that number; the contact's id."""
    (key,) = receive(journal, mail(number))
    at = NOW + number * HOUR
    known = contact or Contact(name=name, company="", addresses=(address,), first_seen=at, last_seen=at)
    step = opening(key=f"{key}/open/1", lane=f"t{number}", conversation=f"t{number}")
    begins = new(f"t{number}", address=address, subject=f"About {number}")
    told = outline(number, sender_email=address, sender_name=name)
    journal.commit(plan(key, begins=begins, contact=known, steps=(step,)), told, at)
    journal.finish(step.key, at, Effects(ticket=ticket(number)))
    found = journal.contact(address)
    assert found is not None and found.id is not None
    return found.id


def one(journal: SqlJournal, id: int) -> Acquaintance:
    found = journal.acquaintance(id)
    assert found is not None
    return found


def test_contacts_are_listed_last_seen_first_and_found_by_any_of_their_words(journal: SqlJournal) -> None:
    ann, bob = writes(journal, 1, ANN, "Ann Lee"), writes(journal, 2, BOB, "Bob_100%")
    assert [it.contact.id for it in journal.contacts("", 10)] == [bob, ann]
    assert [it.contact.id for it in journal.contacts("", 1)] == [bob]
    for words, ids in (("LEE", [ann]), ("@example.com", [bob, ann]), ("0%", [bob]), ("_1", [bob]), ("nobody", [])):
        assert [it.contact.id for it in journal.contacts(words, 10)] == ids, words
    assert journal.acquaintance(99) is None and journal.dealings(99) == ()


def test_where_mail_fails_is_told_with_the_contact(journal: SqlJournal) -> None:
    ann = writes(journal, 1, ANN, "Ann")
    (key,) = receive(journal, mail(5))
    journal.commit(plan(key, Verdict.BOUNCE, marks=((ANN, "permanent"),)), outline(5), NOW)
    assert one(journal, ann).failing == ((ANN, "permanent"),)


def test_a_contacts_history_is_newest_first(journal: SqlJournal) -> None:
    ann = writes(journal, 1, ANN, "Ann")
    writes(journal, 2, ANN, "Ann")
    assert [(it.ticket, it.subject, it.address, it.closed) for it in journal.dealings(ann)] == [
        (2, "About 2", ANN, False),
        (1, "About 1", ANN, False),
    ]


def test_two_contacts_become_one_with_all_that_both_had(journal: SqlJournal) -> None:
    ann, work = writes(journal, 1, ANN, ""), writes(journal, 2, WORK, "Ann Lee")
    assert journal.merge_contacts(ann, work)
    both = one(journal, ann).contact
    assert (both.name, both.addresses, both.ticket_count, both.last_tickets) == ("Ann Lee", (ANN, WORK), 2, (2, 1))
    assert (both.first_seen, both.last_seen) == (NOW + HOUR, NOW + 2 * HOUR)
    assert journal.acquaintance(work) is None
    found = journal.contact(WORK)
    assert found is not None and found.id == ann
    assert [it.ticket for it in journal.dealings(ann)] == [2, 1]


def test_a_merge_keeps_what_the_first_is_called(journal: SqlJournal) -> None:
    ann, bob = writes(journal, 1, ANN, "Ann"), writes(journal, 2, BOB, "Bob")
    assert journal.merge_contacts(bob, ann)
    assert one(journal, bob).contact.name == "Bob"


@pytest.mark.parametrize(("keep", "gone"), [(1, 1), (1, 99), (99, 1)])
def test_a_contact_is_merged_with_another_that_there_is_or_not_at_all(
    journal: SqlJournal, keep: int, gone: int
) -> None:
    ann = writes(journal, 1, ANN, "Ann")
    names = {1: ann, 99: ann + 98}
    assert not journal.merge_contacts(names[keep], names[gone])
    assert one(journal, ann).contact.ticket_count == 1


def test_an_address_is_split_off_with_the_tickets_that_it_began(journal: SqlJournal) -> None:
    ann, work = writes(journal, 1, ANN, "Ann"), writes(journal, 2, WORK, "A. Lee")
    journal.merge_contacts(ann, work)
    new_id = journal.split_contact(WORK, "", "Work")
    assert new_id is not None and new_id != ann
    alone, rest = one(journal, new_id).contact, one(journal, ann).contact
    assert (alone.name, alone.company, alone.addresses, alone.last_tickets) == ("A. Lee", "Work", (WORK,), (2,))
    assert (rest.name, rest.addresses, rest.last_tickets) == ("Ann", (ANN,), (1,))
    assert (alone.first_seen, alone.last_seen) == (NOW, NOW)  # when its mails came in


def test_a_name_that_is_given_counts_before_the_mails(journal: SqlJournal) -> None:
    ann, work = writes(journal, 1, ANN, "Ann"), writes(journal, 2, WORK, "A. Lee")
    journal.merge_contacts(ann, work)
    new_id = journal.split_contact(WORK, "Alexandra", "")
    assert new_id is not None and one(journal, new_id).contact.name == "Alexandra"


def test_the_only_address_and_one_that_nobody_has_are_not_split_off(journal: SqlJournal) -> None:
    writes(journal, 1, ANN, "Ann")
    assert journal.split_contact(ANN, "", "") is None
    assert journal.split_contact("nobody@example.com", "", "") is None


def test_after_a_merge_and_a_split_mails_go_on_as_if_it_had_always_been_so(journal: SqlJournal) -> None:
    ann, work = writes(journal, 1, ANN, "Ann"), writes(journal, 2, WORK, "A. Lee")
    journal.merge_contacts(ann, work)
    assert writes(journal, 3, WORK, "A. Lee", journal.contact(WORK)) == ann
    assert one(journal, ann).contact.ticket_count == 3
    new_id = journal.split_contact(WORK, "", "")
    assert writes(journal, 4, WORK, "A. Lee", journal.contact(WORK)) == new_id
    assert new_id is not None and one(journal, new_id).contact.last_tickets == (4, 3, 2)
    assert one(journal, ann).contact.last_seen <= NOW + 4 * HOUR + SECOND  # type: ignore[operator]
