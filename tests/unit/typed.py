"""Commands as somebody types them, each in a process of its own that need not load the program anew. Touches the
disk.

To start Python and load hd_bridge takes longer than most commands: one process has done it, and forks itself for each.
That a command starts from nothing is shown by tests/live/, where all of them do.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT = 120.0  # seconds for one command
MOST = 2**20  # bytes of one request: its words and its environment
START = "from tests.unit.typed import next_command; next_command(); from hd_bridge.cli import main; main()"


def command(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    asked = json.dumps({"folder": str(folder), "words": words, "environment": env}).encode()
    with Path(os.devnull).open() as nothing, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        line = _loaded()
        socket.send_fds(line, [asked], [nothing.fileno(), out.fileno(), err.fileno()])
        status = int(line.recv(MOST))
        return subprocess.CompletedProcess(list(words), status, *(_text(file) for file in (out, err)))


def _text(file: io.BufferedRandom) -> str:
    file.seek(0)
    return io.TextIOWrapper(io.BytesIO(file.read()), encoding="utf-8").read()


@cache
def _loaded() -> socket.socket:
    """The line to the process that forks; it ends with ours."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(LIMIT)
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with its:
        command = [sys.executable, "-c", START]
        process = subprocess.Popen(command, stdin=its.fileno(), env={**os.environ, "PYTHONPATH": path})

    @atexit.register
    def end() -> None:
        ours.close()
        process.wait()

    return ours


def next_command() -> None:
    """Returns in a fork for every command, which has taken its place."""
    from hd_bridge import daemon  # noqa: F401  # what the commands load when they run
    from hd_bridge.cli import app_for

    app_for([])
    line = socket.socket(fileno=os.dup(0))
    while True:
        asked, given, *_ = socket.recv_fds(line, MOST, 3)
        if not asked:
            os._exit(0)
        child = os.fork()
        if child == 0:
            line.close()
            return _become(given, **json.loads(asked))
        for fd in given:
            os.close(fd)
        line.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(given: list[int], folder: str, words: list[str], environment: dict[str, str]) -> None:
    """What a process is told when it starts: files, folder, words and environment."""
    for place, fd in enumerate(given):
        os.dup2(fd, place)
        os.close(fd)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = words
    code = environment["PYTHONIOENCODING"]
    read, *written = [io.FileIO(place, mode, closefd=False) for place, mode in enumerate(("r", "w", "w"))]
    out, err = map(io.BufferedWriter, written)
    sys.stdin, sys.stdout = io.TextIOWrapper(io.BufferedReader(read), code), io.TextIOWrapper(out, code)
    sys.stderr = io.TextIOWrapper(err, code, "backslashreplace", line_buffering=True)
