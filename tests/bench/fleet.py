"""One, two, four and eight processes on one PostgreSQL journal, one call at a time each, against a tracker that takes
100 ms a call. Touches the network."""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import requests

from tests.bench.table import Table, spread
from tests.live.installation import a_mail
from tests.live.servers import postgres
from tests.live.servers.loopback import free_port, passable_folder, wait_until
from tests.live.servers.postgres import Postgres

CALL = 100  # milliseconds
CALLS = 2  # a new mail: the original is laid in, the ticket is opened
PROCESSES = (1, 2, 4, 8)
CONFIG = """
journal: {{url: "{journal}", keys: keys.json}}
tracker: {{kind: redmine, url: "http://127.0.0.1:{port}", key: "env:KEY", concurrency: 1, poll: 60s}}
mailboxes:
  - {{name: support, address: support@example.com, kind: maildir, path: inbox, project: support, sender_name: Support,
      poll: 1s}}
outbox: {{kind: maildir, path: sent}}
"""


def measure(long: bool) -> Table:
    """Mails a second by the number of processes; more mails and more repetitions with ``long``."""
    mails, repetitions = (480, 5) if long else (240, 1)
    rates: dict[int, list[float]] = {number: [] for number in PROCESSES}
    loads: dict[int, list[float]] = {number: [] for number in PROCESSES}
    with postgres.running(durable=True) as cluster:
        for turn in range(repetitions):
            for number in PROCESSES:
                print(f"\r{number} processes, turn {turn + 1}/{repetitions} …   ", end="", file=sys.stderr)
                rate, load = _drain(cluster, number, mails)
                rates[number].append(rate)
                loads[number].append(load)
    print(file=sys.stderr)
    one = statistics.median(rates[1])
    rows = tuple(
        (
            str(number),
            spread(rates[number], places=2),
            f"{statistics.median(rates[number]) / one:.2f}",
            f"{statistics.median(rates[number]) * CALLS * CALL / 1000 / number:.0%}",
            spread(loads[number], "ms", places=0),
        )
        for number in PROCESSES
    )
    return Table(
        title="Processes of a fleet",
        columns=("processes", "mails a second", "× one process", "of what the tracker allows", "CPU a mail"),
        rows=rows,
        notes=(
            f"{mails} new mails, {CALLS} calls of {CALL} ms each, one at a time in each process; an acknowledgement "
            "and pages are made of each as well. PostgreSQL syncs to the disk. CPU is that of all our processes; "
            "they, the database and the tracker share the machine's cores.",
        ),
        raw={"mails": mails, "rates": rates, "cpu_ms": loads},
    )


def _drain(cluster: Postgres, number: int, mails: int) -> tuple[float, float]:
    """Mails a second from the first mail in the box to the last issue, and milliseconds of CPU a mail."""
    with passable_folder("hd-fleet-") as folder, ExitStack() as stack:
        port = stack.enter_context(_tracker())
        name = f"fleet_{secrets.token_hex(4)}"
        cluster.create(name)
        (folder / "config.yaml").write_text(CONFIG.format(journal=cluster.url(name), port=port))
        daemons = [stack.enter_context(_daemon(folder, i)) for i in range(number)]
        wait_until(lambda: all(_ready(folder, i) for i in range(number)), "all are ready")
        time.sleep(3)  # the looks that each takes at its start
        before, begin = _cpu(daemons), time.monotonic()
        _post(folder / "inbox", mails)
        wait_until(lambda: _opened(port)["opened"] == mails, "every mail is an issue", seconds=300)
        seconds = _opened(port)["last"] - begin
        wait_until(lambda: _undone(cluster, name) == 0, "everything is done")
        return mails / seconds, 1000 * (_cpu(daemons) - before) / mails


def _post(inbox: Path, mails: int) -> None:
    """All at once: each is written beside the box and renamed into it."""
    for i in range(mails):
        mail = a_mail(f"customer{i}@example.org", "support@example.com", f"The printer p{i}p stops", "It stops.\n" * 20)
        (inbox / "tmp" / f"{i}.mail").write_bytes(bytes(mail))
    for i in range(mails):
        (inbox / "tmp" / f"{i}.mail").rename(inbox / "new" / f"{i}.mail")


@contextmanager
def _tracker() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.slow_tracker", str(port), str(CALL)]
    process = subprocess.Popen(command)
    try:
        wait_until(_answering(port), "the tracker answers", seconds=30)
        yield port
    finally:
        process.terminate()
        process.wait()


def _answering(port: int) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            return _opened(port)["opened"] == 0
        except requests.ConnectionError:
            return False

    return asked


def _opened(port: int) -> dict[str, float]:
    """How many issues there are, and when the last was opened."""
    return dict(requests.get(f"http://127.0.0.1:{port}/opened.json", timeout=10).json())


@contextmanager
def _daemon(folder: Path, number: int) -> Iterator[psutil.Process]:
    with (folder / f"log-{number}").open("wb") as log:
        command = [str(Path(sys.executable).with_name("hd-bridge")), "run"]
        process = subprocess.Popen(command, cwd=folder, stderr=log, env={**os.environ, "KEY": "bench"})
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


def _ready(folder: Path, number: int) -> bool:
    return " ready:" in (folder / f"log-{number}").read_text()


def _cpu(daemons: list[psutil.Process]) -> float:
    times = [daemon.cpu_times() for daemon in daemons]
    return float(sum(one.user + one.system for one in times))


def _undone(cluster: Postgres, name: str) -> int:
    return int(cluster.query(name, "SELECT count(*) FROM steps WHERE state <> 'done'")[0][0])
