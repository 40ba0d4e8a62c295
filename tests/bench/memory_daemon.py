"""A daemon with as many mailboxes as one likes, seen from outside. Touches the network."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psutil
import yaml

from tests.bench.mails import Sample
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until

PROGRAM = [sys.executable, "-c", "from hd_bridge.cli import main; main()", "run"]
# A machine without the library is such a daemon: it is only there on some (pyproject.toml). The process that reads
# mails looks for modules where the daemon does.
WITHOUT = "raise ImportError('not on this machine')\n"
SHIPPED = Path(__file__).resolve().parents[2] / "config.yaml"


class Crowd:
    """One installation with the shipped rules on embedded parts, all its mailboxes on one Dovecot, with TLS."""

    def __init__(self, folder: Path, server: Dovecot, boxes: int, language: bool) -> None:
        self._folder, self._server = folder, server
        self._users = [server.new_account() for _ in range(boxes)]
        self._paths = [] if language else [str(folder / "without")]
        if not language:
            (folder / "without").mkdir()
            (folder / "without" / "pycld2.py").write_text(WITHOUT)
        settings = yaml.safe_load(SHIPPED.read_text())
        settings["mailboxes"] = [self._mailbox(number, user) for number, user in enumerate(self._users)]
        settings["site"] = {"folder": "var/site", "url": "https://help.example.com/"}
        (folder / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))

    def _mailbox(self, number: int, user: str) -> dict[str, object]:
        reached = {"kind": "imap", "host": self._server.host, "port": self._server.imaps_port, "username": user}
        trusted = {"password": "env:BENCH_PASSWORD", "ca_file": self._server.ca_file}
        return {"name": f"box{number}", "address": user, "project": "support", **reached, **trusted}

    def start(self) -> float:
        """Start it; seconds until every mailbox is on IDLE, as the server sees it."""
        begun = time.monotonic()
        paths = [*self._paths, *filter(None, [os.environ.get("PYTHONPATH")])]
        env = {**os.environ, "BENCH_PASSWORD": self._server.password, "PYTHONPATH": os.pathsep.join(paths)}
        with (self._folder / "log").open("ab") as out:
            self._process = subprocess.Popen(PROGRAM, cwd=self._folder, env=env, stdout=out, stderr=out)
        self._daemon = psutil.Process(self._process.pid)
        wait_until(self._all_open, f"all mailboxes; the log ends: {self._log()}", seconds=300)
        return time.monotonic() - begun

    def _all_open(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"the daemon ended: {self._log()}")
        return self._ask("SELECT count(*) FROM doors WHERE name LIKE 'mailbox:%' AND open") == len(self._users)

    def _log(self) -> str:
        return (self._folder / "log").read_text()[-3000:]

    def _ask(self, question: str) -> int:
        path = self._folder / "var" / "journal.sqlite"
        if not path.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as db:
                return int(db.execute(question).fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return 0

    def settle(self) -> None:
        """Until it has been quiet for some seconds."""
        last, calm = self.cpu(), 0
        while calm < 3:
            time.sleep(1.0)
            now = self.cpu()
            calm, last = (calm + 1 if now - last < 0.15 else 0), now

    def deliver(self, pile: Sequence[Sample]) -> None:
        """Lay the mails into the mailboxes in turn: each gets its share, in order."""
        for number, user in enumerate(self._users):
            own = pile[number :: len(self._users)]
            if own:
                with self._server.client(user) as client:
                    for sample in own:
                        client.append("INBOX", sample.raw)

    def drained(self, mails: int) -> None:
        """Until so many mails have a verdict and nothing is on its way any more."""
        on_its_way = "SELECT count(*) FROM steps WHERE state IN ('waiting', 'due', 'claimed', 'doing', 'resting')"

        def done() -> bool:
            decided = self._ask("SELECT count(*) FROM mails WHERE verdict IS NOT NULL")
            return decided >= mails and not self._ask(on_its_way)

        wait_until(done, f"{mails} mails; the log ends: {self._log()}", seconds=1200)

    def memory(self) -> float:
        """Megabytes of the daemon and its children."""
        return float(sum(one.memory_full_info().pss for one in self._all())) / 1e6

    def cpu(self) -> float:
        """Seconds of processor so far."""
        times = [one.cpu_times() for one in self._all()]
        return float(sum(one.user + one.system for one in times))

    def threads(self) -> int:
        """How many threads it has."""
        return sum(one.num_threads() for one in self._all())

    def files(self) -> int:
        """How many files and sockets it holds open."""
        return sum(one.num_fds() for one in self._all())

    def _all(self) -> list[psutil.Process]:
        return [self._daemon, *self._daemon.children(recursive=True)]

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
