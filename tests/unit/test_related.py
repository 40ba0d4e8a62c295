"""When an issue is closed, the customers' tickets that are related to it hear of it, once for each closing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge import perform, related
from hd_bridge.model import Note
from hd_bridge.policy_answers import AnswerPolicy
from tests.answering import read, sent, ticket
from tests.homes import POLICY, Home, mail


def two_customers(tmp_path: Path, way: str = "ask") -> Home:
    """Tickets #1 of Jane and #2 of Bob, both related to #3, an issue of another project."""
    home = Home(tmp_path, policy=replace(POLICY, answers=AnswerPolicy(related=way)))
    home.post(mail())
    home.post(mail("It jams", sender="Bob <bob@other.example>", id="<2@other.example>"))
    home.turn()
    (number,) = home.desk().open_tickets("sales", ("Driver crashes",))
    assert number == 3
    for one in (1, 2):
        home.desk().relate(one, 3, "relates")
        home.desk().note(one, "We look into it.", private=True)
    home.tick()
    home.clock.forward(minutes=3)
    home.tick()
    home.outbox.letters.clear()
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return two_customers(tmp_path)


def asked(home: Home, number: int) -> list[Note]:
    return [note for note in ticket(home, number).notes if note.private and "was closed" in note.notes]


def test_each_ticket_is_told_in_private_and_no_customer_yet(home: Home) -> None:
    home.desk("Bruno").note(3, "", status="Closed")
    assert sent(home) == []
    for number in (1, 2):
        (note,) = asked(home, number)
        assert "Driver crashes" in note.notes and "Bruno" in note.notes and "sales" in note.notes
        assert "all 2 tickets" in note.notes


def test_a_closing_is_told_once_and_the_next_one_again(home: Home) -> None:
    home.desk().note(3, "", status="Closed")
    for _ in range(3):
        sent(home)
        related.ask(home.house)
        related.ask_closed(home.house)
    assert len(asked(home, 1)) == 1
    home.desk().note(3, "", status="In Progress")
    sent(home)
    assert len(asked(home, 1)) == 1
    home.desk().note(3, "", status="Closed")
    sent(home)
    assert len(asked(home, 1)) == len(asked(home, 2)) == 2


def test_tell_sends_to_the_customers_of_all_once_each(home: Home) -> None:
    home.desk().note(3, "", status="Closed")
    sent(home)
    home.desk().note(2, "!tell The *new* driver mends it.")
    letters = sent(home)
    assert {letter.to for letter in letters} == {("jane@acme.example",), ("bob@other.example",)}
    assert all("The *new* driver mends it." in letter.text for letter in letters)
    assert {read(letter)["Subject"] for letter in letters} == {
        "Re: [support #1] Printer error",
        "Re: [support #2] It jams",
    }
    assert all(read(letter)["Auto-Submitted"] is None for letter in letters)
    assert all(read(letter)["From"].startswith("Ana from") for letter in letters)
    assert any("has told the customer" in note.notes for note in ticket(home, 1).notes if note.private)
    home.desk().note(1, "!tell Once more.")
    assert len(sent(home)) == 2
    assert any("Nothing was sent" in note.notes for note in ticket(home, 1).notes if note.private)


def test_who_was_not_there_at_the_time_is_told_alone(home: Home) -> None:
    home.desk().note(3, "", status="Closed")
    sent(home)
    home.desk().note(1, "!tell Done.")
    assert len(sent(home)) == 2
    home.post(mail("Me too", sender="Eve <eve@third.example>", id="<3@third.example>"))
    home.turn()
    home.outbox.letters.clear()
    home.clock.forward(seconds=1)
    home.desk().relate(4, 3, "relates")
    home.desk().note(4, "The same.", private=True)
    sent(home)
    related.ask(home.house)
    perform.drain(home.house, "test")
    assert asked(home, 4) == [], "it was closed before"
    home.desk().note(4, "!tell Done, by the way.")
    assert [letter.to for letter in sent(home)] == [("eve@third.example",)]


def test_tell_without_a_closed_issue_sends_nothing_and_says_why(home: Home) -> None:
    home.desk().note(1, "!tell It is done.")
    assert sent(home) == []
    assert any("no issue to which this ticket is related" in note.notes for note in ticket(home, 1).notes)


def test_the_customers_can_be_told_at_once(tmp_path: Path) -> None:
    home = two_customers(tmp_path, "letter")
    home.desk().note(3, "", status="Closed")
    letters = sent(home)
    assert {letter.to for letter in letters} == {("jane@acme.example",), ("bob@other.example",)}
    assert all("is finished" in letter.text for letter in letters)
    assert all(read(letter)["Auto-Submitted"] not in (None, "no") for letter in letters)
    assert len(sent(home)) == 2
    assert asked(home, 1) == []


def test_or_nobody_is(tmp_path: Path) -> None:
    home = two_customers(tmp_path, "no")
    home.desk().note(3, "", status="Closed")
    assert sent(home) == []
    assert asked(home, 1) == []


def test_an_issue_that_the_watch_does_not_list_is_asked_for_while_it_is_open(home: Home) -> None:
    home.desk().note(3, "", status="Closed")
    assert related.ask(home.house) == 1
    perform.drain(home.house, "test")
    assert len(asked(home, 1)) == 1
    home.tracker.close()
    home.house.tracker = None  # type: ignore[assignment]  # whoever asked it now would fail
    assert related.ask(home.house) == 0


def test_a_restart_in_the_middle_tells_nobody_twice(home: Home) -> None:
    home.desk().note(3, "", status="Closed")
    related.ask(home.house)
    home.restart()
    sent(home)
    home.desk().note(1, "!tell Done.")
    home.tick()
    home.restart()
    assert len(sent(home)) == 2
    home.restart()
    assert len(sent(home)) == 2
    assert len(asked(home, 1)) == len(asked(home, 2)) == 1
