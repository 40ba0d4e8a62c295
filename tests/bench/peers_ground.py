"""What all compared programs stand on: an environment of their own, the same mailbox, a timed process. Touches the
network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench.judge import Ground
from tests.bench.mails import Sample
from tests.live.servers.dovecot import Dovecot

PASSWORD = "only-for-a-benchmark"  # the peers log in with imaplib, which takes ASCII only
ADDRESS = "support@example.com"
PATIENCE = 1800.0  # seconds that one run may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A mailbox on a Dovecot of ours, with mails in it or without."""

    server: Dovecot
    user: str

    def put(self, pile: Sequence[Sample]) -> None:
        """Lay mails in, in their order, as they are."""
        with self.server.client(self.user) as client:
            for sample in pile:
                client.append("INBOX", sample.raw)

    def left(self) -> list[int]:
        """The mails that nobody has marked as deleted, by UID."""
        with self.server.client(self.user) as client:
            client.select_folder("INBOX", readonly=True)
            return [int(uid) for uid in client.search("UNDELETED")]

    def take_away(self, uid: int) -> None:
        """What an operator does with a mail at which a program stops again and again."""
        with self.server.client(self.user) as client:
            client.select_folder("INBOX")
            client.delete_messages([uid])
            client.expunge()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds of the clock and of the processor, of a process and its children."""

    wall: float
    cpu: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(wall=self.wall + other.wall, cpu=self.cpu + other.cpu)


class Peer(Protocol):
    """One program; ``at_hand`` makes what all runs share, ``fresh`` an installation that knows nothing yet."""

    name: str

    def at_hand(self) -> str:
        """Make ready what can be made once; its name and version."""

    def fresh(self, folder: Path, box: Box) -> None:
        """An installation in an empty folder that reads this mailbox."""

    def drain(self) -> Spent:
        """One run over the mailbox."""

    def ground(self) -> Ground:
        """What lies in its tracker now."""

    def letters(self) -> int:
        """How many letters it has sent."""


def environment(requirement: str) -> Path:
    """The folder of programs of a virtual environment that holds this alone, kept in the user's cache: it takes a
    while to make. Anything in it is only measured, never imported by us."""
    name, _, version = requirement.partition("==")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hd-bridge-bench"
    folder = cache / f"{name}-{version.rstrip('.*')}-python{sys.version_info.major}.{sys.version_info.minor}"
    done = folder / "complete"
    if not done.exists():
        print(f"making an environment for {requirement} …", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", requirement]
        subprocess.run(pip, check=True)
        done.touch()
    return folder / "bin"


def version(programs: Path, package: str) -> str:
    """The installed version of a package."""
    ask = f"import importlib.metadata as m; print(m.version({package!r}))"
    said = subprocess.run([str(programs / "python"), "-c", ask], check=True, capture_output=True, text=True)
    return said.stdout.strip()


def timed(
    command: Sequence[str], folder: Path, env: Mapping[str, str], done: Callable[[], bool] | None = None
) -> Spent:
    """Run a command to its end, or until ``done``; its words go to a file. RuntimeError if it ends badly."""
    log = folder / "log"
    with log.open("ab") as out:
        begun = time.monotonic()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        wall = None
        if done is not None:
            wall = _until(done, begun, process.pid)
            os.kill(process.pid, signal.SIGTERM)
        _, status, used = os.wait4(process.pid, 0)
        wall = wall or time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}:\n{log.read_text()[-3000:]}")
    return Spent(wall=wall, cpu=used.ru_utime + used.ru_stime)


def _until(done: Callable[[], bool], begun: float, pid: int) -> float:
    while not done() and not _ended(pid):
        if time.monotonic() > begun + PATIENCE:
            raise TimeoutError("it did not come to its end")
        time.sleep(0.02)
    return time.monotonic() - begun


def _ended(pid: int) -> bool:
    """Whether it ended by itself, which it should not; what it left behind is still to be fetched."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
