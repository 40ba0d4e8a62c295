"""The process dies after every commit and every call to the far side; nothing is lost, nothing doubled.

Dying is an exception that nothing catches, at the doors themselves; a new house is opened on the same files. Dying
before a call is dying after the one before it, and nothing changes in a read: those are no points.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hd_bridge.house import House
from hd_bridge.tracker.embedded import EmbeddedTracker
from hd_bridge.work import UNFINISHED
from tests.homes import Home, mail

WRITES = {
    *("receive", "commit", "claim", "doing", "remember", "finish", "again", "rest", "hold", "drop"),
    *("store_letter", "set_meta", "upload", "create", "change", "send", "put"),
}
PIECES = 6  # so that several workers share the sweep


class Killed(BaseException):
    """The power goes."""


@dataclass
class Fuse:
    """Counts points; burns through at one of them. ``armed`` only while the story is told for the first time."""

    burns_at: int
    points: int = 0
    armed: bool = False

    def point(self) -> None:
        if not self.armed:
            return
        self.points += 1
        if self.points == self.burns_at:
            self.armed = False
            raise Killed


class Fused:
    """A door whose every write has a point after it."""

    def __init__(self, door: Any, fuse: Fuse) -> None:
        self._door, self._fuse = door, fuse

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._door, name)
        if name not in WRITES:
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            answer = method(*args, **kwargs)
            self._fuse.point()
            return answer

        return call


def wire(home: Home, fuse: Fuse) -> None:
    house: House = home.house
    house.journal = Fused(house.journal, fuse)
    house.tracker = Fused(house.tracker, fuse)
    house.publisher = Fused(house.publisher, fuse)
    house.outbox = Fused(house.outbox, fuse)


def story(home: Home) -> Iterator[None]:
    """A request with a file, its follow-up, a stranger: all that the main road has."""
    home.post(mail("word error", "First."))
    home.post(mail("word again", "Second.", sender="Bo <bo@other.example>", id="<9@other.example>"))
    home.turn()
    yield
    home.post(mail("Re: word", "Third.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.post(mail("Re: #1 word", "Fourth.", sender="Eve <eve@third.example>", id="<3@third.example>"))
    home.turn()
    yield


def tell(home: Home, fuse: Fuse) -> bool:
    """The story, with one death in it and a restart after it. False once the fuse was longer than the story."""
    wire(home, fuse)
    fuse.armed = True
    chapters = story(home)
    died = False
    for _ in range(2):
        try:
            next(chapters)
        except Killed:
            died = True
            home.restart()
            chapters = iter(()) if len(home.boxes["support"].mails) == 4 else rest(home)
            for _ in chapters:
                pass
            break
    fuse.armed = False
    settle(home)
    return died


def settle(home: Home) -> None:
    """Let time pass until nothing is on its way any more."""
    for _ in range(12):
        home.clock.forward(minutes=4)
        home.house.journal.recover(home.clock.now())
        home.turn()
        if not home.house.journal.steps(conversation=None, states=UNFINISHED, limit=1):
            return


def rest(home: Home) -> Iterator[None]:
    """What is left of the story when the first chapter was cut short. A stranger can point only at a ticket that is
    there, so the second chapter waits for the first one's rests."""
    settle(home)
    home.post(mail("Re: word", "Third.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.post(mail("Re: #1 word", "Fourth.", sender="Eve <eve@third.example>", id="<3@third.example>"))
    home.turn()
    yield


def breaches(home: Home) -> list[str]:
    """Everything that is not as it must be at the end."""
    found = []
    desk = home.desk()
    tickets = [desk.ticket(ticket.number) for ticket in home.tickets()]
    if desk.count("word") != 3:
        found.append(f"{desk.count('word')} tickets instead of 3")
    texts = [note.notes for ticket in tickets if ticket for note in ticket.notes]
    if sum("Third." in text for text in texts) != 1:
        found.append(f"the follow-up is there {sum('Third.' in text for text in texts)} times")
    if sum("[hd:" in text for text in texts) != 1:
        found.append("the private note is not there once")
    if len(home.outbox.letters) > 3 or len({letter.to for letter in home.outbox.letters}) != len(home.outbox.letters):
        found.append("an acknowledgement was doubled")
    dropped = home.house.journal.tally().get("steps.dropped", 0)
    if len(home.outbox.letters) + dropped < 3:
        found.append(f"{len(home.outbox.letters)} acknowledgements and {dropped} dropped, of 3")
    if home.house.journal.held():
        found.append(f"held: {home.house.journal.held()}")
    originals = [file.name for ticket in tickets if ticket for file in ticket.files if file.name.endswith(".eml")]
    if len(originals) != 4 or len(set(originals)) != 4:
        found.append(f"originals: {originals}")
    return found


@pytest.mark.parametrize("piece", range(PIECES))
def test_death_at_any_single_point_loses_nothing_and_doubles_nothing(
    piece: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong: dict[int, list[str]] = {}
    for point in itertools.count(1 + piece, PIECES):
        home = Home(tmp_path_factory.mktemp("home"))
        died = tell(home, Fuse(burns_at=point))
        if found := breaches(home):
            wrong[point] = found
        home.close()
        if not died:
            break
    assert point > 60, "the story has fewer points than it must have"
    assert wrong == {}


def test_the_sweep_has_teeth(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """With asking switched off a doubtful ticket is opened again at once, and the sweep must see it."""
    monkeypatch.setattr(EmbeddedTracker, "find_upload", lambda self, name: None)
    monkeypatch.setattr(EmbeddedTracker, "create", _without_tokens(EmbeddedTracker.create))
    for point in range(1, 40):
        home = Home(tmp_path_factory.mktemp("home"))
        tell(home, Fuse(burns_at=point))
        found = breaches(home)
        home.close()
        if found:
            return
    pytest.fail("a tracker that opens a ticket twice went unnoticed")


def _without_tokens(create: Callable[..., Any]) -> Callable[..., Any]:
    """A tracker that does not mind which files come, as it would be without single-use tokens."""
    return lambda self, draft, uploads: create(self, draft, ())
