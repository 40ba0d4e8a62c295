"""What the embedded tracker does besides the contract: its traps on order, its file, its desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from hd_bridge.errors import Closed, Doubtful, NotNow, Refused
from hd_bridge.model import Change, Detail, Draft, Ticket, Upload
from hd_bridge.tracker.embedded import EmbeddedTracker
from hd_bridge.tracker.embedded_desk import Desk
from hd_bridge.tracker.embedded_faults import Faults, Trouble
from hd_bridge.tracker.embedded_seed import Seed

START = datetime(2026, 11, 21, 9, 30, 15, 999_999, tzinfo=UTC)
PLAIN = Draft(project="support", subject="A ticket", description="words")


@dataclass(slots=True)
class SetClock:
    """Time as the test sets it."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


@dataclass(slots=True)
class Room:
    """A tracker, its desk, and the hands on its clock and its faults."""

    path: Path
    clock: SetClock
    faults: Faults
    tracker: EmbeddedTracker
    desk: Desk

    def opened(self, *uploads: Upload) -> Ticket:
        return self.tracker.create(PLAIN, uploads).ticket

    def laid(self, name: str = "a.txt") -> Upload:
        return Upload(token=self.tracker.upload(name, "text/plain", b"bytes"), name=name)

    def again(self, seed: Seed | None = None, key: str = "key") -> EmbeddedTracker:
        return EmbeddedTracker(self.path, key=key, clock=self.clock, seed=seed)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    path, clock, faults = tmp_path / "deep" / "tracker.sqlite", SetClock(), Faults()
    tracker = EmbeddedTracker(path, key="key", clock=clock, faults=faults)
    desk = Desk(path, clock=clock)
    yield Room(path, clock, faults, tracker, desk)
    desk.close()
    tracker.close()


def test_its_file_is_for_its_owner_only(room: Room) -> None:
    room.opened()
    assert {file.stat().st_mode & 0o077 for file in room.path.parent.iterdir()} == {0}


def test_its_key_is_not_to_be_read_from_its_file(room: Room) -> None:
    room.again(key="another secret").close()
    assert b"another secret" not in room.path.read_bytes()


def test_times_are_told_in_whole_seconds_and_held_in_microseconds(room: Room) -> None:
    ticket = room.opened()
    assert ticket.updated_on == START.replace(microsecond=0)
    room.clock.moment = START + timedelta(microseconds=1)
    later = room.opened()
    assert later.updated_on == ticket.updated_on + timedelta(seconds=1)


def test_what_a_later_seed_names_is_added_and_nothing_is_taken_away(room: Room) -> None:
    number = room.opened().number
    tracker = room.again(Seed(projects=("sales",), categories=("Returns",), fields=("Order",)))
    assert {"General", "Returns"} <= set(tracker.catalogue("sales").categories)
    assert {"Company", "Order"} <= set(tracker.catalogue("support").fields)
    assert tracker.ticket(number) is not None
    tracker.close()


def test_a_file_that_found_no_ticket_is_forgotten_after_a_day(room: Room) -> None:
    unused, used = room.laid(), room.laid()
    room.opened(used)
    room.clock.moment = START + timedelta(days=1, seconds=1)
    tracker = room.again()
    assert not tracker.token_alive(unused.token)
    assert tracker.token_alive(used.token)
    tracker.close()


def test_a_token_with_a_wrong_secret_is_no_token(room: Room) -> None:
    number = room.laid().token.split(".")[0]
    forged = Upload(token=f"{number}.{'0' * 64}", name="a.txt")
    assert not room.tracker.token_alive(forged.token)
    with pytest.raises(Refused):
        room.opened(forged)


def test_two_calls_at_once_with_one_token_open_two_tickets_and_one_has_the_file(room: Room) -> None:
    """As on Redmine, where the check is not atomic: whoever repeats must wait until the first call is over."""
    upload = room.laid()
    first: list[Ticket] = []
    room.faults.meanwhile("create", lambda: first.append(room.opened(upload)))
    second = room.opened(upload)
    assert len(room.desk.tickets()) == 2
    files = [room.desk.ticket(ticket.number) for ticket in (*first, second)]
    assert [len(ticket.files) for ticket in files if ticket] == [0, 1]


def test_an_agent_who_is_faster_makes_the_bridges_change_wait(room: Room) -> None:
    number = room.opened().number
    room.faults.meanwhile("change", lambda: room.desk.note(number, "faster"))
    with pytest.raises(NotNow):
        room.tracker.change(number, Change(notes="slower"))
    ticket = room.desk.ticket(number)
    assert ticket is not None
    assert [note.notes for note in ticket.notes] == ["faster"]


def test_of_threads_that_have_read_the_same_ticket_one_writes(room: Room) -> None:
    number, barrier = room.opened().number, Barrier(4)
    for _ in range(4):
        room.faults.meanwhile("change", barrier.wait)

    def attempt(word: int) -> bool:
        try:
            room.tracker.change(number, Change(notes=str(word)))
        except NotNow:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


CALLS: list[tuple[str, Callable[[Room], object]]] = [
    ("prove", lambda room: room.tracker.prove()),
    ("catalogue", lambda room: room.tracker.catalogue("support")),
    ("upload", lambda room: room.tracker.upload("a.txt", "text/plain", b"a")),
    ("token_alive", lambda room: room.tracker.token_alive("1.2")),
    ("create", lambda room: room.tracker.create(PLAIN, ())),
    ("change", lambda room: room.tracker.change(1, Change(notes="x"))),
    ("ticket", lambda room: room.tracker.ticket(1)),
    ("find_upload", lambda room: room.tracker.find_upload("a.txt")),
    ("changed", lambda room: room.tracker.changed(None)),
]


@pytest.mark.parametrize(("operation", "call"), CALLS, ids=[name for name, _ in CALLS])
def test_trouble_on_order_strikes_its_call_once(room: Room, operation: str, call: Callable[[Room], object]) -> None:
    room.opened()
    expected = {Trouble.BEFORE: Closed, Trouble.REFUSED: Refused, Trouble.STALE: NotNow, Trouble.AFTER: Doubtful}
    for trouble, error in expected.items():
        room.faults.order(operation, trouble)
        with pytest.raises(error):
            call(room)
        call(room)


def test_trouble_may_last(room: Room) -> None:
    room.faults.order("*", Trouble.BEFORE, times=None)
    for _ in range(3):
        with pytest.raises(Closed):
            room.tracker.prove()
    room.faults.clear()
    room.tracker.prove()


def test_trouble_before_does_nothing_and_trouble_after_does_all(room: Room) -> None:
    for trouble in (Trouble.BEFORE, Trouble.REFUSED, Trouble.STALE, Trouble.AFTER):
        room.faults.order("create", trouble)
        with pytest.raises((Closed, Refused, NotNow, Doubtful)):
            room.opened()
    assert room.desk.count("A ticket") == 1


def test_privacy_that_is_not_allowed_is_dropped_and_named(room: Room) -> None:
    tracker = room.again(Seed(private_allowed=False))
    answer = tracker.create(Draft(project="support", subject="s", description="", private=True), ())
    assert not answer.ticket.private
    assert any("private" in words for words in answer.unknown)
    tracker.close()


def test_a_damaged_file_closes_the_door_and_tells_nothing_of_what_was_in_it(tmp_path: Path) -> None:
    (tmp_path / "t.sqlite").write_bytes(b"customer words " * 1000)
    with pytest.raises(Closed) as error:
        EmbeddedTracker(tmp_path / "t.sqlite", key="k", clock=SetClock())
    assert "customer" not in str(error.value)


def test_numbers_that_no_ticket_can_have_are_not_there(room: Room) -> None:
    for number in (0, -1, 10**30):
        assert room.tracker.ticket(number) is None
        with pytest.raises(Refused):
            room.tracker.change(number, Change(notes="x"))


def test_the_desk_closes_a_ticket_with_a_word_and_opens_it_again(room: Room) -> None:
    number = room.opened().number
    room.desk.close_ticket(number, "done")
    closed = room.desk.ticket(number)
    assert closed is not None
    assert (closed.closed, closed.status, closed.closed_on) == (True, "Closed", START.replace(microsecond=0))
    (note,) = closed.notes
    assert (note.notes, note.user) == ("done", "Agent")
    assert note.details == (Detail(kind="attr", name="status", old="New", new="Closed"),)
    assert room.desk.tickets() == ()
    assert [ticket.number for ticket in room.desk.tickets(closed=True)] == [number]
    room.desk.note(number, "", status="New")
    reopened = room.desk.ticket(number)
    assert reopened is not None
    assert (reopened.closed, reopened.closed_on) == (False, closed.closed_on)


def test_the_desk_reads_files_and_refuses_what_it_does_not_know(room: Room) -> None:
    ticket = room.opened(room.laid())
    assert room.desk.file(ticket.files[0].id) == b"bytes"
    for act in (
        lambda: room.desk.file(999),
        lambda: room.desk.note(999, "x"),
        lambda: room.desk.note(ticket.number, "x", status="Nosuch"),
        lambda: room.desk.assign(ticket.number, category="Nosuch", assignee=None),
    ):
        with pytest.raises(Refused):
            act()
    unchanged = room.desk.ticket(ticket.number)
    assert unchanged is not None
    assert unchanged.notes == ()


def test_there_is_no_desk_without_a_tracker(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        Desk(tmp_path / "nothing.sqlite", clock=SetClock())
