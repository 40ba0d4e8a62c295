"""A house that can be told the same story thousands of times, and dies where a fuse says. Touches the disk.

Another process is a new house on the same files. What a run changes can be kept at any moment and put back.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.util import Finalize
from pathlib import Path

from hd_bridge.errors import Closed, Refused
from hd_bridge.house import Doors, House
from hd_bridge.mail.tokens import message_id
from hd_bridge.model import Ticket
from hd_bridge.policy import Policy
from hd_bridge.tracker.embedded_desk import Desk
from hd_bridge.watch import learn
from hd_bridge.work import UNFINISHED, Letter, Unreached
from tests.crash.fuse import Fuse, Fused, Killed
from tests.fakes import START, FakeClock, FakeOutbox
from tests.homes import Home

DATABASES = ("journal.sqlite", "tracker.sqlite")
REST = timedelta(seconds=180)
GONE = "gone@refused.example"


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

    def send(self, letter: Letter, accepted: Callable[[], None]) -> tuple[Unreached, ...]:
        if GONE in letter.to:
            raise Refused("550 no such user")
        return super().send(letter, accepted)


@dataclass
class Stage(Home):
    """A home whose doors and compiled SQL outlive its files. ``late`` is what was called and then landed late,
    ``told`` counts what the story and its mishaps must know again after a death."""

    clock: SteppedClock = field(default_factory=SteppedClock)
    outbox: PickyOutbox = field(default_factory=PickyOutbox)
    fuse: Fuse = field(default_factory=Fuse)
    late: list[str] = field(default_factory=list)
    rest: timedelta = REST
    back: timedelta = timedelta(0)
    told: dict[str, int] = field(default_factory=dict)
    disk: Callable[[], bytes] | None = None  # what a power cut leaves of the journal, where that is asked (power.py)
    _first: House | None = None

    def open(self) -> House:
        """As a new process finds it, but for what takes long and holds no memory: the SQL, the templates."""
        if self._first is None:
            self._first = super().open()
        first = self._first
        first.doors = Doors(first.journal, self.clock)
        journal, tracker, outbox, publisher = (
            Fused(door, self.fuse, self.faults, self.late)
            for door in (first.journal, self.tracker, self.outbox, self.publisher)
        )
        boxes = {name: Fused(box, self.fuse, self.faults, self.late) for name, box in self.boxes.items()}
        house = House(
            policy=self.policy,
            journal=journal,
            tracker=tracker,
            outbox=outbox,
            publisher=publisher,
            boxes=dict(boxes),
            clock=self.clock,
            ring=first.ring,
            templates=first.templates,
            doors=first.doors,
            rest=self.rest,
        )
        learn(house)
        return house

    def reopen(self) -> None:
        """The process is stopped between two steps, and another one starts. Waits that are drawn by lot are drawn the
        same in every run from here."""
        self.close()
        random.seed("a new process")
        self.house = self.open()

    def lives(self, act: Callable[[], object]) -> bool:
        """Let the bridge work; whether it came through."""
        self.fuse.armed = True
        try:
            act()
        except Killed:
            return False
        finally:
            self.fuse.armed = False
        return True

    def revived(self) -> None:
        """Another process starts after a death; its clock may have been set back meanwhile. It can die in that too."""
        self.clock.step_back(self.back)
        self.back = timedelta(0)
        self.reopen()
        self.house.journal.recover(self.clock.now(), alone=True)
        self.look()

    def work(self) -> None:
        """All three beats. A mailbox out of reach is the daemon's to bear."""
        with suppress(Closed):
            self.turn()

    def look(self) -> None:
        """What has changed in the tracker, then the rest."""
        self.tick()
        self.work()

    def on(self) -> None:
        """What a daemon does again and again."""
        self.house.journal.recover(self.clock.now())
        self.work()

    @property
    def quiet(self) -> bool:
        """Whether nothing is on its way any more."""
        return not self.house.journal.steps(conversation=None, states=UNFINISHED, limit=1)

    @property
    def arranged(self) -> tuple[object, ...]:
        """What was ordered to go wrong and has not yet."""
        out, boxes = self.outbox, self.boxes.values()
        letters = (repr(out.before), repr(out.after), bool(out.after) and out.sends_all_the_same)
        return self.faults.ordered, letters, tuple(box.closed is None for box in boxes), self.back, self.clock.stepped

    @contextmanager
    def agent(self) -> Iterator[Desk]:
        """A person at work in the tracker; what is due there lands first."""
        with closing(Desk(self.folder / "tracker.sqlite", clock=self.clock, agent="Ana")) as desk:
            yield desk

    def whole_tickets(self) -> list[Ticket]:
        """Every ticket with its notes, closed ones too."""
        with self.agent() as desk:
            return [ticket for row in desk.tickets(closed=True) if (ticket := desk.ticket(row.number))]

    def signed(self, conversation: str, of: str) -> str:
        """The Message-ID of a letter of ours."""
        return message_id(self.house.ring, conversation, of, "example.com")


def first(policy: Policy) -> Stage:
    """A stage whose files are in memory; one in a process and installation will do: its SQL is compiled once."""
    folder = tempfile.TemporaryDirectory(prefix="hd-bridge-crash-", dir=_memory())
    Finalize(None, folder.cleanup, exitpriority=1)  # a process of a pool ends without looking after its objects
    return Stage(Path(folder.name), policy=policy)


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Everything that a run changes and that outlives a process, at one moment. Nothing is under way in the tracker."""

    files: dict[str, bytes]
    moment: datetime
    letters: tuple[Letter, ...]
    pages: dict[str, bytes]
    mails: dict[str, tuple[tuple[bytes, datetime], ...]]
    filed: dict[str, dict[str, str]]
    copies: dict[str, dict[tuple[str, str], bytes]]
    told: dict[str, int]


def save(stage: Stage) -> Saved:
    """How it is now, in the midst of a run too: what is committed is what another process would find."""
    assert stage.faults.under_way == 0 and stage.clock.stepped == stage.back == timedelta(0)
    return Saved(
        files={name: zlib.compress(_left(stage, name), 1) for name in DATABASES},
        moment=stage.clock.moment,
        letters=tuple(stage.outbox.letters),
        pages=dict(stage.publisher.files),
        mails={name: tuple(box.mails) for name, box in stage.boxes.items()},
        filed={name: dict(box.filed) for name, box in stage.boxes.items()},
        copies={name: dict(box.copies) for name, box in stage.boxes.items()},
        told=dict(stage.told),
    )


def put_back(stage: Stage, saved: Saved) -> None:
    """As it was when it was saved, with nothing ordered to go wrong; no process runs."""
    stage.close()
    for name, content in saved.files.items():
        for beside in stage.folder.glob(f"{name}-*"):
            beside.unlink()
        (stage.folder / name).write_bytes(zlib.decompress(content))
    stage.clock.moment, stage.clock.stepped = saved.moment, timedelta(0)
    stage.faults.clear()
    stage.outbox.letters, stage.outbox.before, stage.outbox.after = list(saved.letters), [], []
    stage.outbox.sends_all_the_same = True
    stage.publisher.files = dict(saved.pages)
    for name, box in stage.boxes.items():
        box.mails, box.filed, box.closed = list(saved.mails[name]), dict(saved.filed[name]), None
        box.copies = dict(saved.copies[name])
    stage.fuse, stage.late, stage.told = Fuse(), [], dict(saved.told)
    stage.rest, stage.back = REST, timedelta(0)


def _left(stage: Stage, name: str) -> bytes:
    return stage.disk() if stage.disk and name == DATABASES[0] else _committed(stage.folder / name)


def _committed(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        return database.serialize()


def _memory() -> str | None:
    """Files in memory, where there are such: a death of ours is a process's, which syncing has no part in."""
    return next((name for name in ("/dev/shm",) if os.access(name, os.W_OK)), None)
