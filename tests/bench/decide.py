"""From a mail's bytes to its decision: mails a second on one core, and a mail with a file of 25 MB. Touches the disk.

The house is wired as the daemon's, with the shipped rules, a journal on SQLite, and the child process that reads.
Processor time is that of both processes: with one core that is how long it takes, whatever else the machine does.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from hd_bridge import app, consider
from hd_bridge.config import load
from hd_bridge.house import House
from hd_bridge.mail.key import receipt_key
from hd_bridge.work import Arrival, Received
from tests.bench.mail_bytes import file, multipart, text, whole
from tests.bench.mails import SUPPORT, mixed
from tests.bench.table import Table, percentile

ROOT = Path(__file__).resolve().parents[2]
SHORT, LONG = 400, 4_000  # mails
LARGE = 25_000_000
WARM = 40  # mails before it counts
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """What one large mail costs: seconds, and megabytes above those of before, of both processes together."""

    size: float
    seconds: float
    cpu: float
    memory: float


class Pair:
    """This process and the child that reads, as one."""

    def __init__(self) -> None:
        self._all = [psutil.Process(), *psutil.Process().children()]

    def cpu(self) -> float:
        """Seconds of processor, to the nanosecond."""
        return sum(time.clock_gettime((~one.pid << 3) | 2) for one in self._all)  # clockid_t of a process (Linux)

    def forget_peaks(self) -> None:
        """From now on the highest memory is counted anew (proc(5), clear_refs)."""
        for one in self._all:
            Path(f"/proc/{one.pid}/clear_refs").write_text("5")

    def memory(self, which: str) -> float:
        """Megabytes: ``VmRSS`` now or ``VmHWM`` at the most."""
        lines = (line for one in self._all for line in Path(f"/proc/{one.pid}/status").read_text().splitlines())
        return sum(int(line.split()[1]) for line in lines if line.startswith(which)) / 1000


def measure(long: bool) -> Table:
    """Ordinary mails one by one, the same all together with their commits, then the large one."""
    pile = [sample.raw for sample in mixed((LONG if long else SHORT) + WARM, seed=5)]
    with wired() as house:
        each = _each(house, pile)
        together = _together(house, pile)
        decided = _large(house, large_mail(), lambda mail: consider.decide(house, consider.read(house, mail), mail))
        files = _large(house, large_mail(), lambda mail: house.reader.files(mail.raw))
    middle, slow = statistics.median(each), percentile(each, 95)
    return Table(
        title="From bytes to decision",
        columns=("", "figure", "goal"),
        rows=(
            (
                f"{len(each)} ordinary mails, one core, median",
                f"{1e3 / middle:.0f} a second ({middle:.2f} ms)",
                "≥ 400",
            ),
            ("the slowest twentieth takes more than", f"{slow:.2f} ms", ""),
            ("all of them, with the commits of their verdicts", f"{together:.0f} a second", ""),
            *_rows("a mail with a file of 25 MB, decided", decided),
            *_rows("its file read again for the tracker", files),
        ),
        raw={"ms": each, "together": together, "decided": decided, "files": files},
    )


def _rows(what: str, one: Large) -> Iterator[tuple[str, str, str]]:
    yield what, f"{one.seconds:.2f} s ({one.cpu:.2f} s of processor)", "≤ 1.5 s"
    yield f"{what}: memory", f"{one.memory:.0f} MB, {one.memory / one.size:.1f} × its size", "≤ 4 ×"


@contextmanager
def wired() -> Iterator[House]:
    """An installation as it is shipped, on embedded parts."""
    with tempfile.TemporaryDirectory(prefix="hd-decide-") as name:
        shutil.copy(ROOT / "config.yaml", name)
        settings = load(Path(name) / "config.yaml")
        app.make_ready(settings)
        house = app.build(settings)
        try:
            yield house
        finally:
            house.close()


def received(house: House, raw: bytes) -> Received:
    """A mail as the journal hands it out."""
    box = house.policy.mailboxes[0]
    key = receipt_key(box.address, raw)[0]
    return Received(key=key, mailbox=box.name, place="", raw=raw, internal_date=NOW, received_at=NOW)


def _each(house: House, pile: Sequence[bytes]) -> list[float]:
    """Milliseconds of processor of each mail."""
    spent: list[float] = []
    house.reader.email(pile[0], "")
    pair = Pair()
    for raw in pile:
        mail = received(house, raw)
        before = pair.cpu()
        consider.decide(house, consider.read(house, mail), mail)
        spent.append(1e3 * (pair.cpu() - before))
    return spent[WARM:]


def _together(house: House, pile: Sequence[bytes]) -> float:
    """Mails for each second of processor, as the daemon takes them."""
    box, pair = house.policy.mailboxes[0], Pair()
    arrivals = [
        Arrival(place=str(n), cursor=str(n), raw=raw, size=len(raw), internal_date=NOW) for n, raw in enumerate(pile)
    ]
    house.journal.begin(box.name, "0", ())
    for start in range(0, len(arrivals), 50):
        house.journal.receive(box.name, box.address, arrivals[start : start + 50], NOW)
    before = pair.cpu()
    return consider.consider_all(house) / (pair.cpu() - before)


def _large(house: House, raw: bytes, work: Callable[[Received], object]) -> Large:
    mail, pair = received(house, raw), Pair()
    before, cpu, begun = pair.memory("VmRSS"), pair.cpu(), time.monotonic()
    pair.forget_peaks()
    found = work(mail)
    seconds, cpu = time.monotonic() - begun, pair.cpu() - cpu
    # The mail itself was there before it was read.
    size = len(raw) / 1e6
    memory = pair.memory("VmHWM") - before + size
    del found
    return Large(size=size, seconds=seconds, cpu=cpu, memory=memory)


def large_mail() -> bytes:
    """As it comes from a mail server: lines of 76 characters, CRLF."""
    content = random.Random(1).randbytes(LARGE)
    parts = (text("Please find the scan attached."), file(content, "scan.pdf", "application/pdf"))
    fields = [
        ("From", "Jo <jo@customer.example>"),
        ("To", SUPPORT),
        ("Subject", "Scan"),
        ("Message-ID", "<l@x.example>"),
    ]
    return whole([*fields], multipart("mixed", "mix-large", *parts))
