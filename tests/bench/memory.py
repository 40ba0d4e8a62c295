"""Memory and processor of the daemon with 1, 50 and 500 mailboxes on IDLE, quiet and after mails. Touches the network.

A process of its own against a Dovecot of ours, with TLS and an authority of ours. Memory is the sum of PSS: shared
pages are counted by their share. The server is not counted; it takes a process for each connection.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.mails import Sample, mixed
from tests.bench.memory_daemon import Crowd
from tests.bench.table import Table
from tests.live.servers import dovecot
from tests.live.servers.dovecot import Dovecot

BOXES = (1, 50, 500)
SHORT, LONG = 200, 1_000  # mails
QUIET, QUIET_LONG = 15.0, 120.0  # seconds over which an idle daemon is watched; Dovecot says “still here” every 120
GOALS = {
    "idle": "500 mailboxes ≤ 300 MB, ≤ 3 % of a core",
    "loaded": "after 1,000 mails ≤ 120 MB without language detection, ≤ 220 MB with it",
}
# Dovecot's limits are made for people: ten connections of one user and address, a hundred processes.
ROOM = """
mail_max_userip_connections = 4000
default_process_limit = 4000
default_client_limit = 8000
service imap-login {
  service_count = 0
  process_min_avail = 1
  client_limit = 4000
}
service imap {
  process_limit = 4000
}
service auth {
  client_limit = 12000
}
service anvil {
  client_limit = 12000
}
service stats {
  client_limit = 12000
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One daemon: MB and percent of a core idle, MB after the mails, milliseconds of processor a mail."""

    boxes: int
    language: bool
    idle_mb: float
    idle_percent: float
    threads: int
    files: int
    ready: float
    loaded_mb: float
    cpu_ms: float

    @property
    def name(self) -> str:
        """How many, and what is missing."""
        return f"{self.boxes}{'' if self.language else ', no language detection'}"


def measure(long: bool) -> Table:
    """Each number of mailboxes idle; the smaller ones loaded too, with and without language detection."""
    mails = LONG if long else SHORT
    pile, figures = mixed(mails, seed=7), []
    with raised_limits() as limit, dovecot.running(more=ROOM) as server:
        for boxes in BOXES:
            for language in (True, False) if boxes == 1 else (True,):
                print(f"{boxes} mailboxes …", file=sys.stderr, flush=True)
                figures.append(watched(server, boxes, language, pile, QUIET_LONG if long else QUIET))
    return _table(figures, mails, limit)


@contextmanager
def raised_limits() -> Iterator[int]:
    """As many open files as the system lets this process and its children have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield soft
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def watched(server: Dovecot, boxes: int, language: bool, pile: Sequence[Sample], quiet: float) -> Figures:
    """Start a daemon, leave it in peace, then give it mails, dealt to all mailboxes in turn."""
    with tempfile.TemporaryDirectory(prefix="hd-memory-") as folder, ExitStack() as stack:
        crowd = Crowd(Path(folder), server, boxes, language)
        ready = crowd.start()
        crowd.stop()  # whoever makes a journal has Alembic in hand from then on: that is one start of many
        crowd.start()
        stack.callback(crowd.stop)
        crowd.settle()
        busy, begun = crowd.cpu(), time.monotonic()
        time.sleep(quiet)
        percent = 100 * (crowd.cpu() - busy) / (time.monotonic() - begun)
        idle = crowd.memory()
        threads, files = crowd.threads(), crowd.files()
        busy = crowd.cpu()
        crowd.deliver(pile)
        crowd.drained(len(pile))
        spent = crowd.cpu() - busy
        return Figures(
            boxes=boxes,
            language=language,
            idle_mb=idle,
            idle_percent=percent,
            threads=threads,
            files=files,
            ready=ready,
            loaded_mb=crowd.memory(),
            cpu_ms=1e3 * spent / len(pile),
        )


def _table(figures: Sequence[Figures], mails: int, soft: int) -> Table:
    rows = [
        (
            one.name,
            f"{one.ready:.1f} s",
            f"{one.idle_mb:.0f} MB",
            f"{one.idle_percent:.1f} %",
            f"{one.threads}",
            f"{one.files}",
            f"{one.loaded_mb:.0f} MB",
            f"{one.cpu_ms:.0f} ms",
        )
        for one in figures
    ]
    most = max(figures, key=lambda one: one.boxes)
    return Table(
        title=f"Memory (sum of PSS) and processor of the daemon, idle and after {mails} mails",
        columns=("mailboxes", "all on IDLE after", "idle", "CPU idle", "threads", "files", "loaded", "CPU a mail"),
        rows=tuple(rows),
        notes=(
            f"Goals: {GOALS['idle']}; {GOALS['loaded']}.",
            f"{most.boxes} mailboxes need {most.files} open files (a process usually may have 1,024; here {soft}) "
            f"and {most.threads} threads (systemd's TasksMax is 15 % of the system's, some thousands).",
        ),
        raw={one.name: asdict(one) for one in figures},
    )
