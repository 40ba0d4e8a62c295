"""Threads of one process: one that decides, a few that perform, woken when there is something to do. Pure."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection
from functools import partial

from hd_bridge.ports_engine import Work


class Threads:
    """The engine for one process. ``workers`` perform side by side."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._mail = threading.Event()
        self._work = threading.Condition()
        self._pending = True

    def prepare(self) -> None:
        """Threads need nothing."""

    def start(self, work: Work, spawn: Callable[[str, Callable[[], None]], None]) -> None:
        spawn("decide", lambda: self._decide(work))
        for i in range(self._workers):
            spawn(f"perform-{i}", partial(self._perform, work, f"{os.getpid()}-{i}"))

    def mail(self) -> None:
        self._mail.set()

    def steps(self) -> None:
        with self._work:
            self._pending = True
            self._work.notify()  # one is enough: whoever finds work wakes the next

    def stop(self) -> None:
        self._mail.set()
        with self._work:
            self._work.notify_all()

    def _decide(self, work: Work) -> None:
        while not work.stop():
            self._mail.clear()
            if not work.decide():
                self._mail.wait(1.0)  # a release from hold by another process is seen within a second

    def _perform(self, work: Work, worker: str) -> None:
        while not work.stop():
            with self._work:
                self._pending = False
            if work.perform(worker, None, False):
                self.steps()  # what was done may have set others free
            with self._work:
                if not self._pending and not work.stop():
                    self._work.wait(work.pause())


class OwnSeats:
    """Every seat is ours: the lock file lets one process in."""

    def take(self, names: Collection[str], in_vain: Collection[str] = ()) -> None:
        """There is nobody to take them from."""

    def held(self, name: str) -> bool:
        return True

    def close(self) -> None:
        """There is nobody to give them to."""
