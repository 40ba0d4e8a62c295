"""The whole road on embedded parts: mails in, tickets, notes, letters and pages out."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from pathlib import Path

import pytest

from hd_bridge.decide.accepting import accepted
from hd_bridge.errors import Doubtful, NotNow, Refused
from hd_bridge.tracker.embedded_faults import Trouble
from hd_bridge.work import UNFINISHED, State, Step
from tests.homes import POLICY, SUPPORT, Home, mail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_mail_becomes_a_ticket_with_its_original_and_is_acknowledged(home: Home) -> None:
    home.post(mail())
    home.turn()
    (ticket,) = home.tickets()
    whole = home.desk().ticket(ticket.number)
    assert whole is not None and ticket.category == "Bugs" and ticket.due_date is not None
    assert [file.name for file in whole.files if file.name.startswith("mail-")]
    (letter,) = home.outbox.letters
    assert letter.sender is None and letter.to == ("jane@acme.example",)
    assert f"#{ticket.number}" in letter.subject
    assert message_from_bytes(letter.raw)["In-Reply-To"] == "<1@acme.example>"


def test_the_page_is_published_under_the_address_that_the_letter_names(home: Home) -> None:
    home.post(mail())
    home.turn()
    (path,) = home.publisher.files
    assert f"https://help.example.com/{path.removesuffix('index.html')}" in home.outbox.letters[0].text
    assert b"It does not print." in home.publisher.files[path]


def test_an_answer_to_our_letter_becomes_a_note_on_the_same_ticket(home: Home) -> None:
    home.post(mail())
    home.turn()
    ours = home.outbox.letters[0].message_id
    home.post(mail("Re: error", "Now it smokes.", id="<2@acme.example>", In_Reply_To=ours))
    home.turn()
    (ticket,) = home.tickets()
    whole = home.desk().ticket(ticket.number)
    assert whole is not None and "Now it smokes." in whole.notes[-1].notes
    assert len(home.outbox.letters) == 1, "a follow-up is not acknowledged"


def test_an_answer_that_overtakes_the_ticket_waits_for_it(home: Home) -> None:
    home.post(mail())
    home.post(mail("Re: error", "And more.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    (ticket,) = home.tickets()
    assert [note.notes for note in home.desk().ticket(ticket.number).notes if "And more." in note.notes]  # type: ignore[union-attr]


def test_an_answer_that_was_numbered_before_its_question_still_belongs_to_it(home: Home) -> None:
    home.post(mail("Re: error", "And more.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.post(mail())
    home.turn()
    assert len(home.tickets()) == 1


def test_mails_that_answer_each_other_in_a_ring_are_decided_all_the_same(home: Home) -> None:
    home.post(mail("One", id="<1@acme.example>", In_Reply_To="<2@acme.example>"))
    home.post(mail("Two", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    assert home.house.journal.undecided(9) == ()


def test_a_follow_up_reopens_a_closed_ticket(home: Home) -> None:
    home.post(mail())
    home.turn()
    number = home.tickets()[0].number
    home.clock.forward(seconds=10)
    home.desk().close_ticket(number)
    home.tick()
    home.post(mail("Re", "Not solved.", id="<2@acme.example>", References="<1@acme.example>"))
    home.turn()
    assert home.tickets()[0].status == "In Progress"


def test_a_mail_read_twice_is_one_ticket(home: Home) -> None:
    home.post(mail())
    home.post(mail())
    home.turn()
    assert len(home.tickets()) == 1 and len(home.outbox.letters) == 1


def test_one_message_id_on_two_different_mails_is_two_tickets(home: Home) -> None:
    home.post(mail(body="One."))
    home.post(mail(body="Two.", sender="Eve <eve@other.example>"))
    home.turn()
    assert len(home.tickets()) == 2


def test_the_same_mail_to_two_mailboxes_is_one_ticket(tmp_path: Path) -> None:
    sales = replace(SUPPORT, name="sales", address="sales@example.com", project="sales")
    home = Home(tmp_path, policy=replace(POLICY, mailboxes=(SUPPORT, sales)))
    home.post(mail())
    home.post(mail(), box="sales")
    home.turn()
    assert len(home.tickets()) == 1


def test_a_strangers_answer_with_our_letter_in_hand_is_added_privately(home: Home) -> None:
    home.post(mail())
    home.turn()
    ours, page = home.outbox.letters[0].message_id, dict(home.publisher.files)
    home.desk().close_ticket(1)
    home.tick()
    page = dict(home.publisher.files)
    home.post(mail("Re", "It is me.", sender="Jane <jane@home.example>", id="<3@home.example>", In_Reply_To=ours))
    home.turn()
    ticket = home.desk().ticket(1)
    assert ticket is not None and ticket.closed
    (note,) = [one for one in ticket.notes if one.notes]
    assert note.private and "It is me." in note.notes and "!accept jane@home.example" in note.notes
    assert not any(file.name.endswith(home.mails()[-1].key + ".eml") for file in ticket.files)
    assert (len(home.outbox.letters), home.publisher.files) == (1, page)


def test_a_bearer_who_is_accepted_takes_part_and_what_they_wrote_comes_onto_ticket_and_page(home: Home) -> None:
    home.post(mail())
    home.turn()
    ours = home.outbox.letters[0].message_id
    home.post(mail("Re", "It is me.", sender="Jane <jane@home.example>", id="<3@home.example>", In_Reply_To=ours))
    home.turn()
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None

    def then(mails: tuple[str, ...]) -> tuple[Step, ...]:
        return accepted("ticket-1-9", known.id, "jane@home.example", mails, markup="textile", page=True)

    (key,) = home.house.journal.accept(known.id, "jane@home.example", home.clock.now(), then)
    assert home.house.journal.accept(known.id, "jane@home.example", home.clock.now(), then) == ()
    home.turn()
    ticket = home.desk().ticket(1)
    assert ticket is not None and [file.name for file in ticket.files][-1] == f"mail-{key}.eml"
    (page,) = home.publisher.files.values()
    assert b"It is me." in page
    contact = home.house.journal.contact("jane@home.example")
    assert contact is not None and contact.addresses == ("jane@acme.example", "jane@home.example")
    home.post(mail("Re", "And more.", sender="jane@home.example", id="<4@home.example>", In_Reply_To=ours))
    home.turn()
    assert home.mails()[-1].trail[-1].evidence.endswith("Message-ID of our letter.")
    assert any("And more." in note.notes and not note.private for note in home.desk().ticket(1).notes)  # type: ignore[union-attr]


def test_a_strangers_answer_with_our_letter_in_hand_waits_for_a_person_where_policy_wants_that(home: Home) -> None:
    home.with_policy(bearer="hold")
    home.post(mail())
    home.turn()
    ours = home.outbox.letters[0].message_id
    home.post(mail("Re", "It is me.", sender="Jane <jane@home.example>", id="<3@home.example>", In_Reply_To=ours))
    home.turn()
    (held,) = home.house.journal.held()
    assert home.house.journal.vouch(held.key)
    home.turn()
    whole = home.desk().ticket(home.tickets()[0].number)
    assert whole is not None and "It is me." in whole.notes[-1].notes and not whole.notes[-1].private
    known = home.house.journal.conversation_by_ticket(whole.number)
    assert known is not None and "jane@home.example" in known.participants
    assert len(home.outbox.letters) == 1


def test_a_stranger_who_knows_the_number_gets_a_ticket_of_their_own(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.post(mail("Re: [support #1] error", "Show me.", sender="Eve <eve@other.example>", id="<4@other.example>"))
    home.turn()
    first, second = home.tickets()
    assert not [note for note in home.desk().ticket(first.number).notes if "Show me." in note.notes]  # type: ignore[union-attr]
    notes = home.desk().ticket(second.number).notes  # type: ignore[union-attr]
    assert any(note.private and f"#{first.number}" in note.notes for note in notes)


def test_a_participant_may_use_the_number_in_the_subject(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.post(mail("About #1", "Any news?", id="<5@acme.example>"))
    home.turn()
    assert len(home.tickets()) == 1


def test_a_closed_tracker_keeps_the_mail_and_says_since_when(home: Home) -> None:
    home.faults.order("upload", Trouble.BEFORE)
    home.post(mail())
    home.turn()
    assert home.tickets() == []
    (door,) = [door for door in home.house.journal.doors() if door.name == "tracker"]
    assert not door.open and door.why
    home.clock.forward(seconds=5)
    home.turn()
    assert len(home.tickets()) == 1
    assert all(door.open for door in home.house.journal.doors())


def test_a_letter_in_doubt_is_not_sent_again(home: Home) -> None:
    home.outbox.after.append(Doubtful("connection lost after DATA"))
    home.post(mail())
    home.turn()
    home.clock.forward(hours=1)
    home.turn()
    assert len(home.outbox.letters) == 1
    assert home.house.journal.tally()["steps.dropped"] == 1


def test_a_refused_address_is_held_and_the_agents_learn_of_it(home: Home) -> None:
    home.outbox.before.append(Refused("550", words=("550 5.1.1 no such user",)))
    home.post(mail())
    home.turn()
    (held,) = home.house.journal.held()
    assert "no such user" in held.why
    notes = home.desk().ticket(1).notes  # type: ignore[union-attr]
    assert any(note.private and "no such user" in note.notes for note in notes)


def test_a_greylisted_letter_goes_out_later(home: Home) -> None:
    home.outbox.before.append(NotNow("451 try again"))
    home.post(mail())
    home.turn()
    assert home.outbox.letters == []
    home.clock.forward(minutes=5)
    home.turn()
    assert len(home.outbox.letters) == 1


def test_a_mail_over_the_trackers_limit_becomes_one_ticket_with_a_note_of_what_is_missing(tmp_path: Path) -> None:
    home = Home(tmp_path, upload_limit=2000)
    home.post(mail(body="x" * 3000))
    home.turn()
    ticket = home.desk().ticket(home.tickets()[0].number)
    assert ticket is not None and any(file.name.endswith(".txt") for file in ticket.files)
    assert "Not attached" in ticket.description


def test_nothing_is_left_on_its_way_when_all_is_done(home: Home) -> None:
    home.post(mail())
    home.turn()
    assert home.house.journal.steps(conversation=None, states=UNFINISHED, limit=10) == ()
    assert {step.state for step in home.house.journal.steps(conversation=None, states=(), limit=50)} == {State.DONE}
