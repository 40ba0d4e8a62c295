"""A server on loopback that answers as told, or spoils its answer in all the ways of a wire. Touches the network."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Reply = Callable[["Handler"], None]

ME = {"user": {"id": 5, "login": "bridge", "memberships": []}}
PROJECT = {
    "id": 1,
    "identifier": "support",
    "trackers": [{"id": 1, "name": "Bug"}],
    "issue_categories": [{"id": 1, "name": "Bugs"}],
    "issue_custom_fields": [{"id": 1, "name": "Customer"}],
}
ISSUE = {
    "id": 7,
    "project": {"id": 1, "name": "Support"},
    "tracker": {"id": 1, "name": "Bug"},
    "status": {"id": 1, "name": "New", "is_closed": False},
    "priority": {"id": 2, "name": "Normal"},
    "subject": "s",
    "description": "d",
    "created_on": "2026-11-21T12:00:00Z",
    "updated_on": "2026-11-21T12:00:00Z",
}


class Handler(BaseHTTPRequestHandler):
    """One connection; ``stub`` is set by ``serving``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    stub: Stub

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        self.stub.seen.append((self.command, self.path, dict(self.headers.items()), body))
        self.stub.replies.get((self.command, path), says(404))(self)

    do_POST = do_PUT = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """pytest's output is for failures."""


class Stub:
    """What is answered to whom, and what was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.never = threading.Event()
        self.replies: dict[tuple[str, str], Reply] = {
            ("GET", "/users/current.json"): says(200, ME),
            ("GET", "/projects/support.json"): says(200, {"project": PROJECT}),
            ("GET", "/projects.json"): says(200, {"projects": [PROJECT], "total_count": 1}),
            ("GET", "/projects/support/memberships.json"): says(200, {"memberships": [], "total_count": 0}),
            ("GET", "/issue_statuses.json"): says(
                200, {"issue_statuses": [{"id": 1, "name": "New", "is_closed": False}]}
            ),
            ("GET", "/enumerations/issue_priorities.json"): says(
                200, {"issue_priorities": [{"id": 2, "name": "Normal"}]}
            ),
            ("GET", "/issues.json"): says(200, {"issues": [], "total_count": 0}),
            ("GET", "/issues/7.json"): says(200, {"issue": ISSUE}),
            ("POST", "/issues.json"): says(201, {"issue": ISSUE}),
            ("PUT", "/issues/7.json"): says(204),
        }

    def asked(self, method: str) -> list[str]:
        """Paths that were asked for by a method, queries left out."""
        return [urlsplit(path).path for made, path, _, _ in self.seen if made == method]


def says(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
    """A whole answer; a body of bytes goes out as it is, anything else as JSON."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    def reply(handler: Handler) -> None:
        handler.send_response_only(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        if status != 204:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def withholds(handler: Handler) -> None:
    """The request was read; the answer never comes."""
    handler.stub.never.wait()
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    """The request was read; the connection ends in order, without a word."""
    handler.close_connection = True


def resets_midway(handler: Handler) -> None:
    """A part of the answer comes, then a reset."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"issue": {')
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.shutdown(socket.SHUT_RD)
    handler.close_connection = True


def cuts_short(handler: Handler) -> None:
    """Fewer bytes come than were announced."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"issue": {}}')
    handler.close_connection = True


def trickles(handler: Handler) -> None:
    """A byte now and then, each well within the time that silence may last."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    handler.close_connection = True
    try:
        while not handler.stub.never.wait(0.05):
            handler.wfile.write(b" ")
    except ConnectionError:
        return


def babbles(handler: Handler) -> None:
    """What comes is no HTTP."""
    handler.wfile.write(b"\x15\x03\x01\x00\x02\x02\x0a" * 9)
    handler.close_connection = True


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Stub]:
    """A stub for as long as the block lasts; its ``url`` says http even where TLS is spoken."""
    stub = Stub()
    handler = type("StubHandler", (Handler,), {"stub": stub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that turn away are the point
        stub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield stub
        finally:
            stub.never.set()
            server.shutdown()
            thread.join()
