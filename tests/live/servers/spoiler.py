"""A proxy before a web server that spoils what passes: answers lost, late, wrong or cut off. Touches the network."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Meanwhile = Callable[[str], AbstractContextManager[object]]
"""Told the path of a write, gives what surrounds it: begun before the write goes on, ended when it is answered."""
Witness = Callable[[str, str, int, bool], bool]
"""Told method, path, the caller's port, and whether the server has done it: may it (or its answer) be passed on?"""
WRITES = ("POST", "PUT")
HOP_BY_HOP = ("transfer-encoding", "connection", "content-length")
GATEWAY = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class Fault(Enum):
    """What befalls one request. The first four never reach the server, the others have been done there."""

    REFUSED = "turned away before a byte was read"
    RESET_WITHIN = "reset in the middle of the request"
    TOO_MANY = "429 with Retry-After"
    GATEWAY = "502 with HTML, not passed on"
    RESET_AFTER = "reset after the request was sent"
    WITHHELD = "never answered"
    FAILED_AFTER = "500 after success"
    GATEWAY_AFTER = "502 with HTML, after success"
    SLOW = "answered in slow bytes"
    GARBAGE = "answered with garbage"


@dataclass
class Spoiler:
    """What shall happen to the next write that is no upload; each is done once. ``draw`` is asked for every request,
    by its method and path, whether a fault befalls it; ``withhold`` is in seconds. ``slowest`` is the longest time
    from a write's arrival until the server had done it."""

    url: str
    lose_answer: bool = False
    meanwhile: Meanwhile | None = None
    draw: Callable[[str, str], Fault | None] = lambda method, path: None
    withhold: float = 5.0
    heard: Callable[[str, str, bytes, bytes], None] = lambda method, path, body, answer: None
    witness: Witness = lambda method, path, port, done: True
    slowest: float = 0.0

    def take_lose_answer(self) -> bool:
        lose, self.lose_answer = self.lose_answer, False
        return lose

    def take_meanwhile(self, path: str) -> AbstractContextManager[object]:
        act, self.meanwhile = self.meanwhile, None
        return act(path) if act else nullcontext()


class _Forwarding(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    spoiler: Spoiler
    target: str

    def do_GET(self) -> None:
        fault = self.spoiler.draw(self.command, self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if fault in (Fault.REFUSED, Fault.RESET_WITHIN):
            self.rfile.read(length // 2 if fault is Fault.RESET_WITHIN else 0)
            return self._reset()
        body = self.rfile.read(length)
        if fault is Fault.TOO_MANY:
            return self._answer(429, [("Retry-After", "1")], b"")
        if fault is Fault.GATEWAY:
            return self._answer(502, [("Content-Type", "text/html")], GATEWAY)
        begin = time.monotonic()
        if not self._may_pass(done=False):
            return self._reset()
        status, headers, content = self._forwarded(body)
        self.spoiler.heard(self.command, self.path, body, content)
        if self._writes:
            self.spoiler.slowest = max(self.spoiler.slowest, time.monotonic() - begin)
        if not self._may_pass(done=True):
            return self._reset()
        match fault:
            case Fault.RESET_AFTER:
                return self._reset()
            case Fault.WITHHELD:
                time.sleep(self.spoiler.withhold)
                return self._reset()
            case Fault.GARBAGE:
                self.wfile.write(b"\x00\xff garbage\r\n" * 40)
                return self._reset()
            case Fault.FAILED_AFTER:
                return self._answer(500, [("Content-Type", "text/html")], b"<h1>Internal error</h1>")
            case Fault.GATEWAY_AFTER:
                return self._answer(502, [("Content-Type", "text/html")], GATEWAY)
        if self._writes and self.spoiler.take_lose_answer():
            self.close_connection = True
            return None
        return self._answer(status, headers, content, pause=0.01 if fault is Fault.SLOW else 0.0)

    def _may_pass(self, *, done: bool) -> bool:
        return self.spoiler.witness(self.command, self.path, self.client_address[1], done)

    def _forwarded(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """The server's own answer."""
        far = HTTPConnection(self.target, timeout=60)
        try:
            with self.spoiler.take_meanwhile(self.path) if self._writes else nullcontext():
                far.request(self.command, self.path, body, dict(self.headers.items()))
                answer = far.getresponse()
                content = answer.read()
        finally:
            far.close()
        kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in HOP_BY_HOP]
        return answer.status, kept, content

    @property
    def _writes(self) -> bool:
        return self.command in WRITES and not self.path.startswith("/uploads")

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes, pause: float = 0.0) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        step = len(content) if not pause else 64
        for start in range(0, len(content), step or 1):
            self.wfile.write(content[start : start + step])
            time.sleep(pause)

    def _reset(self) -> None:
        """The line breaks: the other side gets a RST, not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    do_POST = do_PUT = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """pytest's output is for failures."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed in these tests: one that has hung up is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def before(url: str) -> Iterator[Spoiler]:
    """A proxy before ``url`` for as long as the block lasts; it adds no header and keeps connections open."""
    handler = type("Forwarding", (_Forwarding,), {"target": urlsplit(url).netloc})
    with _Server(("127.0.0.1", 0), handler) as server:
        handler.spoiler = spoiler = Spoiler(url=f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield spoiler
        finally:
            server.shutdown()
            thread.join()
