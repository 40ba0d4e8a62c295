"""A server on loopback that says what a test wants, line by line: for what no real server does on demand."""

from __future__ import annotations

import socketserver
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase

DROP = "<cut the connection>"
SILENT = "<say nothing more>"


class Script(ABC):
    """What is said on each connection; remembers the lines that came in."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.connections = 0
        self.over = threading.Event()

    @abstractmethod
    def play(self, lines: BufferedIOBase, say: Callable[[str], None]) -> None:
        """One connection, from greeting to end. ``say`` ends it where the text is DROP or SILENT."""


class Ended(Exception):
    """The script wants this connection to end here."""


@contextmanager
def serving(script: Script) -> Iterator[int]:
    """The port of a server that plays a script, as long as the block lasts."""

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            script.connections += 1

            def say(text: str) -> None:
                if text == SILENT:
                    script.over.wait(60)
                if text in (DROP, SILENT):
                    raise Ended
                self.wfile.write(text.encode("latin-1") + b"\r\n")

            try:
                script.play(self.rfile, say)
            except (Ended, ConnectionError):
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Connection) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            script.over.set()
            server.shutdown()
            thread.join()
