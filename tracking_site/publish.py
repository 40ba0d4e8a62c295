"""Puts pages into a folder, each file whole or not at all. Touches the disk."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hd_bridge.errors import Closed, Refused
from hd_bridge.findings import Finding, Level
from tracking_site.pages import not_found_page

# Also keeps out "..", hidden files, drive letters and backslashes: a path is made of plain names or refused.
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}")
_ROBOTS = b"User-agent: *\nDisallow: /\n"


class FolderPublisher:
    """The Publisher that writes into a folder, for any web server to show."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Put what every site has: robots.txt, the page for what is not there, and the same page as index of the
        folders whose listing would give away the addresses of all tickets on a host that lists folders."""
        self.put("robots.txt", _ROBOTS)
        for path in ("404.html", "index.html", "t/index.html"):
            self.put(path, not_found_page())

    def put(self, path: str, content: bytes) -> None:
        """Write a file whole (atomic rename); harmless to repeat. ``Refused`` for a path that is not plain."""
        parts = _plain(path)
        with _disk_errors():
            target = self._inside(parts)
            _make(target.parent)
            _write(target, content)

    def remove(self, path: str) -> None:
        """Take a file away if it is there, and the folder that it leaves empty."""
        parts = _plain(path)
        with _disk_errors():
            target = self._inside(parts)
            target.unlink(missing_ok=True)
            if len(parts) > 1 and target.parent.is_dir() and not any(target.parent.iterdir()):
                target.parent.rmdir()

    def check(self) -> tuple[Finding, ...]:
        """Try to write and remove a file."""
        try:
            self.put("check.txt", b"")
            self.remove("check.txt")
        except Closed as closed:
            mend = f"make {self._folder} writable for the user that runs hd-bridge"
            return (Finding(level=Level.PROBLEM, door="site", text=str(closed), mend=mend),)
        return (Finding(level=Level.OK, door="site", text=f"pages are written to {self._folder}"),)

    def _inside(self, parts: tuple[str, ...]) -> Path:
        """The file, with no symbolic link on the way out of the folder."""
        place = self._folder
        for part in parts[:-1]:
            place = place / part
            if place.is_symlink() and not place.resolve().is_relative_to(self._folder.resolve()):
                raise Refused("the path leads out of the site's folder")
        return place / parts[-1]


def _plain(path: str) -> tuple[str, ...]:
    parts = tuple(path.split("/"))
    if not all(_NAME.fullmatch(part) for part in parts):
        raise Refused("a page's path is made of plain names only")  # not shown: it may hold a ticket's token
    return parts


def _make(folder: Path) -> None:
    """A folder that a web server of another user may enter, whatever our umask; those that exist are left alone."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)


def _write(target: Path, content: bytes) -> None:
    """Beside the target first, so that a reader and a crash see the old file or the new one, never half of one.

    The folder is not forced to the disk: a power cut may bring back the page as it was before, whole. That its step is
    done is written later, and not forced either: what forces it forces the folder too, on one and the same file system.
    """
    draft = target.parent / f".new-{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def _disk_errors() -> Iterator[None]:
    """A disk that fails fails for every page: the door is closed. Only the system's words: paths hold tokens."""
    try:
        yield
    except OSError as error:
        raise Closed(f"the site's folder cannot be written: {error.strerror or type(error).__name__}") from error
