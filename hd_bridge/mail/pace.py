"""How many letters may leave in a time: a bucket that fills evenly, shared by all who send. Pure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """``letters`` in ``seconds``, a tenth of them at once at most; safe from several threads."""

    def __init__(self, letters: int, seconds: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.told = f"no more than {letters} letters in {seconds:g} seconds"
        self._most = max(1.0, letters / 10)
        self._each_second = letters / seconds
        self._monotonic = monotonic
        self._left, self._at = self._most, monotonic()
        self._lock = threading.Lock()

    def take(self) -> float:
        """0 if one may go now, else in how many seconds several may: asked for each, the doors would flap."""
        with self._lock:
            now = self._monotonic()
            self._left = min(self._most, self._left + (now - self._at) * self._each_second)
            self._at = now
            if self._left >= 1.0 - 1e-9:
                self._left -= 1.0
                return 0.0
            return (self._most - self._left) / self._each_second
