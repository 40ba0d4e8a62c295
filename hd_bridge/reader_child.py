"""The process in which strangers' mails are read: bytes in, our own words out, within limits. Touches the process.

Its arguments are the lines of our letters below which everything is quoted.

It holds no secret, no connection and no open file but its two pipes; it may write no file. Time is watched from
outside (reader.py), and here by an alarm, for the case that nobody watches any more; memory is capped here, for each
mail by its size. A mail that needs more ends the process.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from hd_bridge.mail.parse import attachments_of, forwarded_in, load_reading, parse, parse_header
from hd_bridge.mail.wire import told, told_fault, told_files, told_forwarded

READY = b"ready\n"
# What is asked (one of the letters below), the seconds that it may take, the length of the mail.
REQUEST = struct.Struct(">cdQ")
LENGTH = struct.Struct(">I")
EMAIL, HEADER, FILES, FORWARDED = b"E", b"H", b"F", b"W"
COLLECTED = (20_000, 20, 20)  # new objects, and rounds, between two looks for what can go
OUT_OF_MEMORY = 3  # exit status
# Bytes that a mail may take beyond what the process has: for the mail of an ordinary size, and for each byte of it.
LEAST_MEMORY, MEMORY = 192 * 1024 * 1024, 6
ORPHAN = 5  # seconds beyond the time of a mail until it is clear that nobody waits for the answer


def main() -> None:
    """Read what is asked for until the other side closes the pipe."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):  # a library that prints must not write into the answers
        os.dup2(nothing, number)
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(kind, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the daemon, which closes the pipe when it ends
    load_reading()
    gc.freeze()  # what is loaded stays; looking through it again and again is a tenth of the time of a mail
    gc.set_threshold(*COLLECTED)
    sink.write(READY)
    sink.flush()
    while request := source.read(REQUEST.size):
        what, seconds, length = REQUEST.unpack(request)
        raw = bytearray(length)
        source.readinto(raw)
        signal.alarm(int(seconds) + ORPHAN)
        _cap_memory(LEAST_MEMORY + MEMORY * length)
        try:
            _write(sink.write, answer(what, raw))
            sink.flush()
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except BrokenPipeError:
            return
        signal.alarm(0)
        del raw


def answer(what: bytes, raw: bytearray) -> Iterable[bytes]:
    """The frames of an answer; the first are the words."""
    try:
        if what == EMAIL:
            return list(told(parse(raw, markers=tuple(sys.argv[1:]))))
        if what == HEADER:
            return list(told(parse_header(raw)))
        if what == FORWARDED:
            return [told_forwarded(forwarded_in(raw))]
        return list(told_files(attachments_of(raw)))
    except MemoryError:
        raise
    except Exception as error:
        return [told_fault(error, _place(error))]


def _write(write: Callable[[bytes], object], frames: Iterable[bytes]) -> None:
    for number, frame in enumerate(frames):
        if number == 0:
            write(LENGTH.pack(len(frame)))
        write(frame)


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _cap_memory(more: int) -> None:
    """So much beyond what there is now; where the system has no such limit, the daemon's own must do."""
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split(maxsplit=1)[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, hard))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
    sys.exit(0)
