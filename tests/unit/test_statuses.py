"""Changes of status are told by one letter at most, and only those that an agent made and left standing."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hd_bridge.decide.statuses import why_untold
from hd_bridge.model import Detail, Note, Ticket
from hd_bridge.policy_answers import AnswerPolicy
from tests.answering import read, sent, ticket, with_answers
from tests.homes import Home, mail

STATUSES = (("in progress", "status-in-progress"), ("resolved", "status-solved"), ("closed", "status-solved"))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_answers(tmp_path, statuses=STATUSES)


def test_a_change_without_words_is_a_letter(home: Home) -> None:
    home.desk().note(1, "", status="Resolved")
    (letter,) = sent(home)
    message = read(letter)
    assert letter.to == ("jane@acme.example",)
    assert "has been solved" in letter.text
    assert message["In-Reply-To"] == "<1@acme.example>"
    assert message["Auto-Submitted"] not in (None, "no")
    assert message["From"] == "Example Support <support@example.com>"


def test_it_is_told_once_however_often_it_is_seen(home: Home) -> None:
    home.desk().note(1, "", status="Resolved")
    for _ in range(4):
        sent(home)
    home.restart()
    assert len(sent(home)) == 1


def test_words_that_change_the_status_too_are_one_letter(home: Home) -> None:
    home.desk().note(1, "It prints again.", status="Resolved")
    (letter,) = sent(home)
    assert "It prints again." in letter.text
    assert read(letter)["Auto-Submitted"] is None


def test_a_status_without_a_template_is_not_told(home: Home) -> None:
    home.desk().note(1, "", status="Waiting")
    assert sent(home) == []


def test_what_is_changed_back_within_the_grace_is_not_told(home: Home) -> None:
    home.desk().note(1, "", status="Resolved")
    home.tick()
    home.clock.forward(seconds=10)
    home.desk().note(1, "", status="New")
    assert sent(home) == []
    home.desk().note(1, "", status="In Progress")
    home.clock.forward(seconds=5)
    home.desk().note(1, "", status="New")
    home.clock.forward(seconds=5)
    home.desk().note(1, "", status="In Progress")
    assert ["we have begun" in one.text or "working" in one.text for one in sent(home)] == [True]


def test_of_several_changes_within_the_grace_the_last_is_told(home: Home) -> None:
    home.desk().note(1, "", status="In Progress")
    home.tick()
    home.clock.forward(seconds=10)
    home.desk().note(1, "", status="Resolved")
    assert ["solved" in letter.text for letter in sent(home)] == [True]


def test_solved_and_then_closed_is_solved_once(home: Home) -> None:
    home.desk().note(1, "", status="Resolved")
    assert len(sent(home)) == 1
    home.desk().note(1, "", status="Closed")
    assert len(sent(home)) == 1


def test_a_second_change_much_later_is_told_again(home: Home) -> None:
    home.desk().note(1, "", status="Resolved")
    assert len(sent(home)) == 1
    home.desk().note(1, "", status="In Progress")
    assert len(sent(home)) == 2
    home.desk().note(1, "", status="Resolved")
    assert len(sent(home)) == 3


def test_what_the_bridge_itself_changes_is_not_told(home: Home) -> None:
    home.desk().note(1, "", status="Closed")
    home.tick()
    home.clock.forward(minutes=2)
    home.turn()
    home.outbox.letters.clear()
    home.post(mail("Re: Printer error", "Not yet!", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    assert ticket(home).status == "In Progress"
    assert sent(home) == []
    home.desk().note(1, "!close\nDone now.")
    (letter,) = sent(home)
    assert "Done now." in letter.text
    assert ticket(home).status == "Closed"
    assert len(sent(home)) == 1


def test_internal_words_with_a_change_tell_nothing(home: Home) -> None:
    home.desk().note(1, "!noreply\nWas a loose cable.", status="Resolved")
    assert sent(home) == []


def test_the_status_set_with_a_private_note_is_told_without_its_words(home: Home) -> None:
    home.desk().note(1, "Between us.", private=True, status="Resolved")
    (letter,) = sent(home)
    assert "Between us." not in letter.text
    assert "solved" in letter.text


def test_a_private_ticket_is_silent(home: Home) -> None:
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute("UPDATE issue SET is_private = 1")
    db.close()
    home.desk().note(1, "", status="Resolved")
    assert sent(home) == []


def test_in_a_project_of_marked_notes_an_unmarked_one_is_told_by_its_status(tmp_path: Path) -> None:
    home = with_answers(tmp_path, statuses=STATUSES, send="marked")
    home.desk().note(1, "Was a loose cable.", status="Resolved")
    (letter,) = sent(home)
    assert "loose cable" not in letter.text
    assert "solved" in letter.text


def test_letters_that_a_person_caused_silence_no_acknowledgement(home: Home) -> None:
    for status in ("Resolved", "In Progress") * 6:
        home.desk().note(1, "", status=status)
        sent(home)
    counts = home.house.journal.counts("jane@acme.example", "Printer error", "support", home.clock.now(), 3)
    assert counts.sender == 1, "the acknowledgement alone"


def journals(*changes: tuple[int, str, str, str]) -> Ticket:
    """A ticket with these changes of status: seconds, words, from, to."""
    notes = tuple(
        Note(
            id=number,
            user_id=5,
            user="Ana",
            created_on=NOON + timedelta(seconds=at),
            notes=words,
            details=(Detail(kind="attr", name="status", old=old, new=new),),
        )
        for number, (at, words, old, new) in enumerate(changes, start=1)
    )
    return Ticket(
        number=1,
        project="support",
        tracker="Support",
        subject="s",
        status=changes[-1][3],
        closed=False,
        priority="Normal",
        created_on=NOON,
        updated_on=NOON,
        notes=notes,
    )


@pytest.mark.parametrize(
    ("changes", "note", "why"),
    [
        pytest.param([(0, "", "New", "Resolved")], 1, "", id="one"),
        pytest.param([(0, "", "New", "Resolved")], 9, "not in the tracker", id="gone"),
        pytest.param([(0, "", "New", "Waiting"), (20, "", "Waiting", "Resolved")], 2, "", id="the last of two"),
        pytest.param([(0, "", "New", "Resolved"), (20, "", "Resolved", "New")], 1, "changed again", id="the first"),
        pytest.param([(0, "", "In Progress", "New"), (20, "", "New", "In Progress")], 2, "back", id="there and back"),
        pytest.param([(0, "", "In Progress", "New"), (31, "", "New", "In Progress")], 2, "", id="back, but later"),
        pytest.param(
            [(0, "Look.", "In Progress", "New"), (20, "", "New", "In Progress")], 2, "", id="an answer told the first"
        ),
        pytest.param([(0, "", "Resolved", "Closed")], 1, "the same words", id="the same letter"),
        pytest.param([(0, "", "New", "Waiting")], 1, "no letter tells", id="no template any more"),
    ],
)
def test_what_stands_after_the_grace_decides(changes: list[tuple[int, str, str, str]], note: int, why: str) -> None:
    answers = AnswerPolicy(statuses=STATUSES)
    found = why_untold(journals(*changes), note, answers)
    assert (why in found) if why else found == ""


def test_a_status_that_was_set_past_its_history_is_not_told() -> None:
    odd = replace(journals((0, "", "New", "Resolved")), status="New")
    assert "changed again" in why_untold(odd, 1, AnswerPolicy(statuses=STATUSES))
