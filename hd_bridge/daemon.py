"""The daemon: mailboxes watched, the tracker looked at, an engine that decides and performs. Touches the network.

One thread a mailbox, an engine (``engine/``), and a scheduler for what goes by the clock. Stopping is crashing
politely: what is still in a call after the grace is left ``doing``, and is asked about at the next start.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from hd_bridge import alike, consider, digest, perform, receive, restores, rounds, watch
from hd_bridge.errors import BridgeError, Closed, FarSideError, JournalAway, JournalError
from hd_bridge.house import House
from hd_bridge.ports import Mailbox
from hd_bridge.ports_engine import CLOCK, Engine, Seats, Work

log = logging.getLogger("hd_bridge.daemon")

T = TypeVar("T")

GRACE = 20.0  # seconds that calls under way get when we are asked to stop
KEEP = 2.0  # seconds until it is noted how far the journal goes
SEATS = 3.0  # seconds until it is seen that a seat has fallen free
REFUSED = 60.0  # seconds at the most until a mailbox that refused something is looked at again
AWAY = 1.0  # seconds until a journal that is out of reach is tried again
MOST_STRANDS = 200  # that an engine is told of at once


class Daemon:
    """Runs a house until it is told to stop. ``run`` returns the exit status: 0, or 3 when the journal failed."""

    def __init__(
        self,
        house: House,
        *,
        starts: dict[str, datetime | None],
        polls: dict[str, float],
        tick: float,
        engine: Engine,
        seats: Seats,
        alone: bool = True,
        digest_every: timedelta | None = None,
        grace: float = GRACE,
    ) -> None:
        """``alone``: no other process works on this journal, so that what lies in hand at the start is lost."""
        self._house, self._starts, self._polls = house, starts, polls
        self._tick, self._digest_every = tick, digest_every
        self._engine, self._seats, self._alone = engine, seats, alone
        self._grace = grace
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._waiting: set[int] = set()  # bodies that the journal keeps waiting
        self._failure: Exception | None = None
        self._threads: list[threading.Thread] = []
        self._ticking: set[str] = set()
        self._restores = restores.Restores(house)
        self._alike: alike.Alike | None = None

    def run(self) -> int:
        """Start everything, wait for a signal or a failure, stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            # A second signal may come while the first is handled: only this put is safe then, locks would block.
            signal.signal(number, lambda *_: self._ended.put(None))
        self.start()
        self._ended.get()
        self.stop()
        return self.finish()

    def start(self) -> None:
        """Start the threads. The tracker is asked for its names beside them: mail must not wait for it."""
        house = self._house
        self._guarded(self._begin)
        for name, box in house.boxes.items():
            self._spawn(f"mailbox:{name}", self._watch_mailbox, box)
        self._engine.start(self._work(), self._spawn)
        self._scheduler = self._schedule()
        log.info("ready: %d mailboxes", len(house.boxes))

    def _begin(self) -> None:
        if not self._ended.empty():
            self._stop.set()
            return
        self._house.journal.recover(self._house.clock.now(), alone=self._alone)
        self._restores.begin()
        self._seats.take(self._all_seats())
        self._alike = None if self._alone else alike.Alike(self._house)

    def stop(self) -> None:
        """Ask everything to end; returns at once."""
        self._stop.set()
        self._ended.put(None)
        self._engine.stop()

    def finish(self) -> int:
        """Wait for the threads, as long as the grace lasts; what is in a call then is left behind."""
        self._scheduler.shutdown(wait=False)
        end = time.monotonic() + self._grace
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        while self._ticking and time.monotonic() < end:
            time.sleep(0.02)
        late = [*(thread.name for thread in self._threads if thread.is_alive()), *sorted(self._ticking)]
        if self._failure is None and not self._waiting:
            with suppress(JournalError):  # a server that is stopped with us
                self._restores.keep()
        self._seats.close()
        if late:
            log.warning("left in the middle of a call: %s", ", ".join(late))
        if self._failure is not None:
            log.error("stopped: %s", self._failure)
        log.info("stopped")
        if late:
            logging.shutdown()
            os._exit(3 if self._failure else 0)  # the scheduler's threads would keep the process alive
        return 3 if self._failure else 0

    def _spawn(self, name: str, body: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=self._guarded, args=(body, *args), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, body: Callable[..., object], *args: object) -> None:
        """A journal that cannot be written, or a fault of ours in a loop, stops the daemon: half of it is no use. One
        that is out of reach is waited for, and the body is begun again."""
        try:
            while not self._patiently(body, *args):
                pass
        except Exception as error:
            if not self._stop.is_set():
                self._failure = error
                if not isinstance(error, BridgeError):
                    log.exception("a fault in hd_bridge")
                self.stop()

    def _patiently(self, body: Callable[..., object], *args: object) -> bool:
        """Whether the body came to its end, or we to ours; False after a rest."""
        try:
            self._restores.clear()
            body(*args)
        except JournalAway as away:
            if not self._waiting:
                log.warning("%s; it is tried again", away)
            self._waiting.add(id(body))
            self._restores.doubt()
            self._stop.wait(AWAY)
            return self._stop.is_set()
        if id(body) in self._waiting:
            self._waiting.discard(id(body))
            if not self._waiting:
                log.info("the journal is back")
        return True

    def _schedule(self) -> BackgroundScheduler:
        """The look for restores comes before the look at the tracker, in the same beat: it may not be used before."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a skipped tick is no news: the next one does it
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        looking = watch.Watch(self._house)
        around = rounds.Rounds(self._house, looking)
        now = datetime.now(UTC)

        def every(seconds: float, name: str, body: Callable[[], object], first: float = 0.0) -> None:
            at = now + timedelta(seconds=first)
            scheduler.add_job(self._beat, "interval", args=[name, body], seconds=seconds, next_run_time=at)

        def look() -> None:
            if self._restores.tick():
                self._engine.mail()
                self._engine.steps()
            if self._seats.held(CLOCK):
                self._woken(looking.tick() + around.tick())

        every(self._tick, "watch", look)
        every(SEATS, "seats", lambda: self._seats.take(self._all_seats(), self._in_vain()), first=SEATS)
        every(KEEP, "end of the journal", self._restores.keep, first=KEEP)
        every(300.0, "learn", lambda: watch.learn(self._house))
        every(30.0, "recover", lambda: self._woken(self._house.journal.recover(self._house.clock.now())), first=30.0)
        if self._alike is not None:
            every(60.0, "configuration", self._alike.look, first=60.0)
        if (rhythm := self._digest_every) is not None:
            every(60.0, "digest", lambda: self._woken(self._digest(rhythm)), first=60.0)
        scheduler.start()
        return scheduler

    def _beat(self, name: str, body: Callable[[], object]) -> None:
        if self._stop.is_set():
            return
        self._ticking.add(name)
        try:
            self._guarded(body)
        finally:
            self._ticking.discard(name)

    def _digest(self, rhythm: timedelta) -> bool:
        return self._seats.held(CLOCK) and bool(digest.plan_digest(self._house, rhythm))

    def _woken(self, found: int | bool | None) -> None:
        if found:
            self._engine.steps()

    def _all_seats(self) -> Collection[str]:
        return (CLOCK, *(f"mailbox:{name}" for name in self._house.boxes))

    def _in_vain(self) -> Collection[str]:
        """The seats that are of no use to us now."""
        closed = self._house.doors.closed()
        return [seat for seat in self._all_seats() if ("tracker" if seat == CLOCK else seat) in closed]

    def _watch_mailbox(self, box: Mailbox) -> None:
        """One mailbox's failure never stops another: it rests with backoff and is tried again."""
        seat = f"mailbox:{box.name}"
        while not self._stop.is_set():
            while self._seats.held(seat) and not self._stop.is_set():
                self._turn(box, seat)
            box.close()  # ours no more, or not yet
            self._stop.wait(1.0)

    def _turn(self, box: Mailbox, door: str) -> None:
        self._restores.clear()
        try:
            new = receive.take(self._house, box, self._starts[box.name])
            if new:
                log.info("received %d from %s", new, box.name)
                self._engine.mail()
            self._house.doors.worked(door)
            with receive.faults_translated():
                box.wait(self._polls[box.name], lambda: self._stop.is_set() or not self._seats.held(door))
        except Closed as closed:
            pause = self._house.doors.shut(door, closed)
            self._stop.wait(pause.total_seconds())
        except FarSideError as error:
            log.warning("mailbox %s: %s", box.name, error)
            self._stop.wait(min(self._polls[box.name], REFUSED))

    def _work(self) -> Work:
        """What the engine is given to do."""
        house = self._house
        return Work(
            decide=self._decide,
            perform=self._perform,
            due=lambda: self._asked(
                lambda: house.journal.strands(house.clock.now(), house.doors.resting(), MOST_STRANDS), ()
            ),
            undecided=lambda: self._asked(house.journal.any_undecided, False),
            pause=lambda: self._asked(self._pause, 1.0),
            rest=self._stop.wait,
            stop=self._stop.is_set,
        )

    def _asked(self, question: Callable[[], T], otherwise: T) -> T:
        """The answer, also where the journal had to be waited for; ``otherwise`` at the end."""
        answers: list[T] = []
        self._guarded(lambda: answers.append(question()))
        return answers[-1] if answers else otherwise

    def _decide(self) -> bool:
        """One mail at a time, in order of receipt: a mail's conversation is known only after deciding.

        Not before it is known that the journal is whole: to one that was lost every answer is a new request.
        """
        if not self._restores.passed:
            return False
        return self._asked(
            lambda: bool(consider.consider_all(self._house, self._stop.is_set, self._engine.steps)), False
        )

    def _perform(self, worker: str, strand: str | None, lost: bool) -> bool:
        """Where the journal was away, what this worker had in hand is lost like that of a dead one."""
        house, begun = self._house, lost

        def drain() -> bool:
            nonlocal begun
            if begun and strand is not None:
                house.journal.recover(house.clock.now(), strand=strand)
            begun = True
            return bool(perform.drain(house, worker, self._stop.is_set, strand))

        return self._asked(drain, False)

    def _pause(self) -> float:
        """Until the next step comes due, a closed door is tried again, or a second at the most has passed."""
        now = self._house.clock.now()
        moments = [self._house.journal.next_due(now), self._house.doors.next_try()]
        waits = [(moment - now).total_seconds() for moment in moments if moment is not None]
        return max(0.01, min([1.0, *waits]))
