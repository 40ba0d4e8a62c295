"""One daemon at a time on one SQLite journal. Touches the disk."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hd_bridge.errors import Busy, JournalError


@contextmanager
def only_daemon(path: Path | None) -> Iterator[None]:
    """Hold the lock file while the daemon runs; the system lets it go when the process ends, however it ends.

    ``None``: the journal is on a server that several may share. Busy if another one has it.
    """
    if path is None:
        yield
        return
    handle = _open(path)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise Busy(f"process {holder} has the journal ({path}); stop it first") from None
        _name_holder(handle)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error


def _name_holder(handle: int) -> None:
    """For the words of others only: on a full disk the lock holds without it, and the journal speaks for itself."""
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
