"""A fuse at every door of the bridge: each commit and each call to the far side is a point where it can die. Pure.

Dying is an exception that nothing catches, at the doors themselves. Dying before a call is dying after the one before
it, and nothing changes in a read: those are no points. A transaction over several mails is one call, and one point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hd_bridge.errors import FarSideError
from hd_bridge.tracker.embedded_faults import Faults

WRITES = {
    *("receive", "commit", "claim", "doing", "remember", "finish", "again", "rest", "hold", "drop", "recover", "vouch"),
    *("decide", "store_letter", "set_meta", "set_watermark", "see", "upload", "create", "change", "send", "put"),
    *("adopt", "accept", "let_in", "forsake", "settle", "relate", "file_away", "keep_copy"),
    *("hear", "keep_faq", "block"),
}


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Fuse:
    """Counts points; burns through at the first of ``burns``, then (counting anew) at the next. ``armed`` only while
    the bridge is at work. ``passing`` hears the number of every point that it is lived through."""

    burns: list[int] = field(default_factory=list)
    points: int = 0
    deaths: int = 0
    armed: bool = False
    passing: Callable[[int], None] | None = None

    def point(self) -> None:
        if not self.armed:
            return
        self.points += 1
        if self.burns and self.points == self.burns[0]:
            self.burns.pop(0)
            self.deaths += 1
            self.points, self.armed = 0, False
            raise Killed
        if self.passing:
            self.passing(self.points)


class Fused:
    """A door whose every write has a point after it, whether it was answered or not. ``late`` is told what was called
    and has not landed yet."""

    def __init__(self, door: Any, fuse: Fuse, faults: Faults, late: list[str]) -> None:
        self._door, self._fuse, self._faults, self._late = door, fuse, faults, late

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._door, name)
        fused = self._fused(method) if name in WRITES else method
        self.__dict__[name] = fused
        return fused

    def _fused(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            before = self._faults.under_way
            try:
                answer = method(*args, **kwargs)
            except FarSideError:
                if self._faults.under_way > before:
                    self._late.append(repr(args))
                self._fuse.point()
                raise
            self._fuse.point()
            return answer

        return call
