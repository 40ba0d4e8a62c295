"""The letter that a note becomes: to whom, with what, in which words; and what comes of it."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from hd_bridge.policy_answers import FollowUps
from hd_bridge.work import State
from tests.answering import PNG, private_notes, read, sent, ticket, with_answers
from tests.homes import Home, mail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_answers(tmp_path)


def test_cc_is_sent_a_copy_and_takes_part(home: Home) -> None:
    home.desk().note(1, "!cc Boss@Acme.example\nHello both.")
    (letter,) = sent(home)
    assert letter.to == ("jane@acme.example", "boss@acme.example")
    assert read(letter)["Cc"] == "boss@acme.example"
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and "boss@acme.example" in known.participants


def test_one_of_us_is_no_copy_and_joins_nothing(home: Home) -> None:
    home.desk().note(1, "!cc support@example.com\nHello.")
    assert sent(home) == []
    assert "support@example.com is one of us" in private_notes(home)[0].notes
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and known.participants == {"jane@acme.example"}


def test_lang_writes_the_frame_in_another_language(home: Home) -> None:
    home.desk().note(1, "!lang pt\nOlá!")
    (letter,) = sent(home)
    assert "support@example.com" in letter.text and "Olá" in letter.text
    assert "Kind regards" not in letter.text


def test_pictures_are_in_their_place_and_other_files_beside(home: Home) -> None:
    home.desk().note(1, "Look: !shot.png!", files={"shot.png": PNG, "log.txt": b"one"})
    (letter,) = sent(home)
    message = read(letter)
    html = message.get_body(("related", "html"))
    assert html is not None
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"].strip("<>") in letter.raw.decode().replace("=\r\n", "")
    assert [part.get_filename() for part in message.iter_attachments()] == ["log.txt"]


def test_files_without_room_are_named(tmp_path: Path) -> None:
    home = with_answers(tmp_path, most_bytes=1000)
    home.desk().note(1, "Here.", files={"small.txt": b"1", "large.bin": b"2" * 2000})
    (letter,) = sent(home)
    assert [part.get_filename() for part in read(letter).iter_attachments()] == ["small.txt"]
    assert "large.bin" in letter.text


@pytest.mark.parametrize(("note", "letters"), [("Just talking.", 0), ("!send\nFor you.", 1)])
def test_where_only_marked_notes_are_sent_the_others_stay(tmp_path: Path, note: str, letters: int) -> None:
    home = with_answers(tmp_path, send="marked")
    home.desk().note(1, note)
    assert len(sent(home)) == letters


def test_a_customer_without_an_address_that_takes_mail_is_told_to_the_agent(home: Home) -> None:
    with sqlite3.connect(home.folder / "journal.sqlite") as db:
        db.execute("UPDATE addresses SET mark = 'permanent' WHERE address = 'jane@acme.example'")
    db.close()
    home.desk().note(1, "Hello?")
    assert sent(home) == []
    (note,) = private_notes(home)
    assert "has no address" in note.notes


def test_a_note_without_words_is_no_letter(home: Home) -> None:
    home.desk().note(1, "", files={"a.txt": b"a"}, status="In Progress")
    home.desk().note(1, "  \n ")
    assert sent(home) == []


def test_the_page_shows_what_the_agent_said_and_who(home: Home) -> None:
    home.desk().note(1, "Have you tried turning it off?")
    sent(home)
    (page,) = home.publisher.files.values()
    assert "Have you tried turning it off?" in page.decode() and "Ana" in page.decode()


def test_an_answer_may_set_a_status(tmp_path: Path) -> None:
    home = with_answers(tmp_path)
    home.with_policy(follow_ups=FollowUps(on_answer="Waiting"))
    home.desk().note(1, "Which model?")
    sent(home)
    assert ticket(home).status == "Waiting"


def test_what_was_there_when_the_journal_was_lost_is_not_sent_again(home: Home) -> None:
    from hd_bridge.watch import NOTES_SINCE

    home.desk().note(1, "Old.")
    home.house.journal.set_meta(NOTES_SINCE, home.clock.now().isoformat())
    home.clock.forward(seconds=5)
    home.desk().note(1, "New.")
    texts = [letter.text for letter in sent(home)]
    assert len(texts) == 1 and "New." in texts[0]


def test_a_template_that_fails_holds_its_letter_and_no_other(home: Home) -> None:
    home.post(mail("Another", id="<9@other.example>", sender="bo@other.example"))
    home.turn()
    home.outbox.letters.clear()
    whole = home.house.templates
    home.house.templates = type(whole)(
        {**whole.sources, "de/answer.txt.j2": "{{ nonsense }}\n{{ nonsense }}", "de/answer.html.j2": ""}
    )
    home.clock.forward(seconds=1)
    home.desk().note(1, "!lang de\nHallo.")
    home.desk().note(2, "Hello.")
    assert [letter.to for letter in sent(home, minutes=30)] == [("bo@other.example",)]
    assert any("note-1-" in item.key for item in home.house.journal.held())


def test_a_letter_in_doubt_is_sent_again_once_with_the_same_message_id(home: Home) -> None:
    from hd_bridge.errors import Doubtful

    home.desk().note(1, "Hello.")
    home.outbox.after = [Doubtful("the connection was lost")]
    sent(home)
    home.clock.forward(minutes=10)
    letters = sent(home)
    assert len(letters) == 2
    assert letters[0].message_id == letters[1].message_id and letters[0].raw == letters[1].raw


def test_times_are_kept_where_the_note_is_seen_late(home: Home) -> None:
    """The bridge was away for hours: what agents wrote meanwhile is sent all the same."""
    home.desk().note(1, "Morning.")
    home.clock.forward(hours=5)
    assert len(sent(home)) == 1
    assert not home.house.journal.steps(conversation=None, states=(State.HELD,), limit=5)
    assert timedelta(0) < home.house.policy.answers.grace
