"""What else goes wrong in a run: servers restarted, disk full, clock set back. Touches the network and the disk."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.proof.processes import Processes

SIZE = "96m"  # of the journal's file system
FULL = 10.0  # seconds at the most
BACK = 15  # seconds, each time


@dataclass
class Disk:
    """Where the journal lies. ``how`` says by what it can be filled here."""

    folder: Path
    how: str
    _limited: set[int] = field(default_factory=set)

    def fill(self, processes: Processes) -> None:
        """From now on nothing more can be written."""
        if self.how == TMPFS:
            with (self.folder / "ballast").open("wb", buffering=0) as ballast:
                for size in (2**20, 4096, 1):
                    _write_all(ballast.fileno(), size)
        else:
            self._limited = set(processes.pids)
            for pid in self._limited:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))

    def empty(self, processes: Processes) -> None:
        """There is room again."""
        if self.how == TMPFS:
            (self.folder / "ballast").unlink()
        for pid in self._limited & set(processes.pids):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self._limited = set()


TMPFS = "a file system of 96 MB in memory, filled to the last byte"
LIMIT = "RLIMIT_FSIZE (no file system may be mounted here): EFBIG in the place of ENOSPC"


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A small file system at the folder, where one may be mounted; else files that may not grow."""
    folder.mkdir(mode=0o700, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0
    try:
        yield Disk(folder, TMPFS if mounted else LIMIT)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _write_all(file: int, size: int) -> None:
    block = b"\0" * size
    try:
        while os.write(file, block) == size:
            pass
    except OSError as error:
        if error.errno != 28:  # no space left on device
            raise


def full_disk(disk: Disk, processes: Processes) -> None:
    """The disk is full until a daemon has ended for it, and until it has been started on the full disk once."""
    disk.fill(processes)
    end, before = time.monotonic() + FULL, processes.ended.total()
    while time.monotonic() < end and processes.ended.total() < before + 2:
        time.sleep(0.2)
        processes.revive()
    disk.empty(processes)


def clock_back(processes: Processes) -> bool:
    """The wall clock of every process is set back, the monotonic one goes on. False where it cannot be set."""
    for daemon in processes.daemons:
        daemon.clock.set_back(BACK)
    return all(daemon.clock.library for daemon in processes.daemons)
