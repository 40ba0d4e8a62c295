"""A proxy before any TCP server that cuts the line, falls silent or talks garbage. Touches the network."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

SILENCE = 3.0  # seconds, then the line is cut


class Fault(Enum):
    """What befalls one connection, after some bytes of the server's have passed."""

    CUT = "reset"
    WITHHELD = "silence, then reset"
    GARBAGE = "bytes that mean nothing, then reset"


@dataclass
class Wire:
    """``draw`` is asked once a connection: the fault, and after how many bytes from the server it comes.

    ``witness`` is told the caller's port before each piece from the server is passed on, and says whether it may.
    """

    port: int
    draw: Callable[[], tuple[Fault, int] | None] = lambda: None
    witness: Callable[[int], bool] = lambda port: True


@contextmanager
def before(port: int) -> Iterator[Wire]:
    """A proxy before a port of this machine for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        wire = Wire(server.getsockname()[1])
        threading.Thread(target=_accept, args=(server, port, wire), daemon=True).start()
        yield wire
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, port: int, wire: Wire) -> None:
    while True:
        try:
            near, (_, caller) = server.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(near, caller, port, wire), daemon=True).start()


def _carry(near: socket.socket, caller: int, port: int, wire: Wire) -> None:
    try:
        far = socket.create_connection(("127.0.0.1", port))
    except OSError:
        near.close()  # the server is being restarted
        return
    with near, far:
        back = threading.Thread(target=_pass_on, args=(near, far), daemon=True)
        back.start()
        drawn = wire.draw()
        if drawn is None:
            _pass_on(far, near, may=lambda: wire.witness(caller))
        else:
            _spoil(far, near, *drawn)
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        back.join()


def _pass_on(
    source: socket.socket,
    target: socket.socket,
    most: float = float("inf"),
    may: Callable[[], bool] = lambda: True,
) -> None:
    with suppress(OSError):
        while most > 0 and (some := source.recv(int(min(65536, most)))) and may():
            target.sendall(some)
            most -= len(some)
    if most > 0:
        with suppress(OSError):  # also after a reset: the server would wait for the dead, and keep what they had begun
            target.shutdown(socket.SHUT_WR)


def _spoil(far: socket.socket, near: socket.socket, fault: Fault, after: int) -> None:
    _pass_on(far, near, after)
    if fault is Fault.WITHHELD:
        time.sleep(SILENCE)
    with suppress(OSError):
        if fault is Fault.GARBAGE:
            near.sendall(random.Random(after).randbytes(300))
        linger: Any = struct.pack("ii", 1, 0)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
