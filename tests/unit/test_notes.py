"""An agent's public note becomes one letter; everything else stays inside, or waits for a person."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from hd_bridge.roster import learn
from tests.answering import private_notes, read, sent, ticket, with_answers
from tests.homes import Home, mail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_answers(tmp_path)


def test_a_public_note_is_a_letter_that_threads_below_what_it_answers(home: Home) -> None:
    home.desk().note(1, "Have you tried *switching it off*?")
    (letter,) = sent(home)
    message = read(letter)
    assert letter.to == ("jane@acme.example",)
    assert message["From"] == "Ana from Example Support <support@example.com>"
    assert message["Subject"] == "Re: [support #1] Printer error"
    assert message["In-Reply-To"] == "<1@acme.example>"
    assert "<1@acme.example>" in message["References"]
    assert message["Auto-Submitted"] is None
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    assert "Have you tried *switching it off*?" in plain.get_content()
    assert "<strong>switching it off</strong>" in html.get_content()
    assert "> It does not print." in plain.get_content()


def test_a_note_is_sent_once_however_often_it_is_seen(home: Home) -> None:
    home.desk().note(1, "Once.")
    for _ in range(5):
        sent(home)
    home.restart()
    assert len(sent(home)) == 1


def test_the_customers_answer_to_it_comes_back_to_the_same_ticket(home: Home) -> None:
    home.desk().note(1, "Which model is it?")
    (letter,) = sent(home)
    home.post(mail("Re: Printer error", "The blue one.", id="<2@acme.example>", In_Reply_To=letter.message_id))
    home.turn()
    assert any("The blue one." in note.notes for note in ticket(home).notes)


def test_thirty_notes_of_one_second_are_thirty_letters_in_order(home: Home) -> None:
    for i in range(30):
        home.desk().note(1, f"Word {i:02}.")
    texts = [letter.text for letter in sent(home)]
    assert [next(i for i in range(30) if f"Word {i:02}." in text) for text in texts] == list(range(30))


def test_a_private_note_never_leaves_nor_do_its_files(home: Home) -> None:
    """The leak trap: Redmine puts the files of a private note into a public journal without words."""
    home.desk().note(1, "Between us.", private=True, files={"secret.txt": b"secret"}, status="In Progress")
    assert sent(home) == []
    home.desk().note(1, "For you.", files={"open.txt": b"open"})
    (letter,) = sent(home)
    assert [part.get_filename() for part in read(letter).iter_attachments()] == ["open.txt"]
    assert b"secret" not in letter.raw


def test_a_note_made_public_later_waits_for_a_person(home: Home) -> None:
    home.desk().note(1, "Between us.", private=True)
    home.tick()
    home.clock.forward(seconds=10)
    home.tick()
    flip(home, private=False)
    home.desk().note(1, "Something new.")
    letters = sent(home)
    assert len(letters) == 1 and "Something new." in letters[0].text
    (held,) = home.house.journal.held()
    assert "was private when the ticket was last read" in held.why
    assert home.house.journal.release(held.key, home.clock.now())
    assert "Between us." in sent(home)[-1].text


def test_a_note_that_was_seen_private_waits_however_soon_it_was_made_public(home: Home) -> None:
    home.clock.forward(minutes=5)
    home.desk().note(1, "Between us.", private=True)
    home.tick()
    home.clock.forward(seconds=2)
    flip(home, private=False)
    home.clock.forward(seconds=3)
    assert sent(home) == []
    (held,) = home.house.journal.held()
    assert "was private when the ticket was last read" in held.why


def test_an_agents_note_that_looks_like_one_of_ours_waits_for_a_person(home: Home) -> None:
    (original,) = (file.name for file in ticket(home).files)
    home.desk().note(1, "Here is your mail again.", files={original: b"From: jane@acme.example"})
    assert sent(home) == []
    (held,) = home.house.journal.held()
    assert "carries a customer's original mail" in held.why
    assert home.house.journal.release(held.key, home.clock.now())
    assert "Here is your mail again." in sent(home)[-1].text


@pytest.mark.parametrize("files", [{}, {"manual.txt": b"Turn it on."}])
def test_of_a_note_in_which_only_the_tracker_is_spoken_to_the_files_alone_are_sent(
    home: Home, files: dict[str, bytes]
) -> None:
    home.desk().note(1, "{{toc}}", files=files)
    letters = sent(home)
    assert [[part.get_filename() for part in read(one).iter_attachments()] for one in letters] == (
        [["manual.txt"]] if files else []
    )


def flip(home: Home, *, private: bool) -> None:
    """As Redmine does it: nothing else of the ticket changes."""
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute("UPDATE journal SET private = ? WHERE notes LIKE '%Between us.'", (int(private),))
    db.close()


@pytest.mark.parametrize("undo", ["deleted", "private"])
def test_within_the_grace_a_note_can_be_taken_back(home: Home, undo: str) -> None:
    home.desk().note(1, "Between us.")
    home.tick()
    if undo == "private":
        flip(home, private=True)
    else:
        with sqlite3.connect(home.folder / "tracker.sqlite") as db:
            db.execute("DELETE FROM journal WHERE notes = 'Between us.'")
        db.close()
    assert sent(home) == []
    assert home.house.journal.held() == ()


def test_within_the_grace_a_note_can_be_mended(home: Home) -> None:
    home.desk().note(1, "Hallo Jan")
    home.tick()
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute("UPDATE journal SET notes = 'Hello Jane' WHERE notes = 'Hallo Jan'")
    db.close()
    (letter,) = sent(home)
    assert "Hello Jane" in letter.text and "Hallo" not in letter.text


def test_a_registered_user_who_is_no_agent_is_neither_sent_nor_obeyed(home: Home) -> None:
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute("UPDATE person SET agent = 0 WHERE name = 'Bruno'")
    db.close()
    home.clock.forward(minutes=10)
    home.house.roster_read = None
    desk = home.desk()
    desk._agent = "Bruno"
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        (bruno,) = db.execute("SELECT id FROM person WHERE name = 'Bruno'").fetchone()
    db.close()
    home.desk().note(1, "!close\nI am no agent.")
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute("UPDATE journal SET person_id = ? WHERE notes LIKE '%no agent.'", (bruno,))
    db.close()
    learn(home.house)
    assert sent(home) == []
    (held,) = home.house.journal.held()
    assert "Bruno wrote on #1 and is no agent" in held.why
    assert not ticket(home).closed


def test_a_wrong_command_sends_nothing_and_says_how_to_mend_it(home: Home) -> None:
    home.desk().note(1, "!clsoe\nAll done.")
    assert sent(home) == []
    (note,) = private_notes(home)
    assert "did you mean “!close”?" in note.notes.replace("&#33;", "!")
    assert not ticket(home).closed


def test_close_sends_a_last_letter_and_ends_the_ticket(home: Home) -> None:
    home.desk().note(1, "!close\nIt works now.")
    (letter,) = sent(home)
    assert "It works now." in letter.text and "!close" not in letter.text
    assert ticket(home).closed
    assert len(sent(home)) == 1, "one change, one letter"


def test_what_somebody_has_set_meanwhile_stays(home: Home) -> None:
    home.desk().note(1, "!close\nIt works now.")
    home.tick()
    home.desk().note(1, "", status="Waiting")
    sent(home)
    assert ticket(home).status == "Closed", "it was read once more after the grace"


def test_noreply_stays_inside(home: Home) -> None:
    home.desk().note(1, "!noreply\nFor the file.")
    assert sent(home) == []


def test_later_is_sent_then_and_can_be_taken_back_until_then(home: Home) -> None:
    home.desk().note(1, "!later 3d\nHow is it going?")
    home.desk().note(1, "!later 2d\nBetween us.")
    assert sent(home) == []
    flip(home, private=True)
    assert [("How is it going?" in one.text) for one in sent(home, days=3, minutes=1)] == [True]


def test_a_letter_for_a_day_is_sent_on_that_day(home: Home) -> None:
    day = home.clock.now() + timedelta(days=2)
    home.desk().note(1, f"!later {day:%Y-%m-%d %H:%M}\nHow is it going?")
    assert sent(home) == []
    assert [("How is it going?" in one.text) for one in sent(home, days=2, minutes=1)] == [True]
    assert private_notes(home) == []


def test_a_day_that_passed_while_nobody_looked_is_no_mistake(home: Home) -> None:
    day = home.clock.now() + timedelta(hours=2)
    home.desk().note(1, f"!later {day:%Y-%m-%d %H:%M}\nHow is it going?")
    home.clock.forward(days=1)
    assert [("How is it going?" in one.text) for one in sent(home)] == [True]
