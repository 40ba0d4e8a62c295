"""A proxy before a server that can spoil what passes: lose an answer, do something while a write is under way. Touches
the network."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Meanwhile = Callable[[str], AbstractContextManager[object]]
"""Told the path of a write, gives what surrounds it: begun before the write goes on, ended when it is answered."""
WRITES = ("POST", "PUT")


@dataclass
class Spoiler:
    """What shall happen to the next write that is no upload; each is done once."""

    url: str
    lose_answer: bool = False
    meanwhile: Meanwhile | None = None

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
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        write = self.command in WRITES and not self.path.startswith("/uploads")
        far = HTTPConnection(self.target, timeout=60)
        try:
            with self.spoiler.take_meanwhile(self.path) if write else nullcontext():
                far.request(self.command, self.path, body, dict(self.headers.items()))
                answer = far.getresponse()
                content = answer.read()
        finally:
            far.close()
        if write and self.spoiler.take_lose_answer():
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

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
