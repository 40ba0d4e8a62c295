"""The house, wired: its doors, its journal, its policy, and how each door stands. Pure."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hd_bridge.calls import Calls
from hd_bridge.errors import Closed
from hd_bridge.letters.saved_shelf import Shelf
from hd_bridge.mail.parse import Here
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.model import Catalogue
from hd_bridge.people import Roster
from hd_bridge.policy import Policy
from hd_bridge.ports import Clock, Journal, Mailbox, Outbox, Publisher, Tracker
from hd_bridge.ports_reading import Reader
from hd_bridge.render import Templates
from hd_bridge.views import DoorState

log = logging.getLogger("hd_bridge.house")

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)


@dataclass(slots=True, kw_only=True)
class _Shut:
    since: datetime
    until: float  # by the monotonic clock: a wall clock set back would keep the door shut as long
    pause: timedelta
    why: str


class Doors:
    """Which doors are closed, and when each is tried again. Thread-safe; every turn is kept in the journal."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._lock = threading.Lock()
        self._shut: dict[str, _Shut] = {}
        self._open: dict[str, datetime] = {}
        self._locked: dict[str, dict[str, str]] = {}  # door -> who locked it -> why
        self._barred: frozenset[str] = frozenset()

    def bar(self, *names: str) -> None:
        """Leave these doors alone for the time being, without a word: nobody knows yet whether they may be used."""
        with self._lock:
            self._barred = frozenset(names)

    def lock(self, name: str, by: str, why: str) -> None:
        """Keep a door closed, whatever it lets through, until somebody has mended what is wrong behind it; each look
        that may lock it (``by``) has a lock of its own."""
        now = self._clock.now()
        with self._lock:
            locks = self._locked.setdefault(name, {})
            known = locks.get(by) == why
            locks[by] = why
        if not known:
            log.error("door %s is locked: %s", name, why)
            self._journal.door(DoorState(name=name, open=False, since=now, why=why))

    def unlock(self, name: str, by: str) -> None:
        """What this look had found wrong is mended."""
        now = self._clock.now()
        with self._lock:
            locks = self._locked.get(name, {})
            mended = locks.pop(by, None) is not None and not locks
            if mended:
                del self._locked[name]
        if mended:
            log.info("door %s is unlocked", name)
            self._journal.door(DoorState(name=name, open=True, since=now))

    def shut(self, name: str, closed: Closed) -> timedelta:
        """A door turned us away: it rests, each time twice as long, or as long as it asked. How long that is."""
        now, tick = self._clock.now(), self._clock.monotonic()
        with self._lock:
            before = self._shut.get(name)
            pause = self._pause(before, tick, closed.after)
            since = before.since if before else now
            self._shut[name] = _Shut(since=since, until=tick + pause.total_seconds(), pause=pause, why=closed.why)
            last = self._open.get(name)
        if before is None or before.why != closed.why:  # said once, however often it is tried
            log.warning("door %s is closed: %s", name, closed.why)
            self._journal.door(DoorState(name=name, open=False, since=since, why=closed.why, last_success=last))
        return pause

    @staticmethod
    def _pause(before: _Shut | None, tick: float, asked: timedelta | None) -> timedelta:
        if asked is not None:
            return asked
        if before is None:
            return FIRST_PAUSE
        # Calls that were under way when the door shut say the same thing once more: the pause is as long as it is.
        return before.pause if before.until > tick else min(before.pause * 2, LONGEST_PAUSE)

    def worked(self, name: str) -> None:
        """A door let something through; the journal hears of it when the door had been closed, or once a minute."""
        now = self._clock.now()
        with self._lock:
            if name in self._locked:
                return
            before = self._shut.pop(name, None)
            said = self._open.get(name)
            fresh = before is not None or said is None or now - said > timedelta(minutes=1)
            if fresh:
                self._open[name] = now
        if fresh:
            self._journal.door(DoorState(name=name, open=True, since=now, last_success=now))
        if before is not None:
            log.info("door %s is open again", name)

    def resting(self) -> frozenset[str]:
        """The doors that must be left alone now."""
        tick = self._clock.monotonic()
        with self._lock:
            resting = frozenset(name for name, shut in self._shut.items() if shut.until > tick)
            return resting | self._locked.keys() | self._barred

    def closed(self) -> dict[str, str]:
        """The doors that turned us away last, and why."""
        with self._lock:
            locked = {name: "; ".join(locks.values()) for name, locks in self._locked.items()}
            return {name: shut.why for name, shut in self._shut.items()} | locked

    def next_try(self) -> datetime | None:
        """When the first door that rests now is tried again; one whose rest is over is no reason to wake."""
        tick = self._clock.monotonic()
        with self._lock:
            ahead = [shut.until - tick for shut in self._shut.values() if shut.until > tick]
        return self._clock.now() + timedelta(seconds=min(ahead)) if ahead else None


@dataclass(slots=True, kw_only=True)
class House:
    """Everything that the three beats need. ``catalogues`` and ``roster`` fill as the tracker tells (it was last
    asked for members at ``roster_read``, by the monotonic clock, by one at a time: ``asking``); ``rest`` is how long
    a call to the tracker may go on unseen (redmine.md B4); ``end_file`` keeps how far the journal goes (restores.py);
    ``calls`` lets only so many write to the tracker at a time; ``reader`` reads what strangers send, in this process
    unless the wiring says otherwise."""

    policy: Policy
    journal: Journal
    tracker: Tracker
    outbox: Outbox
    publisher: Publisher
    boxes: Mapping[str, Mailbox]
    clock: Clock
    ring: KeyRing
    templates: Templates
    doors: Doors
    rest: timedelta = timedelta(seconds=180)
    lease: timedelta = timedelta(minutes=10)
    null_sender: bool = True
    end_file: Path | None = None
    calls: Calls = field(default_factory=Calls)
    reader: Reader = field(default_factory=Here)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    shelf: Shelf | None = None
    roster: Roster = field(default_factory=Roster)
    roster_read: float | None = None
    asking: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """Let go of what is held on this machine, when the work is over."""
        self.reader.close()
        self.journal.close()
