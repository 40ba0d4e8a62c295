"""A mail whose ticket is closed, deleted, moved or a duplicate goes where somebody will read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hd_bridge.mail.thread import named_tickets
from hd_bridge.model import Detail, Note, Ticket
from hd_bridge.perform.living import duplicate_of
from tests.contract.journal_cases import NOW, ticket
from tests.homes import POLICY, Home, mail


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    made.post(mail("First"))
    made.post(mail("Second", id="<2@acme.example>", sender="Zoe <zoe@other.example>"))
    made.turn()
    made.tick()
    yield made
    made.close()


def again(home: Home, number: int = 9) -> None:
    """Jane answers on her ticket #1."""
    home.post(mail("Re", f"More {number}.", id=f"<{number}@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()


def whole(home: Home, number: int) -> Ticket:
    found = home.desk().ticket(number)
    assert found is not None
    return found


def notes(home: Home, number: int) -> str:
    return "\n".join(note.notes for note in whole(home, number).notes)


def close(home: Home, number: int = 1, *, ago: timedelta = timedelta(0)) -> None:
    home.desk().close_ticket(number)
    home.tick()
    home.clock.forward(seconds=ago.total_seconds())


def test_a_reply_soon_after_the_end_opens_the_ticket_again(home: Home) -> None:
    close(home, ago=timedelta(days=29))
    again(home)
    assert "More 9." in notes(home, 1) and whole(home, 1).status == "In Progress"


def test_a_reply_long_after_the_end_is_a_new_ticket_and_each_names_the_other(home: Home) -> None:
    close(home, ago=timedelta(days=31))
    again(home)
    assert whole(home, 1).closed and "More 9." in whole(home, 3).description
    (old,) = [note for note in whole(home, 1).notes if note.private]
    (new,) = [note for note in whole(home, 3).notes if note.private]
    assert "#3" in old.notes and "closed on 2026-11-21" in new.notes and "#1" in new.notes
    again(home, 10)
    assert "More 10." in notes(home, 3) and len(home.tickets()) == 3


def test_a_stranger_does_not_draw_answers_to_a_closed_ticket_to_themselves(home: Home) -> None:
    close(home, ago=timedelta(days=31))
    home.post(mail("[support #1] First", "mine", id="<e@evil.example>", sender="Eve <eve@evil.example>"))
    home.turn()
    again(home)
    assert "More 9." in whole(home, 4).description and "More 9." not in notes(home, 3)


def test_always_means_that_no_ticket_is_closed_for_too_long(home: Home) -> None:
    home.with_policy(reopen_within=None)
    close(home, ago=timedelta(days=3000))
    again(home)
    assert "More 9." in notes(home, 1)


def test_a_reply_to_a_duplicate_goes_onto_the_ticket_that_lives(home: Home) -> None:
    home.desk().relate(1, 2, "duplicates")
    close(home)
    again(home)
    assert whole(home, 1).closed and "More 9." not in notes(home, 1)
    assert "This mail came to #1, which duplicates this ticket." in notes(home, 2) and "More 9." in notes(home, 2)
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and len(home.house.journal.mails_of(known.id)) == 2, "it stays the customer's own matter"


def test_a_chain_of_duplicates_is_followed_and_a_circle_is_not(home: Home) -> None:
    home.post(mail("Third", id="<3@acme.example>", sender="Kim <kim@third.example>"))
    home.turn()
    home.desk().relate(1, 2, "duplicates")
    home.desk().relate(2, 3, "duplicates")
    close(home, 1)
    close(home, 2)
    again(home)
    assert "More 9." in notes(home, 3)
    home.desk().relate(3, 1, "duplicates")
    close(home, 3)
    again(home, 10)
    assert "More 10." in notes(home, 1)


def test_a_duplicate_of_a_ticket_that_was_deleted_gets_its_mail_itself(home: Home) -> None:
    home.desk().relate(1, 2, "duplicates")
    close(home)
    home.delete_ticket(2)
    again(home)
    assert "More 9." in notes(home, 1)


def test_a_duplicate_that_is_open_keeps_its_mail(home: Home) -> None:
    home.desk().relate(1, 2, "duplicates")
    again(home)
    assert "More 9." in notes(home, 1)


def test_a_ticket_that_was_moved_is_known_by_the_name_of_its_new_project(home: Home) -> None:
    import sqlite3

    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute("UPDATE issue SET project_id = 2 WHERE id = 1")
    db.close()
    home.clock.forward(seconds=10)
    home.desk().note(1, "moved")
    home.tick()
    home.post(mail("Re: [sales #1] First", "More 9.", id="<9@acme.example>"))
    home.post(mail("Re: [shop #2] First", "More 10.", id="<10@acme.example>"))
    home.turn()
    assert "More 9." in notes(home, 1) and "More 10." not in notes(home, 2)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), None),
        ((("duplicates", None, "12"),), 12),
        ((("duplicated", None, "12"),), None),
        ((("relates", None, "12"),), None),
        ((("duplicates", None, "12"), ("duplicates", "12", None)), None),
        ((("duplicates", None, "12"), ("duplicates", None, "13"), ("duplicates", "13", None)), 12),
        ((("duplicates", None, "x"),), None),
    ],
)
def test_the_latest_word_of_the_history_counts(
    lines: tuple[tuple[str, str | None, str | None], ...], expected: int | None
) -> None:
    told = tuple(
        Note(id=i, user_id=1, user="Ana", created_on=NOW, details=(Detail(kind="relation", name=n, old=o, new=w),))
        for i, (n, o, w) in enumerate(lines)
    )
    assert duplicate_of(replace(ticket(), notes=told)) == expected


def test_names_before_numbers_are_read_as_redmine_writes_them() -> None:
    assert named_tickets("Re: [sales - Bug #12] and [x #3]") == (("sales", 12), ("x", 3))
    assert named_tickets("[#12] [Pedido 5]") == ()
    assert POLICY.reopen_within == timedelta(days=30)
