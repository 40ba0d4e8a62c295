"""Rounds find what no list of changes tells, a slice a minute; between them a quiet tick is one request."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from hd_bridge import perform
from hd_bridge.errors import Closed
from hd_bridge.rounds import Rounds
from hd_bridge.watch import Watch
from tests.answering import private_notes, sent, with_answers
from tests.homes import Home, mail


class Counting:
    """The tracker's door, which counts what it is asked for."""

    def __init__(self, tracker: Any) -> None:
        self._tracker = tracker
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tracker, name)

        def call(*args: Any, **more: Any) -> Any:
            self.asked.append(name)
            return found(*args, **more)

        return call if callable(found) else found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_answers(tmp_path)


class Day:
    """Time goes by in minutes, as the daemon would spend it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.door = Counting(home.house.tracker)
        home.house.tracker = self.door
        self.watch = Watch(home.house)
        self.rounds = Rounds(home.house, self.watch)

    def goes_on(self, minutes: int, *, watching: bool = False) -> list[str]:
        """What the tracker was asked for meanwhile."""
        self.door.asked.clear()
        for _ in range(minutes):
            self.home.clock.forward(minutes=1)
            if watching:
                self.watch.tick()
            self.rounds.tick()
            perform.drain(self.home.house, "test")
        return list(self.door.asked)


def sql(home: Home, statement: str) -> None:
    with sqlite3.connect(home.folder / "tracker.sqlite") as db:
        db.execute(statement)
    db.close()


def test_a_quiet_tick_is_one_request_and_a_round_one_for_a_hundred_tickets(home: Home) -> None:
    for number in range(2, 6):
        home.post(mail(f"Broken {number}", id=f"<{number}@acme.example>"))
    home.turn()
    day = Day(home)
    assert day.goes_on(59) == []
    assert day.goes_on(60) == ["states"]
    day.watch.tick()
    for _ in range(9):
        day.door.asked.clear()
        home.clock.forward(seconds=5)
        day.watch.tick()
        day.rounds.tick()
        assert [one for one in day.door.asked if one != "prove"] == ["changed"]


def test_what_the_watch_has_missed_is_found_within_the_hour(home: Home) -> None:
    day = Day(home)
    day.goes_on(1)
    home.desk().note(1, "Nobody saw me.")
    day.goes_on(62)
    home.clock.forward(minutes=1)
    home.turn()
    assert ["Nobody saw me." in letter.text for letter in home.outbox.letters] == [True]


def test_a_relation_moves_nothing_and_is_found_within_the_hour(home: Home) -> None:
    home.desk().open_tickets("sales", ("Driver crashes",))
    day = Day(home)
    day.goes_on(1)
    home.desk().relate(1, 2, "relates")
    assert home.house.journal.awaited() == ()
    day.goes_on(61)
    assert home.house.journal.awaited() == (2,)
    home.desk().note(2, "", status="Closed")
    day.goes_on(6)
    assert any("was closed" in note.notes for note in private_notes(home))


def test_a_note_made_public_without_a_sign_is_found_by_the_daily_look_and_waits_for_a_person(home: Home) -> None:
    home.desk().note(1, "Between us.", private=True)
    home.tick()
    home.clock.forward(seconds=10)
    home.tick()
    sql(home, "UPDATE journal SET private = 0 WHERE notes LIKE '%Between us.'")
    day = Day(home)
    day.goes_on(24 * 60 + 2)
    assert sent(home) == []
    (held,) = home.house.journal.held()
    assert "was private when the ticket was last read" in held.why


def test_a_deleted_ticket_is_noted_and_one_that_is_back_is_not(home: Home) -> None:
    day = Day(home)
    day.goes_on(1)
    sql(home, "UPDATE issue SET id = 901 WHERE id = 1")
    day.goes_on(61)
    assert [one.number for one in home.house.journal.unseen()] == [1]
    sql(home, "UPDATE issue SET id = 1 WHERE id = 901")
    home.desk().note(1, "Back again.")
    day.goes_on(3, watching=True)
    assert home.house.journal.unseen() == ()


def test_a_round_goes_on_after_a_restart_where_it_was(home: Home) -> None:
    for number in range(2, 6):
        home.post(mail(f"Broken {number}", id=f"<{number}@acme.example>"))
    home.turn()
    day = Day(home)
    day.goes_on(24 * 60 + 1)
    assert day.goes_on(2).count("ticket") == 2
    home.restart()
    assert Day(home).goes_on(6).count("ticket") == 5 - 3


def test_a_closed_door_costs_nothing_but_time(home: Home) -> None:
    day = Day(home)
    day.goes_on(58)
    home.house.doors.shut("tracker", Closed("away"))
    home.clock.forward(seconds=0.5)
    day.rounds.tick()
    assert day.door.asked == []
    assert "states" in day.goes_on(63)
