"""What commands in notes do beyond a letter: saved answers, the FAQ, who is let in, tickets that agents begin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.policy import FieldNames
from tests.answering import SOON, private_notes, sent, ticket, with_answers
from tests.homes import POLICY, Home, mail

PAGE = """h1. Canned answers

h2. Opening hours

We are here from nine to five, {{ contact_first|default("friend") }}.

h3. Deutsch

Wir sind von neun bis fünf da.

h2. Broken

{{ no_such_value }}
"""
NAMED = FieldNames(customer_email="Customer e-mail")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = with_answers(tmp_path)
    home.desk().write_page("support", "Canned_answers", PAGE)
    return home


def told(home: Home) -> str:
    """The one private note, as agents read it."""
    (note,) = private_notes(home)
    return note.notes.replace("&#33;", "!")


def test_a_saved_answer_takes_the_place_of_its_line(home: Home) -> None:
    home.desk().note(1, "Good question.\n\n!canned opening HOURS\n\nBye")
    (letter,) = sent(home)
    words = " ".join(letter.text.split())
    assert "Good question. We are here from nine to five, Jane. Bye" in words


def test_a_saved_answer_is_written_in_the_customers_language(home: Home) -> None:
    home.desk().note(1, "!lang de\n!canned Opening hours")
    (letter,) = sent(home)
    assert "Wir sind von neun bis fünf da." in letter.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("!canned opning hours", "did you mean “Opening hours”?"),
        ("!canned", "needs the name"),
        ("!canned Broken", "no_such_value"),
    ],
)
def test_a_saved_answer_that_cannot_be_used_is_told_and_nothing_is_sent(home: Home, line: str, said: str) -> None:
    home.desk().note(1, f"Hello.\n\n{line}")
    assert sent(home) == []
    assert said in told(home)


def test_an_answer_is_kept_for_the_faq_once_and_sent_as_well(home: Home) -> None:
    home.desk().note(1, "!faq How do I pay?\nBy *card*.")
    (letter,) = sent(home)
    assert "By *card*." in letter.text and "How do I pay?" not in letter.text
    sent(home)
    (draft,) = home.house.journal.faq_drafts()
    assert (draft.question, draft.answer, draft.ticket, draft.language) == ("How do I pay?", "By *card*.", 1, "en")
    assert draft.category == "Bugs"
    assert home.house.journal.drop_faq(draft.key) and not home.house.journal.drop_faq(draft.key)
    assert home.house.journal.faq_drafts() == ()


def test_noreply_keeps_an_answer_for_the_faq_and_sends_nothing(home: Home) -> None:
    home.desk().note(1, "!noreply\n!faq How do I pay?\nBy card.")
    assert sent(home) == []
    assert len(home.house.journal.faq_drafts()) == 1


def test_accept_lets_a_bearer_in_with_all_their_mails(home: Home) -> None:
    home.desk().note(1, "Which model?")
    (letter,) = sent(home)
    answer = mail("Re", "From home.", sender="jane@home.example", id="<h1@home>", In_Reply_To=letter.message_id)
    home.post(answer)
    home.turn()
    assert any(note.private and "From home." in note.notes for note in ticket(home).notes)
    home.desk().note(1, "!accept\nWelcome.")
    letters = sent(home)
    assert set(letters[-1].to) == {"jane@acme.example", "jane@home.example"} and "Welcome." in letters[-1].text
    home.desk().note(1, "Both of you?")
    assert set(sent(home)[-1].to) == {"jane@acme.example", "jane@home.example"}
    contact = home.house.journal.contact("jane@home.example")
    assert contact is not None and "jane@acme.example" in contact.addresses


@pytest.fixture
def two(home: Home) -> Home:
    """Two people who are not on the ticket answer a letter of ours."""
    home.desk().note(1, "Which model?")
    (letter,) = sent(home)
    for who in ("jane@home.example", "mallory@evil.example"):
        home.post(mail("Re", "It is me.", sender=who, id=f"<1{who}>", In_Reply_To=letter.message_id))
    home.turn()
    return home


def test_where_several_wait_accept_wants_a_name(two: Home) -> None:
    two.desk().note(1, "!accept\nWelcome.")
    assert len(sent(two)) == 1
    assert "mallory@evil.example and jane@home.example wait here" in private_notes(two)[-1].notes
    known = two.house.journal.conversation_by_ticket(1)
    assert known is not None and known.participants == {"jane@acme.example"}


def test_accept_lets_in_whom_it_names_and_its_words_go_to_them_too(two: Home) -> None:
    two.desk().note(1, "!accept jane@home.example\nWelcome.")
    letter = sent(two)[-1]
    assert set(letter.to) == {"jane@acme.example", "jane@home.example"} and "Welcome." in letter.text
    known = two.house.journal.conversation_by_ticket(1)
    assert known is not None and known.participants == {"jane@acme.example", "jane@home.example"}
    two.desk().note(1, "!accept other@home.example\nWelcome.")
    sent(two)
    assert "other@home.example does not wait here; mallory@evil.example would" in private_notes(two)[-1].notes


def test_a_sender_without_an_address_is_never_let_in(home: Home) -> None:
    home.desk().note(1, "Which model?")
    (letter,) = sent(home)
    home.post(mail("Re", "Who am I?", sender="", id="<nobody>", In_Reply_To=letter.message_id))
    home.turn()
    home.desk().note(1, "!accept\nWelcome.")
    assert len(sent(home)) == 1
    assert "nobody waits to be let in" in private_notes(home)[-1].notes


def test_accept_where_nobody_waits_is_told(home: Home) -> None:
    home.desk().note(1, "!accept\nWelcome.")
    assert sent(home) == []
    assert "nobody waits to be let in" in told(home)


def test_a_ticket_that_an_agent_opens_for_a_customer_is_a_conversation(home: Home) -> None:
    home.tick()
    (number,) = home.desk().open_tickets("support", ("Your order",))
    home.desk().note(number, "For us only so far.")
    home.clock.forward(seconds=10)
    home.desk().note(number, "!customer New@Customer.example\nHello, your order is late.")
    letters = sent(home)
    assert [letter.to for letter in letters] == [("new@customer.example",)]
    assert letters[0].subject == f"[support #{number}] Your order"
    assert "Hello, your order is late." in letters[0].text and "For us only" not in letters[0].text
    home.post(
        mail("Re: Your order", "When?", sender="new@customer.example", id="<n1>", In_Reply_To=letters[0].message_id)
    )
    home.turn()
    assert any("When?" in note.notes for note in ticket(home, number).notes)
    home.desk().note(number, "Tomorrow.")
    assert [letter.to for letter in sent(home)][1:] == [("new@customer.example",)]


def test_the_field_that_holds_customers_names_one_too(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(POLICY, fields=NAMED))
    home.tick()
    home.clock.forward(seconds=5)
    (number,) = home.desk().open_tickets("support", ("Your order",))
    home.clock.forward(seconds=5)
    home.desk().set_field(number, "Customer e-mail", "new@customer.example")
    home.desk().note(number, "Hello.")
    assert [letter.to for letter in sent(home)] == [("new@customer.example",)]


def test_a_ticket_of_nobodys_costs_one_request_and_stays_nobodys(home: Home) -> None:
    home.tick()
    (number,) = home.desk().open_tickets("support", ("Ours",))
    home.desk().note(number, "Among ourselves.")
    assert sent(home) == []
    assert home.house.journal.conversation_by_ticket(number) is None


def test_who_is_no_agent_begins_no_conversation(home: Home) -> None:
    home.tick()
    (number,) = home.desk().open_tickets("support", ("Ours",))
    home.desk().note(number, "!customer new@customer.example\nHello.")
    home.house.policy = replace(home.house.policy, agents=replace(home.house.policy.agents, roles=("Nobody",)))
    assert sent(home) == []
    assert home.house.journal.conversation_by_ticket(number) is None


def test_a_second_customer_is_a_mistake(home: Home) -> None:
    home.desk().note(1, "!customer other@else.example\nHello.")
    assert sent(home) == []
    assert "has its customer already" in told(home)


def test_times_are_kept(home: Home) -> None:
    home.desk().note(1, "!canned Opening hours")
    home.tick()
    home.clock.forward(**SOON)
    home.restart()
    home.turn()
    home.turn()
    assert len(home.outbox.letters) == 1


def test_block_keeps_the_customers_next_mails_away(home: Home) -> None:
    home.desk().note(1, "!block\n!noreply")
    assert sent(home) == []
    assert [one.pattern for one in home.house.journal.blocked()] == ["jane@acme.example"]
    home.post(mail("Again", id="<again@acme.example>"))
    home.turn()
    assert len(home.tickets()) == 1


def test_merge_ends_this_ticket_and_lets_its_people_into_the_other(home: Home) -> None:
    home.post(mail("Same thing", sender="bo@other.example", id="<bo@other.example>"))
    home.turn()
    home.outbox.letters.clear()
    home.tick()
    home.clock.forward(seconds=1)
    home.desk().note(2, "!merge #1")
    assert sent(home) == []
    assert ticket(home, 2).closed and not ticket(home, 1).closed
    assert "#2 was merged into this ticket" in told(home)
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and "bo@other.example" in known.participants
    home.desk().note(1, "News for both.")
    assert set(sent(home)[-1].to) == {"jane@acme.example", "bo@other.example"}


@pytest.mark.parametrize(("number", "said"), [("1", "this is the ticket itself"), ("77", "no ticket of a customer")])
def test_merging_into_nothing_is_told(home: Home, number: str, said: str) -> None:
    home.desk().note(1, f"!merge #{number}")
    assert sent(home) == []
    assert said in told(home) and not ticket(home).closed


@pytest.mark.parametrize(("value", "question"), [("1", "Printer error"), ("How do I print?", "How do I print?")])
def test_a_field_says_what_the_faq_command_says(tmp_path: Path, value: str, question: str) -> None:
    home = with_answers(tmp_path, faq_field="Company")
    home.desk().note(1, "Press the button.", fields={"Company": value})
    assert len(sent(home)) == 1
    (draft,) = home.house.journal.faq_drafts()
    assert (draft.question, draft.answer) == (question, "Press the button.")


def test_a_field_says_what_noreply_says(tmp_path: Path) -> None:
    home = with_answers(tmp_path, noreply_field="Tags")
    home.desk().note(1, "For the file.", fields={"Tags": "yes"})
    home.clock.forward(seconds=40)
    home.desk().note(1, "For you.")
    assert ["For you." in letter.text for letter in sent(home)] == [True]
