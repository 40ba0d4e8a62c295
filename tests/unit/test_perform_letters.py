"""Letters that some or all do not take: how long they wait, what agents hear, and which addresses are marked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hd_bridge.errors import NotNow, Refused
from hd_bridge.work import State, Unreached
from tests.homes import Home, mail, persons_letter

JANE = "jane@acme.example"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A ticket of Jane's, and a person's letter to her that is due."""
    home = Home(tmp_path)
    home.post(mail())
    home.turn()
    home.outbox.letters.clear()
    home.house.journal.add([persons_letter("note-1-1/letter/1", conversation_of(home))])
    return home


def conversation_of(home: Home) -> str:
    (talk,) = {step.conversation for step in home.house.journal.steps(conversation=None, states=(), limit=50)} - {None}
    assert talk is not None
    return talk


def state(home: Home) -> str:
    steps = home.house.journal.steps(conversation=None, states=(), limit=50)
    return next(step.state for step in steps if step.key == "note-1-1/letter/1")


def private_notes(home: Home) -> list[str]:
    ticket = home.tracker.ticket(1)
    assert ticket is not None
    return [note.notes for note in ticket.notes if note.private]


def mark_of(home: Home, address: str) -> str | None:
    with home.house.journal._reading() as db:  # type: ignore[attr-defined]  # no door asks for a single mark
        found: str | None = db.exec_driver_sql("SELECT mark FROM addresses WHERE address = ?", (address,)).scalar()
    return found


def put_off_for(home: Home, span: timedelta) -> None:
    """Every try for so long is put off."""
    end = home.clock.now() + span
    while home.clock.now() < end:
        home.outbox.before[:] = [NotNow("451 greylisted")]
        home.turn()
        home.clock.forward(hours=2)
    home.outbox.before.clear()


def test_a_persons_letter_waits_for_days_and_is_sent_in_the_end(home: Home) -> None:
    put_off_for(home, timedelta(days=3, hours=20))
    assert state(home) not in (State.HELD, State.DONE)
    home.turn()
    assert (state(home), len(home.outbox.letters)) == (State.DONE, 1)


def test_a_letter_that_nobody_took_for_days_is_held_and_the_agents_hear_of_it(home: Home) -> None:
    put_off_for(home, timedelta(days=4, hours=4))
    home.turn()
    assert (state(home), home.outbox.letters) == (State.HELD, [])
    assert any("could not be sent for days" in note for note in private_notes(home))


def test_a_released_letter_has_its_days_again(home: Home) -> None:
    put_off_for(home, timedelta(days=4, hours=4))
    assert home.house.journal.release("note-1-1/letter/1", home.clock.now())
    put_off_for(home, timedelta(days=1))
    assert state(home) is not State.HELD


def test_an_address_that_does_not_exist_is_marked_and_the_agents_hear_of_it(home: Home) -> None:
    home.outbox.before.append(Refused("no", words=("550 5.1.1 unknown",), gone=("Jane@acme.example",)))
    home.turn()
    assert (state(home), mark_of(home, JANE)) == (State.HELD, "permanent")
    assert any("5.1.1 unknown" in note for note in private_notes(home))


def test_a_refusal_that_is_not_the_addresss_fault_marks_nothing(home: Home) -> None:
    home.outbox.before.append(Refused("no", words=("554 5.7.1 policy",)))
    home.turn()
    assert (state(home), mark_of(home, JANE)) == (State.HELD, None)


def test_of_several_recipients_those_who_did_not_get_it_are_named_and_the_letter_is_done(home: Home) -> None:
    home.outbox.unreached = (Unreached(address="carl@acme.example", why="550 5.1.1 no such user", gone=True),)
    home.turn()
    assert (state(home), len(home.outbox.letters)) == (State.DONE, 1)
    assert mark_of(home, "carl@acme.example") == "permanent"
    (note,) = private_notes(home)
    assert "carl@acme.example" in note
    assert JANE not in note
