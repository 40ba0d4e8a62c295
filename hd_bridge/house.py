"""The house, wired: its doors, its journal, its policy, and how each door stands. Pure."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hd_bridge.errors import Closed
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.model import Catalogue
from hd_bridge.policy import Policy
from hd_bridge.ports import Clock, Journal, Mailbox, Outbox, Publisher, Tracker
from hd_bridge.render import Templates
from hd_bridge.views import DoorState

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)


@dataclass(slots=True, kw_only=True)
class _Shut:
    since: datetime
    until: datetime
    pause: timedelta
    why: str


class Doors:
    """Which doors are closed, and when each is tried again. Thread-safe; every turn is kept in the journal."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._lock = threading.Lock()
        self._shut: dict[str, _Shut] = {}
        self._open: dict[str, datetime] = {}
        self._locked: dict[str, str] = {}

    def lock(self, name: str, why: str) -> None:
        """Keep a door closed, whatever it lets through, until somebody has mended what is wrong behind it."""
        now = self._clock.now()
        with self._lock:
            known = self._locked.get(name) == why
            self._locked[name] = why
        if not known:
            self._journal.door(DoorState(name=name, open=False, since=now, why=why))

    def unlock(self, name: str) -> None:
        """What was wrong is mended."""
        now = self._clock.now()
        with self._lock:
            locked = self._locked.pop(name, None)
        if locked is not None:
            self._journal.door(DoorState(name=name, open=True, since=now))

    def shut(self, name: str, closed: Closed) -> timedelta:
        """A door turned us away: it rests, each time twice as long, or as long as it asked. How long that is."""
        now = self._clock.now()
        with self._lock:
            before = self._shut.get(name)
            pause = min(before.pause * 2, LONGEST_PAUSE) if before else FIRST_PAUSE
            pause = closed.after or pause
            since = before.since if before else now
            self._shut[name] = _Shut(since=since, until=now + pause, pause=pause, why=closed.why)
            last = self._open.get(name)
        if before is None or before.why != closed.why:
            self._journal.door(DoorState(name=name, open=False, since=since, why=closed.why, last_success=last))
        return pause

    def worked(self, name: str) -> bool:
        """A door let something through. True if it had been closed (said at most once a minute otherwise)."""
        now = self._clock.now()
        with self._lock:
            if name in self._locked:
                return False
            before = self._shut.pop(name, None)
            said = self._open.get(name)
            fresh = before is not None or said is None or now - said > timedelta(minutes=1)
            if fresh:
                self._open[name] = now
        if fresh:
            self._journal.door(DoorState(name=name, open=True, since=now, last_success=now))
        return before is not None

    def resting(self) -> frozenset[str]:
        """The doors that must be left alone now."""
        now = self._clock.now()
        with self._lock:
            return frozenset(name for name, shut in self._shut.items() if shut.until > now) | self._locked.keys()

    def closed(self) -> dict[str, str]:
        """The doors that turned us away last, and why."""
        with self._lock:
            return {name: shut.why for name, shut in self._shut.items()} | self._locked

    def next_try(self) -> datetime | None:
        """When the first closed door is tried again."""
        with self._lock:
            return min((shut.until for shut in self._shut.values()), default=None)


@dataclass(slots=True, kw_only=True)
class House:
    """Everything that the three beats need. ``catalogues`` fill as the tracker tells; ``rest`` is how long a call
    to the tracker may go on unseen (redmine.md B4)."""

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
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
