"""The daemons of one installation, each a process that is killed and comes back. Touches the network."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.live.installation import Installation
from tests.proof.clocks import WallClock, library, wall_clock

READY = b" ready:"
ROOT = Path(__file__).parents[2]


@dataclass
class Daemon:
    """One place for a process; its log goes on over all of its lives."""

    here: Installation
    log: Path
    clock: WallClock
    program: str
    begun: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Bring it up; it is not waited for."""
        self.begun = self.log.stat().st_size if self.log.exists() else 0
        run = [sys.executable, "-c", f"from {self.program} import main; main()", "run"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                run,
                cwd=self.here.folder,
                env={**self.here.environment, **self.clock.environment},
                stdout=log,
                stderr=log,
            )

    @property
    def _environment(self) -> dict[str, str]:
        ours = [str(ROOT), *filter(None, [self.here.environment.get("PYTHONPATH")])]  # the control is among the tests
        path = {"PYTHONPATH": os.pathsep.join(reversed(ours))}
        return {**self.here.environment, **path, **self.clock.environment}

    @property
    def ready(self) -> bool:
        """Whether its present life has come to be ready."""
        with self.log.open("rb") as log:
            log.seek(self.begun)
            return READY in log.read()

    @property
    def last_words(self) -> str:
        """How the log of its present life ends."""
        with self.log.open("rb") as log:
            log.seek(self.begun)
            return log.read()[-1500:].decode(errors="replace")

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def has_port(self, port: int) -> bool:
        """Whether it talks from this port."""
        with suppress(psutil.Error):
            if self.process is not None and self.process.poll() is None:
                ends = psutil.Process(self.process.pid).net_connections("tcp")
                return any(end.laddr and end.laddr.port == port for end in ends)
        return False


@dataclass
class Processes:
    """Equal daemons on one config.yaml. ``ended`` counts those that ended by themselves, by exit status."""

    here: Installation
    count: int = 1
    program: str = "hd_bridge.cli"
    ended: Counter[int] = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)
    daemons: list[Daemon] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        folder = self.here.folder
        shifted = library(folder)
        for number in range(self.count):
            clock = wall_clock(folder / f"clock-{number}", shifted)
            self.daemons.append(Daemon(self.here, folder / f"log-{number}", clock, self.program))

    def revive(self) -> None:
        """Start all that do not run, as a service manager does; one that ended by itself is noted."""
        with self._lock:
            for daemon in self.daemons:
                status = daemon.process.poll() if daemon.process else -9
                if status is None:
                    continue
                if status != -9:
                    self.ended[status] += 1
                    self.said.append(daemon.last_words)
                daemon.start()

    def kill_caller(self, port: int) -> bool:
        """Kill the one that talks from this port, if it is one of them."""
        for daemon in self.daemons:
            if daemon.has_port(port):
                daemon.kill()
                return True
        return False

    def kill(self, number: int) -> None:
        """Kill one of them, whatever it does."""
        self.daemons[number].kill()

    def kill_all(self) -> None:
        """The end."""
        for daemon in self.daemons:
            daemon.kill()

    @property
    def pids(self) -> list[int]:
        """Those that run."""
        return [d.process.pid for d in self.daemons if d.process is not None and d.process.poll() is None]
