"""Where a kill is aimed: the process that makes a certain call dies while the call is under way. Touches the network.

The proxies before the servers call in whenever something passes; an aim that fits kills the caller there and then.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

LATE = 2.0  # seconds that a write goes on travelling after its sender's death


class Moment(Enum):
    """When in a call the caller dies, and what becomes of the call."""

    LOST = "before the server had it, and it never gets it"
    LATE = "while it travels: the server has it after the caller's death"
    DONE = "after the server did it, before its answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """``what`` is upload, create, note, read, imap, smtp, or time (no call: after ``delay`` seconds).

    ``skip`` such calls (for lines: pieces from the server) pass first; ``linger`` seconds pass between the call and
    the kill, so that what follows the call is hit too.
    """

    what: str
    moment: Moment = Moment.DONE
    skip: int = 0
    delay: float = 0.0
    linger: float = 0.0

    @property
    def name(self) -> str:
        """Where it is aimed, in words."""
        if self.what in CALLS:
            return f"{self.what}, {self.moment.value}"
        return {"imap": "receiving or deciding", "smtp": "in a letter"}.get(self.what, "at a random time")


CALLS = ("upload", "create", "note", "read")
WRITING = CALLS[:3]
ANY = "any"


def draw(chance: random.Random) -> Aim:
    """Half of the kills in calls to the tracker, the others in mail, at start-up and at any time."""
    what = chance.choice((*CALLS, "create", "note", "imap", "imap", "smtp", "smtp", "time", "start"))
    match what:
        case "start":
            return Aim(what="time", delay=chance.uniform(0.05, 1.4))
        case "time":
            return Aim(what="time", delay=chance.uniform(1.4, 4.0))
        case "imap":
            return Aim(what=what, skip=chance.randint(4, 25), linger=chance.choice((0.0, chance.uniform(0, 0.2))))
        case "smtp":
            return Aim(what=what, skip=chance.randint(3, 20))
    if what == "read":  # the first ones are those of every start: they look for restores
        return Aim(what=what, moment=chance.choice(list(Moment)), skip=chance.randint(0, 8))
    return Aim(what=what, moment=chance.choice(list(Moment)), skip=chance.choice((0, 0, 1, 2)))


def kind_of(method: str, path: str) -> str:
    """What a request to the tracker is for."""
    if method == "GET":
        return "read"
    if path.startswith("/uploads"):
        return "upload"
    return "create" if method == "POST" else "note"


@dataclass
class Trap:
    """Set for one aim at a time. ``kill`` is given the caller's port and says whether it killed somebody."""

    kill: Callable[[int], bool]
    hit: threading.Event = field(default_factory=threading.Event)
    hits: Counter[str] = field(default_factory=Counter)
    _aim: Aim | None = None
    _passed: int = 0
    _turn: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self, aim: Aim | None) -> None:
        """Wait for this one; ``None`` lets everything pass."""
        with self._lock:
            self._aim, self._passed, self._turn = aim, 0, self._turn + 1
            self.hit.clear()

    def relax(self) -> None:
        """What it waited for does not come: any call that writes will do."""
        with self._lock:
            if self._aim is not None:
                self._aim = Aim(what=ANY, moment=self._aim.moment)

    def request(self, method: str, path: str, port: int, forwarded: bool) -> bool:
        """A request is about to be passed on, or its answer: whether it may."""
        aim = self._taken(kind_of(method, path), forwarded)
        if aim is None:
            return True
        if not self._strike(aim, port):
            return True
        if aim.moment is Moment.LATE:
            time.sleep(LATE)
        return aim.moment is Moment.LATE

    def line(self, what: str) -> Callable[[int], bool]:
        """For a line to a mail server: a piece from it is about to be passed on."""

        def passes(port: int) -> bool:
            aim = self._taken(what, True)
            return aim is None or not self._strike(aim, port)

        return passes

    def _taken(self, what: str, forwarded: bool) -> Aim | None:
        """The aim, if this is what it waits for: it is nobody else's then."""
        with self._lock:
            aim = self._aim
            if aim is None or aim.what not in (what, ANY) or (aim.what == ANY and what not in WRITING):
                return None
            if forwarded is not (aim.moment is Moment.DONE):
                return None
            self._passed += 1
            if self._passed <= aim.skip:
                return None
            self._aim = None
            return replace(aim, what=what)

    def _strike(self, aim: Aim, port: int) -> bool:
        """Where the caller has hung up meanwhile nobody is hit, and the trap goes on waiting."""
        turn = self._turn
        time.sleep(aim.linger)
        killed = self.kill(port)
        with self._lock:
            if killed:
                self.hits[aim.name] += 1
                self.hit.set()
            elif turn == self._turn:
                self._aim = aim
        return killed
