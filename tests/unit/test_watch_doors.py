"""The watch, the doors, private notes and the digest: nothing missed, nothing taken for proved, nothing told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hd_bridge.digest import plan_digest
from hd_bridge.errors import Closed, NotNow
from hd_bridge.house import LONGEST_PAUSE, Doors
from hd_bridge.model import Change
from hd_bridge.perform import drain
from hd_bridge.tracker.embedded_faults import Trouble
from hd_bridge.watch import Watch, learn
from tests.answering import with_answers
from tests.homes import POLICY, Home, mail
from tests.unit.test_perform_doubt import Standing

EVE = {"sender": "Eve <eve@other.example>"}
DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, policy=replace(POLICY, operator="boss@example.com"))


@pytest.mark.parametrize("trouble", [NotNow("HTTP 500"), ValueError("a fault of ours")])
def test_a_ticket_that_cannot_be_shown_does_not_hide_the_changes_of_others(home: Home, trouble: Exception) -> None:
    home.post(mail())
    home.post(mail("Another", id="<2@acme.example>"))
    home.turn()
    home.clock.forward(minutes=10)
    home.tick()
    home.desk().close_ticket(1)
    home.clock.forward(seconds=1)
    home.desk().close_ticket(2)
    tracker = home.tracker

    def ticket(number: int) -> Any:
        if number == 1:
            raise trouble
        return tracker.ticket(number)

    home.house.tracker = Standing(tracker, ticket=ticket)
    watch = Watch(home.house)
    for _ in range(5):
        watch.tick()
        home.clock.forward(minutes=2)
    second = home.house.journal.snapshot(2)
    assert second is not None and second.closed
    home.house.tracker = tracker
    watch.tick()
    first = home.house.journal.snapshot(1)
    assert first is not None and first.closed, "it is tried again although the window has moved on"


def test_what_could_not_be_read_is_read_after_a_restart_though_the_window_has_moved_on(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.clock.forward(minutes=10)
    home.tick()
    home.desk().close_ticket(1)
    tracker = home.tracker

    def unreadable(number: int) -> Any:
        raise NotNow("HTTP 500")

    home.house.tracker = Standing(tracker, ticket=unreadable)
    for _ in range(3):
        Watch(home.house).tick()  # as after a death each time
        home.clock.forward(minutes=5)
    home.house.tracker = tracker
    Watch(home.house).tick()
    row = home.house.journal.snapshot(1)
    assert row is not None and row.closed
    assert home.house.journal.meta("unread") == ""


@pytest.mark.parametrize("restarted", [False, True])
def test_a_ticket_of_others_that_cannot_be_shown_is_looked_at_again_though_the_window_has_moved_on(
    home: Home, restarted: bool
) -> None:
    home.turn()
    home.clock.forward(minutes=1)
    number = home.desk().open_ticket("support", "She called", "!customer jane@acme.example\n\nHer printer is on fire.")
    tracker = home.tracker

    def unreadable(number: int) -> Any:
        raise NotNow("HTTP 500")

    home.house.tracker = Standing(tracker, ticket=unreadable)
    watch = Watch(home.house)
    for _ in range(5):
        watch.tick()
        home.clock.forward(minutes=2)
    home.house.tracker = tracker
    (Watch(home.house) if restarted else watch).tick()
    assert home.house.journal.conversation_by_ticket(number) is not None


def test_a_word_in_the_second_of_a_first_look_is_found_however_late_the_next_look_comes(tmp_path: Path) -> None:
    home = with_answers(tmp_path)
    watch = Watch(home.house)
    watch.tick()
    home.clock.forward(seconds=5)
    number = home.desk().open_ticket("support", "She called", "Her printer is on fire.")
    watch.tick()
    home.desk().note(number, "!customer jane@acme.example\n\nHello.")
    home.clock.forward(seconds=31)
    watch.tick()
    assert home.house.journal.conversation_by_ticket(number) is not None


def test_a_trackers_clock_that_is_set_back_hides_no_change(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.tick()
    home.clock.forward(minutes=3)
    watch = Watch(home.house)
    watch.tick()
    home.clock.forward(hours=-1)
    home.desk().close_ticket(1)
    for _ in range(3):
        watch = Watch(home.house)
        watch.tick()
        home.clock.forward(seconds=30)
    seen = home.house.journal.snapshot(1)
    assert seen is not None and seen.closed


def test_a_second_change_in_the_same_second_renews_the_page_too(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.clock.forward(seconds=30)
    home.tick()
    home.desk().close_ticket(1)
    home.tick()
    (path,) = home.publisher.files
    closed = home.publisher.files.pop(path)
    home.house.tracker.change(1, Change(status="In Progress"))
    home.tick()
    assert path in home.publisher.files and home.publisher.files[path] != closed


def leaky(folder: Path) -> Home:
    """A house one of whose private notes has come out public."""
    home = Home(folder, private_notes_allowed=False)
    home.post(mail())
    home.turn()
    home.post(mail("Re: #1", "Let me in.", id="<6@other.example>", **EVE))
    home.turn()
    return home


def test_a_note_made_private_by_hand_does_not_prove_the_right_that_is_missing(tmp_path: Path) -> None:
    home = leaky(tmp_path)
    assert "tracker" in home.house.doors.resting()
    tracker = home.tracker

    def mended(number: int) -> Any:
        ticket = tracker.ticket(number)
        return ticket and replace(ticket, notes=tuple(replace(note, private=True) for note in ticket.notes))

    home.house.tracker = Standing(tracker, ticket=mended)
    learn(home.house)
    assert "tracker" not in home.house.doors.resting()
    home.house.tracker = tracker
    home.clock.forward(minutes=5)
    home.post(mail("Re: #1", "Let me in!", id="<7@other.example>", **EVE))
    home.turn()
    assert "tracker" in home.house.doors.resting(), "the next one is read back as well"


def test_a_leak_that_another_process_has_seen_mended_is_over_here_too(tmp_path: Path) -> None:
    home = leaky(tmp_path)
    doors = home.house.doors
    doors.lock("tracker", "restores", "the tracker was restored")
    home.house.journal.set_meta("private_note_public", "")
    learn(home.house)
    assert doors.closed() == {"tracker": "the tracker was restored"}, "a door may have two locks"
    doors.unlock("tracker", "restores")
    assert "tracker" not in doors.resting() | doors.closed().keys()


def test_a_private_note_that_is_not_there_to_be_read_back_proves_nothing(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.house.tracker = Standing(home.tracker, ticket=lambda number: None)
    home.post(mail("Re: #1", "Let me in.", id="<6@other.example>", **EVE))
    home.turn()
    assert home.house.journal.meta("private_notes_proved") is None


def test_after_a_leak_nothing_private_is_written_by_a_process_that_has_just_started(tmp_path: Path) -> None:
    home = Home(tmp_path, private_notes_allowed=False)
    home.post(mail())
    home.turn()
    home.post(mail("Re: #1", "Let me in.", id="<6@other.example>", **EVE))
    home.post(mail("Re: #1", "And me.", sender="Mallory <m@third.example>", id="<7@third.example>"))
    home.turn()
    home.house.doors.unlock("tracker", "private_note_public")
    home.clock.forward(minutes=5)
    home.turn()
    desk = home.desk()
    notes = [note for ticket in home.tickets() for note in desk.ticket(ticket.number).notes]  # type: ignore[union-attr]
    assert sum("[hd:" in note.notes for note in notes) == 1


def test_calls_that_were_under_way_when_a_door_shut_do_not_lengthen_its_pause(home: Home) -> None:
    doors = home.house.doors
    pauses = [doors.shut("tracker", Closed("down")) for _ in range(4)]
    assert len(set(pauses)) == 1
    for _ in range(12):
        home.clock.forward(minutes=3)
        assert doors.shut("tracker", Closed("down")) <= LONGEST_PAUSE


def test_a_wall_clock_that_is_set_back_does_not_keep_a_door_shut(home: Home) -> None:
    class Stepped:
        back = timedelta(0)

        def now(self) -> Any:
            return home.clock.now() - self.back

        def monotonic(self) -> float:
            return home.clock.monotonic()

    clock = Stepped()
    doors = Doors(home.house.journal, clock)
    doors.shut("tracker", Closed("down"))
    clock.back = timedelta(hours=1)
    home.clock.forward(seconds=5)
    assert doors.resting() == frozenset()


def test_what_is_held_is_told_once_and_never_left_out(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=4)
    home.post(mail())
    home.turn()
    assert plan_digest(home.house, DAY)
    assert not plan_digest(home.house, timedelta(0)), "there is nothing new to say"
    home.clock.forward(hours=25)
    home.post(mail("Another error", id="<2@acme.example>"))
    home.turn()
    assert plan_digest(home.house, DAY)
    drain(home.house, "test")
    first, second = [letter.text for letter in home.outbox.letters if letter.to == ("boss@example.com",)]
    assert first.count("held:") == 1 and second.count("held:") == 1


def test_a_digest_that_was_planned_just_before_a_crash_is_one_letter(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=2)
    home.post(mail())
    home.turn()
    whole = home.house.journal

    def lost(*_: Any) -> None:
        raise KeyboardInterrupt

    home.house.journal = Standing(whole, set_meta=lost)
    with pytest.raises(KeyboardInterrupt):
        plan_digest(home.house, DAY)
    home.house.journal = whole
    home.clock.forward(minutes=1)
    plan_digest(home.house, DAY)
    drain(home.house, "test")
    assert len(home.outbox.letters) == 1
