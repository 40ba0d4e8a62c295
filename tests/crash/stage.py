"""A house that can be told the same story thousands of times, and dies where a fuse says. Touches the disk.

Dying is an exception that nothing catches, at the doors themselves; a new house is opened on the same files. Dying
before a call is dying after the one before it, and nothing changes in a read: those are no points.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hd_bridge.errors import Closed, FarSideError, Refused
from hd_bridge.house import Doors, House
from hd_bridge.mail.tokens import message_id
from hd_bridge.policy import MailboxPolicy
from hd_bridge.tracker.embedded_desk import Desk
from hd_bridge.watch import learn
from hd_bridge.work import UNFINISHED, Letter
from tests.fakes import START, FakeClock, FakeOutbox
from tests.homes import POLICY, SUPPORT, Home

WRITES = {
    *("receive", "commit", "claim", "doing", "remember", "finish", "again", "rest", "hold", "drop", "recover", "vouch"),
    *("store_letter", "set_meta", "set_watermark", "see", "upload", "create", "change", "send", "put"),
}
SALES = MailboxPolicy(name="sales", address="sales@example.com", project="sales", afterwards="flag")
GONE = "gone@refused.example"
# Seconds to wait until nothing is on its way any more: at first less than the rest, or it would never be tried.
PAUSES = (20, 60, *[240] * 40)


class Killed(BaseException):
    """The power goes."""


@dataclass
class Fuse:
    """Counts points; burns through at the first of ``burns``, then (counting anew) at the next. ``armed`` only while
    the bridge is at work."""

    burns: list[int]
    points: int = 0
    deaths: int = 0
    armed: bool = False

    def point(self) -> None:
        if not self.armed:
            return
        self.points += 1
        if self.burns and self.points == self.burns[0]:
            self.burns.pop(0)
            self.deaths += 1
            self.points, self.armed = 0, False
            raise Killed


class Fused:
    """A door whose every write has a point after it, whether it was answered or not."""

    def __init__(self, door: Any, stage: Stage) -> None:
        self._door, self._stage = door, stage

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._door, name)
        return self._fused(name, method) if name in WRITES else method

    def _fused(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            before = self._stage.faults.under_way
            try:
                answer = method(*args, **kwargs)
            except FarSideError:
                if self._stage.faults.under_way > before:
                    self._stage.late.append(repr(args))
                self._stage.fuse.point()
                raise
            self._stage.fuse.point()
            return answer

        return call


@dataclass
class SteppedClock(FakeClock):
    """A wall clock that can be set back; what runs monotonically does not notice."""

    stepped: timedelta = timedelta(0)

    def monotonic(self) -> float:
        return (self.moment - START + self.stepped).total_seconds() + 1000.0

    def step_back(self, span: timedelta) -> None:
        self.moment -= span
        self.stepped += span


@dataclass
class PickyOutbox(FakeOutbox):
    """One address is refused, always."""

    def send(self, letter: Letter, accepted: Callable[[], None]) -> None:
        if GONE in letter.to:
            raise Refused("550 no such user")
        super().send(letter, accepted)


@dataclass
class Stage(Home):
    """A home whose doors and compiled SQL outlive its files; ``late`` is what was called and then landed late."""

    clock: SteppedClock = field(default_factory=SteppedClock)
    outbox: PickyOutbox = field(default_factory=PickyOutbox)
    fuse: Fuse = field(default_factory=lambda: Fuse([]))
    late: list[str] = field(default_factory=list)
    rest: timedelta = timedelta(seconds=180)
    back: timedelta = timedelta(0)
    told: dict[str, int] = field(default_factory=dict)
    _first: House | None = None

    def open(self) -> House:
        """As a new process finds it, but for what takes long and holds no memory: the SQL, the templates."""
        if self._first is None:
            self._first = super().open()
        first = self._first
        first.doors = Doors(first.journal, self.clock)
        house = House(
            policy=self.policy,
            journal=Fused(first.journal, self),
            tracker=Fused(self.tracker, self),
            outbox=Fused(self.outbox, self),
            publisher=Fused(self.publisher, self),
            boxes=dict(self.boxes),
            clock=self.clock,
            ring=first.ring,
            templates=first.templates,
            doors=first.doors,
            rest=self.rest,
        )
        learn(house)
        return house

    def restart(self) -> None:
        """Another process starts; its clock may have been set back meanwhile. It can die in that too."""
        self.close()
        self.clock.step_back(self.back)
        self.back = timedelta(0)
        self.house = self.open()
        self.fuse.armed = True
        self.house.journal.recover(self.clock.now(), alone=True)

    def alive(self, act: Callable[[], object]) -> None:
        """Let the bridge work; when it dies, start it again, and let it live on from its journal."""
        while True:
            try:
                self.fuse.armed = True
                act()
                return
            except Killed:
                act = self._revived
            finally:
                self.fuse.armed = False

    def _revived(self) -> None:
        self.restart()
        self.look()

    def work(self) -> None:
        """All three beats. A mailbox out of reach is the daemon's to bear."""
        with suppress(Closed):
            self.turn()

    def look(self) -> None:
        """What has changed in the tracker, then the rest."""
        self.tick()
        self.work()

    def settle(self) -> None:
        """Let time pass until nothing is on its way any more."""
        for pause in PAUSES:
            if not self.house.journal.steps(conversation=None, states=UNFINISHED, limit=1):
                return
            self.clock.forward(seconds=pause)
            self.alive(self._on)

    def _on(self) -> None:
        self.house.journal.recover(self.clock.now())
        self.work()

    @contextmanager
    def agent(self) -> Iterator[Desk]:
        """A person at work in the tracker; what is due there lands first."""
        with closing(Desk(self.folder / "tracker.sqlite", clock=self.clock, agent="Ana")) as desk:
            yield desk

    def signed(self, conversation: str, of: str) -> str:
        """The Message-ID of a letter of ours."""
        return message_id(self.house.ring, conversation, of, "example.com")


def first() -> Stage:
    """A stage whose files are in memory; one in a process will do, since its SQL is compiled once."""
    _folders.append(tempfile.TemporaryDirectory(prefix="hd-bridge-crash-", dir=_memory()))
    return Stage(Path(_folders[-1].name), policy=replace(POLICY, mailboxes=(SUPPORT, SALES)))


_folders: list[tempfile.TemporaryDirectory[str]] = []


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Everything that a run changes, at one moment."""

    files: dict[str, bytes]
    moment: datetime
    letters: list[Letter]
    pages: dict[str, bytes]
    mails: dict[str, list[tuple[bytes, datetime]]]
    filed: dict[str, dict[str, str]]


def save(stage: Stage) -> Saved:
    """How it is now. The doors are let go first, so that the files are whole."""
    stage.close()
    return Saved(
        files={file.name: file.read_bytes() for file in stage.folder.iterdir()},
        moment=stage.clock.moment,
        letters=list(stage.outbox.letters),
        pages=dict(stage.publisher.files),
        mails={name: list(box.mails) for name, box in stage.boxes.items()},
        filed={name: dict(box.filed) for name, box in stage.boxes.items()},
    )


def put_back(stage: Stage, saved: Saved) -> None:
    """As it was when it was saved, with nothing ordered to go wrong."""
    stage.close()
    for file in stage.folder.iterdir():
        file.unlink()
    for name, content in saved.files.items():
        (stage.folder / name).write_bytes(content)
        (stage.folder / name).chmod(0o600)
    stage.clock.moment, stage.clock.stepped = saved.moment, timedelta(0)
    stage.faults.clear()
    stage.outbox.letters, stage.outbox.before, stage.outbox.after = list(saved.letters), [], []
    stage.publisher.files = dict(saved.pages)
    for name, box in stage.boxes.items():
        box.mails, box.filed, box.closed = list(saved.mails[name]), dict(saved.filed[name]), None
    stage.fuse, stage.late, stage.told = Fuse([]), [], {}
    stage.rest, stage.back = timedelta(seconds=180), timedelta(0)
    stage.house = stage.open()


def _memory() -> str | None:
    """Files in memory, where there are such: a death of ours is a process's, which syncing has no part in."""
    return next((name for name in ("/dev/shm",) if os.access(name, os.W_OK)), None)
