"""Notes that are found although something stood in the way when the tracker was looked at."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest

from hd_bridge.errors import NotNow
from hd_bridge.model import Ticket
from hd_bridge.people import Roster
from hd_bridge.roster import learn, writer
from hd_bridge.tracker.embedded_faults import Trouble
from hd_bridge.watch import Watch
from tests.answering import sent, ticket, with_answers
from tests.homes import Home, mail, reading


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_answers(tmp_path)


def test_a_note_of_the_second_of_our_own_write_is_looked_for_once_when_that_second_is_over(home: Home) -> None:
    home.post(mail("Another", id="<2@acme.example>"))
    home.turn()
    home.outbox.letters.clear()
    home.desk().note(2, "Said in that very second.")
    read = reading(home)
    looked = []
    for _ in range(8):
        home.tick()
        looked.append(read.count(2))
        home.clock.forward(seconds=2)
    assert looked == [0, 0, 0, 1, 1, 1, 1, 1]
    (letter,) = sent(home)
    assert "Said in that very second." in letter.text


def test_a_note_on_a_ticket_that_we_learnt_of_late_is_found_beyond_the_window(home: Home) -> None:
    home.faults.order("create", Trouble.AFTER)
    home.post(mail("Another", id="<2@acme.example>"))
    home.turn()
    home.desk().note(2, "Said while nobody knew whose ticket it is.")
    for _ in range(5):
        Watch(home.house).tick()
        home.clock.forward(minutes=2)
    assert home.house.journal.conversation_by_ticket(2) is None
    home.turn()
    assert home.house.journal.conversation_by_ticket(2) is not None, "its call was asked about"
    home.clock.forward(seconds=6)
    letters = [letter for letter in sent(home) if "Said while nobody knew" in letter.text]
    assert [letter.to for letter in letters] == [("jane@acme.example",)]


def test_while_the_members_cannot_be_read_nobody_is_taken_for_a_stranger(home: Home, monkeypatch: Any) -> None:
    home.house.roster, home.house.roster_read = Roster(), home.clock.monotonic()  # as after a start that met a fault

    def unreadable(*_: Any, **__: Any) -> Any:
        raise NotNow("HTTP 502")

    home.desk().note(1, "Said while nobody knew who Ana is.")
    with monkeypatch.context() as patched:
        patched.setattr(type(home.house.tracker), "members", unreadable)
        assert sent(home) == [] and home.house.journal.held() == ()
    (letter,) = sent(home)
    assert "Said while nobody knew who Ana is." in letter.text


def test_who_asks_for_an_agent_while_the_members_are_being_read_waits_for_them(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.house.roster, home.house.roster_read = Roster(), None
    asked, answer, members = threading.Event(), threading.Event(), type(home.house.tracker).members

    def slowly(*told: Any, **more: Any) -> Any:
        asked.set()
        assert answer.wait(20)
        return members(*told, **more)

    monkeypatch.setattr(type(home.house.tracker), "members", slowly)
    ana = next(note.user_id for note in _noted(home).notes)
    with ThreadPoolExecutor(2) as pool:
        start = pool.submit(learn, home.house)
        assert asked.wait(20)
        look = pool.submit(writer, home.house, ana)
        wait([look], timeout=0.2)
        answer.set()
        start.result()
        assert look.result() is not None


def _noted(home: Home) -> Ticket:
    home.desk().note(1, "Hello.")
    return ticket(home)
