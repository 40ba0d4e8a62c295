"""The daemon: mailboxes watched, mails decided, steps performed, the tracker looked at. Touches the network.

One thread a mailbox, one that decides, a few that perform, and a scheduler for what goes by the clock. Stopping is
crashing politely: what is still in a call after the grace is left ``doing``, and is asked about at the next start.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from hd_bridge import consider, digest, perform, receive, restores, watch
from hd_bridge.errors import BridgeError, Closed, FarSideError, JournalError
from hd_bridge.house import House
from hd_bridge.ports import Mailbox

log = logging.getLogger("hd_bridge.daemon")

GRACE = 20.0  # seconds that calls under way get when we are asked to stop


class Daemon:
    """Runs a house until it is told to stop. ``run`` returns the exit status: 0, or 3 when the journal failed."""

    def __init__(
        self,
        house: House,
        *,
        starts: dict[str, datetime | None],
        polls: dict[str, float],
        tick: float,
        workers: int,
        digest_every: timedelta | None = None,
        grace: float = GRACE,
    ) -> None:
        self._house, self._starts, self._polls = house, starts, polls
        self._tick, self._workers, self._digest_every = tick, workers, digest_every
        self._grace = grace
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._mail = threading.Event()
        self._work = threading.Condition()
        self._pending = True
        self._failure: Exception | None = None
        self._threads: list[threading.Thread] = []
        self._ticking: set[str] = set()
        self._restores = restores.Restores(house)

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
        house.journal.recover(house.clock.now(), alone=True)
        for name, box in house.boxes.items():
            self._spawn(f"mailbox:{name}", self._watch_mailbox, box)
        self._spawn("decide", self._decide)
        for i in range(self._workers):
            self._spawn(f"perform-{i}", self._perform, f"{os.getpid()}-{i}")
        self._scheduler = self._schedule()
        log.info("ready: %d mailboxes, %d workers", len(house.boxes), self._workers)

    def stop(self) -> None:
        """Ask everything to end; returns at once."""
        self._stop.set()
        self._ended.put(None)
        self._mail.set()
        with self._work:
            self._work.notify_all()

    def finish(self) -> int:
        """Wait for the threads, as long as the grace lasts; what is in a call then is left behind."""
        self._scheduler.shutdown(wait=False)
        end = time.monotonic() + self._grace
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        while self._ticking and time.monotonic() < end:
            time.sleep(0.02)
        late = [*(thread.name for thread in self._threads if thread.is_alive()), *sorted(self._ticking)]
        if self._failure is None:
            self._restores.keep()
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
        """A journal that cannot be written, or a fault of ours in a loop, stops the daemon: half of it is no use."""
        try:
            body(*args)
        except Exception as error:
            if not self._stop.is_set():
                self._failure = error
                if not isinstance(error, JournalError):
                    log.exception("a fault in hd_bridge")
                self.stop()

    def _schedule(self) -> BackgroundScheduler:
        """The look for restores comes before the look at the tracker, in the same beat: it may not be used before."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a skipped tick is no news: the next one does it
        scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        looking = watch.Watch(self._house)
        now = datetime.now(UTC)

        def every(seconds: float, name: str, body: Callable[[], object], first: float = 0.0) -> None:
            at = now + timedelta(seconds=first)
            scheduler.add_job(self._beat, "interval", args=[name, body], seconds=seconds, next_run_time=at)

        def look() -> None:
            if self._restores.tick():
                self._mail.set()
                self._notify()
            self._woken(looking.tick())

        every(self._tick, "watch", look)
        every(2.0, "end of the journal", self._restores.keep, first=2.0)
        every(300.0, "learn", lambda: watch.learn(self._house))
        every(30.0, "recover", lambda: self._woken(self._house.journal.recover(self._house.clock.now())), first=30.0)
        if (rhythm := self._digest_every) is not None:
            every(60.0, "digest", lambda: self._woken(digest.plan_digest(self._house, rhythm)), first=60.0)
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

    def _woken(self, found: int | bool | None) -> None:
        if found:
            self._notify()

    def _notify(self) -> None:
        with self._work:
            self._pending = True
            self._work.notify()  # one is enough: whoever finds work wakes the next

    def _watch_mailbox(self, box: Mailbox) -> None:
        """One mailbox's failure never stops another: it rests with backoff and is tried again."""
        house, door = self._house, f"mailbox:{box.name}"
        mailbox = house.policy.mailbox(box.name)
        while not self._stop.is_set():
            try:
                with faults_translated():
                    receive.begin(house, box, self._starts[box.name])
                    new = receive.receive(house, box, mailbox)
                if new:
                    log.info("received %d from %s", new, box.name)
                    self._mail.set()
                house.doors.worked(door)
                with faults_translated():
                    box.wait(self._polls[box.name], self._stop.is_set)
            except Closed as closed:
                pause = house.doors.shut(door, closed)
                self._stop.wait(pause.total_seconds())
            except FarSideError as error:
                log.warning("mailbox %s: %s", box.name, error)
                self._stop.wait(self._polls[box.name])
        box.close()

    def _decide(self) -> None:
        """One mail at a time, in order of receipt: a mail's conversation is known only after deciding.

        Not before it is known that the journal is whole: to one that was lost every answer is a new request.
        """
        while not self._stop.is_set():
            self._mail.clear()
            if not self._restores.passed:
                self._mail.wait(1.0)
                continue
            if consider.consider_all(self._house, self._stop.is_set, self._notify):
                continue
            self._mail.wait(1.0)  # a release from hold by another process is seen within a second

    def _perform(self, worker: str) -> None:
        house = self._house
        while not self._stop.is_set():
            with self._work:
                self._pending = False
            if perform.drain(house, worker, self._stop.is_set):
                self._notify()  # what was done may have set others free
            with self._work:
                if not self._pending and not self._stop.is_set():
                    self._work.wait(self._pause())

    def _pause(self) -> float:
        """Until the next step comes due, a closed door is tried again, or half a second at the most has passed."""
        now = self._house.clock.now()
        moments = [self._house.journal.next_due(now), self._house.doors.next_try()]
        waits = [(moment - now).total_seconds() for moment in moments if moment is not None]
        return max(0.01, min([0.5, *waits]))


@contextmanager
def faults_translated() -> Iterator[None]:
    """A fault of ours over one mailbox closes that mailbox: raised, it would stop all the others with it."""
    try:
        yield
    except BridgeError:
        raise
    except Exception as error:
        log.exception("a fault in hd_bridge")
        raise Closed(f"a fault in hd_bridge: {type(error).__name__}; the log has its place") from error


def run_once(house: House, starts: dict[str, datetime | None]) -> int:
    """Receive, decide and perform everything that is due, in this thread; how many mails were new."""
    house.journal.recover(house.clock.now(), alone=True)
    looking = restores.Restores(house)
    looking.tick()
    watch.learn(house)
    new = 0
    for name, box in house.boxes.items():
        try:
            with faults_translated():
                receive.begin(house, box, starts[name])
                new += receive.receive(house, box, house.policy.mailbox(name))
            house.doors.worked(f"mailbox:{name}")
        except Closed as closed:
            house.doors.shut(f"mailbox:{name}", closed)
        except FarSideError as error:
            log.warning("mailbox %s: %s", name, error)
    watch.Watch(house).tick()
    if looking.passed:
        consider.consider_all(house)
    perform.drain(house, f"{os.getpid()}-once")
    looking.keep()
    for box in house.boxes.values():
        box.close()
    return new
