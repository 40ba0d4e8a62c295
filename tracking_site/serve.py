"""A small web server that shows a folder of pages and nothing else. Touches the network and the disk.

Pages may lie on any other server just as well; this one is for the demo and for small houses.
It writes no access log: the address of a page is the key to it.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hd_bridge.errors import Closed
from tracking_site.pages import not_found_page

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}")
_TYPES = {".html": "text/html", ".txt": "text/plain", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
# Styles are let through here because each page names the only one that it may have by its hash, and a page that was
# written before an upgrade must not lose its own: both policies hold together (CSP 3 §4.2).
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def site_app(folder: Path) -> Starlette:
    """The site as an ASGI application: the files of ``folder``, ``index.html`` for a ticket's folder, no listing."""
    root = folder.resolve()

    def show(request: Request) -> Response:
        return _answer(root, request.path_params["path"])

    def failed(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        allow = {"Allow": "GET, HEAD"} if status == 405 else {}
        return _page(not_found_page() if status == 404 else b"", status, headers=allow)

    handlers = {HTTPException: failed, Exception: failed}
    return Starlette(routes=[Route("/{path:path}", show, methods=["GET"])], exception_handlers=handlers)


def _answer(root: Path, path: str) -> Response:
    """What lies at a path. Folders end in "/"; the address of a ticket without it leads there."""
    parts = path.removesuffix("/").split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        return _page(not_found_page(), 404)
    place = root.joinpath(*parts)
    if len(parts) == 2 and parts[0] == "t" and "." not in parts[1]:
        if not path.endswith("/"):
            # Relative (RFC 9110 §10.2.2): true under any prefix, and nobody's Host header ends up in it.
            return _page(b"", 307, headers={"Location": f"{parts[1]}/"})
        place /= "index.html"
    elif path.endswith("/"):
        return _page(not_found_page(), 404)
    return _file(root, place)


def _file(root: Path, place: Path) -> Response:
    kind = _TYPES.get(place.suffix)
    if kind is None or not place.resolve().is_relative_to(root):
        return _page(not_found_page(), 404)
    try:
        return _page(place.read_bytes(), 200, kind)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return _page(not_found_page(), 404)


def _page(content: bytes, status: int, kind: str = "text/html", headers: Mapping[str, str] | None = None) -> Response:
    return Response(content, status_code=status, media_type=kind, headers={**HEADERS, **(headers or {})})


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise Closed(f"cannot listen on {host} port {port}: {error.strerror or type(error).__name__}") from error


def _server(folder: Path) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            site_app(folder),
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=200,
            timeout_graceful_shutdown=3,
        )
    )


def serve(folder: Path, host: str, port: int, *, ready: Callable[[int], None] | None = None) -> None:
    """Show a folder until SIGINT or SIGTERM. ``ready`` is told the port (of use with port 0) once it listens.

    ``Closed`` if the port cannot be had.
    """
    with _listen(host, port) as listener:
        if ready:
            ready(listener.getsockname()[1])
        _server(folder).run(sockets=[listener])


class SiteServer:
    """The same in a thread of its own, for as long as somebody needs it. Port 0 takes a free one."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host, self._port = host, port
        self._server = _server(folder)
        self._thread: threading.Thread | None = None
        self._listener: socket.socket | None = None

    def start(self) -> str:
        """Listen; the address of the site, ending in "/". Whoever asks at once is answered. ``Closed`` as ``serve``."""
        self._listener = _listen(self._host, self._port)
        sockets = [self._listener]
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=sockets), name="site", daemon=True)
        self._thread.start()
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._listener.getsockname()[1]}/"

    def stop(self) -> None:
        """Answer what is being answered, then let go of the port. Harmless to repeat."""
        self._server.should_exit = True
        if self._thread:
            self._thread.join()
        if self._listener:
            self._listener.close()
