"""A wall clock that is set while a process runs, its monotonic one untouched. Touches the disk.

A small library (shifted_clock.c) is compiled and loaded before the C library. Debian's faketime will not do: its
0.9.10 breaks Python's sleep, monotonic clock asked to be left alone or not.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("shifted_clock.c")


@dataclass
class WallClock:
    """The clock of one process (and of those after it in its place). Without a compiler it cannot be set."""

    file: Path
    library: Path | None
    behind: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to live by it."""
        if self.library is None:
            return {}
        return {"LD_PRELOAD": str(self.library), "SHIFTED_CLOCK": str(self.file)}

    def set_back(self, seconds: int) -> None:
        """From now on, for processes that run too."""
        self.behind += seconds
        self._write()

    def _write(self) -> None:
        """In place: the file is mapped by those who run."""
        with self.file.open("r+b") as file:
            file.write(struct.pack("=q", -self.behind))


def library(folder: Path) -> Path | None:
    """The library, compiled into a folder; ``None`` where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    made = folder / "shifted_clock.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(made), str(SOURCE)]
    return made if subprocess.run(command, capture_output=True, check=False).returncode == 0 else None


def wall_clock(file: Path, library: Path | None) -> WallClock:
    """A clock that is right, so far."""
    file.write_bytes(struct.pack("=q", 0))
    return WallClock(file, library)
