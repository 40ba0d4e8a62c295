"""What a mail costs on embedded parts: CPU, SQL statements, commits and fsyncs by beat and step. Touches the disk.

Run it with ``python -m tests.bench.profile [MAILS] [--journal URL] [--where]``. Time is the process's own CPU time, so
that neighbours on the machine count little; how much they count is told by a yardstick, a fixed piece of work that is
done again and again meanwhile. Commits that write are told apart by whether they are forced to the disk;
``--where`` adds the functions that it went to, which costs time itself, so the figures are then higher.
"""

from __future__ import annotations

import argparse
import cProfile
import logging
import os
import pstats
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hd_bridge import consider, perform, receive
from hd_bridge.clock import SystemClock
from hd_bridge.house import Doors, House
from hd_bridge.journal import SqlJournal
from hd_bridge.mail.keyring import load_keyring
from hd_bridge.mail.maildir import MaildirBox, MaildirOutbox
from hd_bridge.mail.maildir_filing import make_maildir
from hd_bridge.policy import Caps
from hd_bridge.render_load import load_templates
from hd_bridge.tracker.embedded import EmbeddedTracker
from hd_bridge.tracker.embedded_seed import Seed
from hd_bridge.watch import learn
from hd_bridge.work import Wanted
from tests.homes import POLICY, SUPPORT, mail
from tracking_site.publish import FolderPublisher

UNLIMITED = Caps(same_subject=10**9, sender=10**9, mailbox=10**9, total=10**9)
COUNTED = 20  # mails at the beginning, on which everything is counted and nothing timed
STATEMENTS = logging.getLogger("hd_bridge.statements")
COLUMNS = ("statements", "reads", "forced", "lazy", "fsyncs")


@dataclass(eq=False)
class Meter(logging.Handler):
    """CPU seconds and counts by whatever is under way; ``name`` may change until a section ends."""

    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    times: Counter[str] = field(default_factory=Counter)
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    yardsticks: list[float] = field(default_factory=list)
    name: str = ""
    _now: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Everything that happens meanwhile belongs to it."""
        self.name, self._now, before = name, Counter(), time.process_time()
        yield
        self.cpu[self.name] += time.process_time() - before
        self.times[self.name] += 1
        self.counts[self.name].update(self._now)

    def lay_yardstick(self) -> None:
        """How fast this processor is just now."""
        before = time.process_time()
        for i in range(20_000):
            hash((i, "yardstick"))
        self.yardsticks.append(time.process_time() - before)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count what goes to databases, and what is forced to the disk by ourselves."""
        fsync = os.fsync

        def forced(fd: Any) -> None:
            self._now["fsyncs"] += 1
            fsync(fd)

        heard: tuple[tuple[str, Callable[..., None]], ...] = (
            ("before_cursor_execute", self._statement),
            ("commit", self._commit),
        )
        for event, hear in heard:
            sa.event.listen(sa.Engine, event, hear)
        os.fsync = forced
        STATEMENTS.addHandler(self)
        STATEMENTS.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            STATEMENTS.setLevel(logging.NOTSET)
            STATEMENTS.removeHandler(self)
            os.fsync = fsync
            for event, hear in heard:
                sa.event.remove(sa.Engine, event, hear)

    def _statement(self, _db: Any, _cursor: Any, _statement: str, *_rest: Any) -> None:
        self._now["statements"] += 1

    def _commit(self, db: sa.Connection) -> None:
        options = db.get_execution_options()
        if options.get("only_reads"):
            self._now["reads"] += 1
        else:
            self._now["lazy" if options.get("lazy") else "forced"] += 1

    def emit(self, record: logging.LogRecord) -> None:
        """A statement that goes to the driver past SQLAlchemy."""
        self._now["statements"] += 1

    def table(self, mails: int, counts: dict[str, Counter[str]], of: int) -> str:
        """One line a section, per mail, and the sum; ``counts`` were taken over ``of`` mails."""
        lines = [f"{'per mail':<24}{'times':>7}{'CPU ms':>8}" + "".join(f"{name:>12}" for name in COLUMNS)]
        for name in self.cpu:
            told = "".join(f"{counts[name][column] / of:>12.2f}" for column in COLUMNS)
            lines.append(f"{name:<24}{self.times[name] / mails:>7.2f}{self.cpu[name] / mails * 1e3:>8.2f}{told}")
        total = "".join(f"{sum(c[column] for c in counts.values()) / of:>12.2f}" for column in COLUMNS)
        lines.append(f"{'all':<24}{'':>7}{sum(self.cpu.values()) / mails * 1e3:>8.2f}{total}")
        slow = statistics.mean(self.yardsticks) / min(self.yardsticks)
        quiet = sum(self.cpu.values()) / mails * 1e3 / slow
        lines.append(f"The yardstick took {slow:.2f} of its shortest time: about {quiet:.1f} ms where nobody disturbs.")
        return "\n".join(lines)


def house_in(folder: Path, url: str | None) -> House:
    """Real parts, all of them on the disk: Maildir in, Maildir out, the embedded tracker, pages."""
    clock = SystemClock()
    journal = SqlJournal.open(url or f"sqlite:///{folder / 'journal.sqlite'}")
    seed = Seed(projects=("support", "sales"), categories=("Bugs", "General"))
    make_maildir(folder / "in")
    house = House(
        policy=replace(POLICY, mailboxes=(replace(SUPPORT, afterwards="flag"),), caps=UNLIMITED),
        journal=journal,
        tracker=EmbeddedTracker(folder / "tracker.sqlite", key="k", clock=clock, seed=seed),
        outbox=MaildirOutbox(folder / "out"),
        publisher=FolderPublisher(folder / "site"),
        boxes={"support": MaildirBox("support", folder / "in")},
        clock=clock,
        ring=load_keyring(folder / "keys.json", make=True),
        templates=load_templates(None),
        doors=Doors(journal, clock),
    )
    learn(house)
    return house


def post(folder: Path, first: int, count: int) -> None:
    """So many plain mails of eighty senders in the Maildir; they are small, since what they cost is not their size."""
    for i in range(first, first + count):
        body = "It does not print.\r\n\r\nThe lamp blinks red since this morning, whatever I press.\r\n" * 3
        raw = mail(f"Printer error {i}", body, sender=f"Jane Cooper <jane{i % 80}@acme.example>", id=f"<{i}@acme>")
        (folder / "in" / "new" / f"{i:07}.mail").write_bytes(raw)


def turn(house: House, meter: Meter) -> None:
    """All three beats once, each in its section."""
    with meter.section("receive"):
        receive.receive(house, house.boxes["support"], house.policy.mailbox("support"))
    with meter.section("decide"):
        consider.consider_all(house)
    wanted, claim = Wanted(worker="profile", lease=house.lease), None
    going = True
    while going:
        with meter.section("perform nothing"):
            claim = claim or house.journal.claim(wanted, house.clock.now())
            going = claim is not None
            if claim:
                meter.name = f"perform {type(claim.step).__name__}"
                claim = perform.perform_one(house, claim, lambda: wanted)
        meter.lay_yardstick()


def main() -> None:
    """Warm up on a few mails, on which is counted; then measure."""
    words = argparse.ArgumentParser()
    words.add_argument("mails", nargs="?", type=int, default=200)
    words.add_argument("--journal", help="the address of an empty database; without it a new SQLite file")
    words.add_argument("--where", action="store_true")
    words.add_argument("--folder", help="where the files go: a real disk, or one in memory")
    told = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="hd-profile-", dir=told.folder) as name:
        folder, warm = Path(name), Meter()
        house = house_in(folder, told.journal)
        receive.begin(house, house.boxes["support"], None)
        post(folder, 0, COUNTED)
        with warm.listening():
            turn(house, warm)
        meter = Meter()
        post(folder, COUNTED, told.mails)
        profile = cProfile.Profile() if told.where else None
        if profile:
            profile.enable()
        turn(house, meter)
        if profile:
            profile.disable()
        tally = house.journal.tally()
        assert tally["steps.done"] == 5 * (COUNTED + told.mails), tally
        print(meter.table(told.mails, warm.counts, COUNTED))
        if profile:
            stats = pstats.Stats(profile)
            stats.sort_stats("tottime").print_stats(40)
            stats.sort_stats("cumulative").print_stats("hd_bridge|tracking_site", 90)
        house.journal.close()


if __name__ == "__main__":
    main()
