"""Reads what strangers send in one child process that is ended when it overruns. Touches the processes of the machine.

Mails are made to hang and to blow up what reads them; here that costs one mail its reading, and ten seconds. The child
is started when the first mail is read, and again after each end. It dies with us: its pipe closes.
"""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from hd_bridge.errors import ReaderError, Unreadable
from hd_bridge.mail.key import HEADER_CAP
from hd_bridge.mail.wire_heard import LEAST_ROOM, ROOM, Fault, heard, with_contents
from hd_bridge.model import Attachment, Email, Forwarded
from hd_bridge.reader_child import EMAIL, FILES, FORWARDED, HEADER, LENGTH, OUT_OF_MEMORY, READY, REQUEST

log = logging.getLogger("hd_bridge.reader")

SECONDS = 10.0
STARTING = 60.0  # seconds, on the slowest machine
TRIES = 2  # a child may have been ended by somebody else
PIECE = 1024 * 1024
# glibc: large blocks are given back when they are free. Left alone it keeps them after the first, and a large mail
# costs half its size more, for good.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "262144"}
COMMAND = (sys.executable, "-P", "-m", "hd_bridge.reader_child")


class _Late(Exception):
    """The child is over its time."""


class _Ended(Exception):
    """The child is no more; the argument is how it ended."""


class _Child:
    """One process and its two pipes."""

    def __init__(self, command: Sequence[str]) -> None:
        # Nothing of our environment: secrets are in it.
        environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LC_ALL": "C.UTF-8", **MEMORY}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._buffer = b""
        self.ready = False

    def await_ready(self) -> None:
        """It has loaded what it needs."""
        if not self.ready:
            self.ready = self.take(len(READY), time.monotonic() + STARTING) == READY

    def give(self, pieces: Sequence[bytes], end: float) -> None:
        """Write to it. It reads a request whole before it answers, so that neither side waits for the other."""
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                try:
                    rest = rest[os.write(self._to, rest[:PIECE]) :]
                except BlockingIOError:
                    self._wait(self._to, select.POLLOUT, end)
                except BrokenPipeError:
                    raise _Ended(self.end()) from None

    def take(self, length: int, end: float) -> bytes:
        """So many bytes of what it writes."""
        whole, missing = BytesIO(), length - len(self._buffer)
        whole.write(self._buffer)
        while missing > 0:
            try:
                piece = os.read(self._from, PIECE if length < PIECE else min(PIECE, missing))
            except BlockingIOError:
                self._wait(self._from, select.POLLIN, end)
                continue
            if not piece:
                raise _Ended(self.end())
            whole.write(piece)
            missing -= len(piece)
        found = whole.getvalue()
        self._buffer = found[length:]
        return found[:length] if self._buffer else found

    def _wait(self, pipe: int, for_what: int, end: float) -> None:
        poll = select.poll()
        poll.register(pipe, for_what)
        left = end - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _Late

    def end(self) -> int:
        """End it, whatever it is at; its exit status."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            return self._process.wait(0.2)  # it may be ending by itself, and then its status says why
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


class ChildReader:
    """The port Reader by a child process; ``seconds`` is what a mail may take, below ``markers`` (lines of our
    letters) everything is quoted."""

    def __init__(
        self, seconds: float = SECONDS, command: Sequence[str] = COMMAND, *, markers: Sequence[str] = ()
    ) -> None:
        self._seconds, self._command = seconds, (*command, *markers)
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def ready(self) -> None:
        """Start the child; it loads what it needs while we go on."""
        with self._lock:
            self._begun()

    def email(self, raw: bytes, key: str) -> Email:
        """The mail; of one that cannot be read, what its header says."""
        with self._lock:
            try:
                return replace(self._asked(EMAIL, raw), key=key, size=len(raw))
            except Unreadable as trouble:
                log.warning("mail %s: %s", key, trouble.why)
                left = self._header(raw[:HEADER_CAP])
                defects = (f"unreadable: {trouble.why}", *left.defects)
                return replace(left, key=key, size=len(raw), defects=defects)

    def files(self, raw: bytes) -> tuple[Attachment, ...]:
        """Its files."""
        with self._lock:
            return self._asked(FILES, raw).attachments

    def forwarded(self, raw: bytes) -> Forwarded | None:
        """What it passes on."""
        with self._lock:
            return self._asked(FORWARDED, raw).forwarded

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _header(self, raw: bytes) -> Email:
        try:
            return self._asked(HEADER, raw)
        except Unreadable:
            return Email(key="", message_id=None, date=None, sender=None)

    def _asked(self, what: bytes, raw: bytes) -> Email:
        for turn in range(TRIES):
            try:
                return self._answer(what, raw)
            except _Late:
                self._end()
                raise Unreadable(f"reading it took more than {self._seconds:g} s") from None
            except _Ended as ended:
                self._child = None
                if ended.args[0] == OUT_OF_MEMORY:
                    raise Unreadable("reading it needs more memory than a mail of its size should") from None
                log.warning("the process that reads mails ended (status %s)%s", ended.args[0], _next(turn))
            except Fault as fault:
                log.error("a mail could not be read by a fault in hd_bridge: %s", fault)
                raise Unreadable(f"a fault in hd_bridge, {fault}") from None
            except ValueError as error:
                self._end()
                raise Unreadable(f"reading it gave what is no mail: {error}") from None
        raise Unreadable("reading it ended the process that reads, twice")

    def _answer(self, what: bytes, raw: bytes) -> Email:
        child = self._begun()
        self._await(child)
        end = time.monotonic() + self._seconds
        child.give((REQUEST.pack(what, self._seconds, len(raw)), raw), end)
        (length,) = LENGTH.unpack(child.take(LENGTH.size, end))
        if length > LEAST_ROOM + ROOM * len(raw):
            raise ValueError("more words than a mail can hold")
        email, follow = heard(child.take(length, end), LEAST_ROOM + ROOM * len(raw))
        return with_contents(email, tuple(child.take(size, end) if size else b"" for size in follow))

    def _await(self, child: _Child) -> None:
        """A child that does not get ready is no mail's fault."""
        try:
            child.await_ready()
        except _Ended as ended:
            self._child = None
            raise ReaderError(f"it ended at its start (status {ended.args[0]})") from None
        except _Late:
            self._end()
            raise ReaderError(f"it was not ready after {STARTING:g} s") from None

    def _begun(self) -> _Child:
        if self._child is None:
            try:
                self._child = _Child(self._command)
            except OSError as error:
                raise ReaderError(error.strerror or str(error)) from error
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _next(turn: int) -> str:
    return "; the mail is read once more" if turn + 1 < TRIES else ""
