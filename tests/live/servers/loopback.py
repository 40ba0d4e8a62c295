"""Free ports, passable folders and processes that are stopped as exactly as they were started. Touches the network."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


class Unavailable(Exception):
    """A real server cannot be had on this machine; the text says why, in one line."""


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> bool:
    """Whether somebody takes connections on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def need(package: str, *paths: str) -> None:
    """``Unavailable`` unless all of a package's files are there and we may act as other users (root)."""
    if missing := [path for path in paths if not Path(path).exists()]:
        raise Unavailable(f"{package} is not installed ({missing[0]} is not there): run tests/live/install.sh")
    if os.geteuid() != 0:
        raise Unavailable(f"{package} is started as another user, which needs root")


@contextmanager
def passable_folder(prefix: str) -> Iterator[Path]:
    """A temporary folder that servers running as other users can reach (mkdtemp makes 0700)."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def run(command: Sequence[str], **more: object) -> str:
    """Run a command to its end; its output, or RuntimeError with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240, **more)  # type: ignore[call-overload]
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return str(done.stdout)


def wait_until(ready: Callable[[], bool], what: str, *, seconds: float = 120) -> None:
    """Ask again and again until something is so; TimeoutError if it never is."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.1)


class Group:
    """A server and all its children, in a process group of their own."""

    def __init__(self, command: Sequence[str], *, log: Path, cwd: str, env: dict[str, str]) -> None:
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd, env=env, start_new_session=True
            )

    @property
    def running(self) -> bool:
        """Whether its first process is alive."""
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def stop(self) -> None:
        """Ask it to end, insist after a while, and wait until it has."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        self._process.wait()
