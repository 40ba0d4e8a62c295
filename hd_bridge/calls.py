"""How many calls may write to the tracker at a time, and how one is written down before it is made. Pure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

STALE = timedelta(seconds=1)


class Calls:
    """Places for calls; ``most`` are under way at a time."""

    def __init__(self, most: int = 1000) -> None:
        self._places = threading.BoundedSemaphore(most)
        self._next = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of them, for as long as the block lasts."""
        with self._places:
            yield

    @contextmanager
    def announced(self, announce: Callable[[], object]) -> Iterator[None]:
        """A place for a call that is written down first. Whoever is next does that while others still call, so that no
        place is idle meanwhile.

        What is written says until when the call may go on, so the wait for a place must not count: who waited longer
        than ``STALE`` writes it down once more.
        """
        with self._next:
            begun = time.monotonic()
            announce()
            self._places.acquire()
        try:
            if time.monotonic() - begun > STALE.total_seconds():
                announce()
            yield
        finally:
            self._places.release()
