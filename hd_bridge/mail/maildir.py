"""Maildirs as doors: one from which mail is read, and one into which letters are laid. Touches the disk.

A file's base name (what stands before the flags) is what a mail keeps while others move and flag it.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from hd_bridge.errors import BridgeError, Closed, Doubtful
from hd_bridge.findings import Finding, Level
from hd_bridge.mail.maildir_filing import FOLDERS, base_name, file_away, find, lies_in, make_maildir, sync_folder
from hd_bridge.mail.maildir_letters import keep_copy, lay_down, letter_name
from hd_bridge.work import Arrival, Letter, Unreached

MAX_SIZE = 50 * 2**20
EXCERPT = 256 * 1024  # of header and of body, from a mail over the cap
BATCH = 500
SLICE = 0.25  # seconds between two looks at a folder's time
CURSOR = "maildir"  # names tell what was read, so there is nothing to count on


class MaildirBox:
    """A Maildir that others deliver into. It is read from both new/ and cur/: being looked at is not being done."""

    def __init__(self, name: str, path: Path, *, max_size: int = MAX_SIZE) -> None:
        self.name = name
        self._path = Path(path)
        self._max_size = max_size
        self._marks: tuple[int, ...] | None = None  # the folders' times when they were last listed
        self._known: set[str] = set()  # saves asking the journal about every old mail at every look

    def begin(self, since: datetime | None) -> tuple[str, tuple[str, ...]]:
        """See ports.Mailbox; a mail's time is its file's."""
        with translated(self._path):
            marks = self._times()
            files = self._files()
            if since is None:
                self._marks = marks
                return CURSOR, tuple(sorted(files))
            dated = {base: _mtime(path) for base, path in files.items()}
        return CURSOR, tuple(sorted(base for base, at in dated.items() if at is not None and at < since))

    def since(self, cursor: str, known: Callable[[Sequence[str]], set[str]]) -> Iterator[Arrival]:
        """Mails whose base names are not ``known``, by their files' times."""
        with translated(self._path):
            self._marks = self._times()  # before the listing: what comes during it shows up as news
            files = {base: path for base, path in self._files().items() if base not in self._known}
        names = sorted(files)
        for start in range(0, len(names), BATCH):
            self._known |= known(names[start : start + BATCH])
        with translated(self._path):
            fresh = [(_mtime(path), base) for base, path in files.items() if base not in self._known]
        for _, base in sorted((at, base) for at, base in fresh if at is not None):
            with translated(self._path):
                arrival = self._read(base, files[base])
            if arrival is not None:
                yield arrival

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """True once a folder has another time than when it was last listed."""
        end = time.monotonic() + seconds
        while not stop():
            with translated(self._path):
                if self._times() != self._marks:
                    return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, SLICE))
        return False

    def file_away(self, place: str, how: str) -> None:
        """See ports.Mailbox; a folder to move to is a Maildir++ folder (``.Archive``) and made where missing."""
        with translated(self._path):
            file_away(self._path, place, how)

    def keep_copy(self, folder: str, raw: bytes, message_id: str) -> None:
        """See ports.Mailbox; the folder is a Maildir++ folder (``.Sent``)."""
        with translated(self._path):
            keep_copy(self._path, folder, raw, message_id)

    def check(self) -> tuple[Finding, ...]:
        """Whether it can be listed and changed, and how many mails lie there."""
        try:
            with translated(self._path):
                there = len(self._files())
        except BridgeError as error:
            return (Finding(level=Level.PROBLEM, door=f"mailbox:{self.name}", text=error.why),)
        text = f"Maildir {self._path} holds {there} mails: start: all would take them"
        return (Finding(level=Level.OK, door=f"mailbox:{self.name}", text=text), *self._writable())

    def close(self) -> None:
        """Nothing is kept open."""

    def _writable(self) -> Iterator[Finding]:
        if not all(os.access(self._path / folder, os.W_OK) for folder in FOLDERS):
            text = f"Maildir {self._path} may only be read: mails cannot be flagged or moved"
            yield Finding(
                level=Level.WARNING,
                door=f"mailbox:{self.name}",
                text=text,
                mend="set afterwards: keep, or let us write",
            )

    def _times(self) -> tuple[int, ...]:
        return tuple((self._path / folder).stat().st_mtime_ns for folder in ("new", "cur"))

    def _files(self) -> dict[str, Path]:
        """Base name to path; new/ is listed first, so that a mail moved to cur/ meanwhile is not missed."""
        return {
            base_name(entry.name): Path(entry.path)
            for folder in ("new", "cur")
            for entry in os.scandir(self._path / folder)
            if not entry.name.startswith(".")
        }

    def _read(self, base: str, path: Path) -> Arrival | None:
        """The mail, wherever its flags have led it meanwhile; ``None`` if it is gone or is no regular file."""
        opened = _open_regular(path) or _open_regular(find(self._path, base))
        if opened is None:
            return None
        with opened as file:
            told = os.fstat(file.fileno())
            truncated = told.st_size > self._max_size
            raw = excerpt(file.read(2 * EXCERPT)) if truncated else file.read(self._max_size + 1)
        return Arrival(
            raw=raw,
            size=told.st_size,
            internal_date=datetime.fromtimestamp(told.st_mtime, UTC),
            place=base,
            cursor=CURSOR,
            truncated=truncated,
        )


class MaildirOutbox:
    """Letters laid into a Maildir instead of being sent: for trying things out, and for tests."""

    def __init__(self, path: Path) -> None:
        self._path = Path(path)

    def send(self, letter: Letter, accepted: Callable[[], None]) -> tuple[Unreached, ...]:
        """See ports.Outbox. A letter with a Message-ID that lies there already is there once."""
        name = letter_name(letter.message_id)
        with translated(self._path):
            make_maildir(self._path)
            draft = lay_down(self._path, letter.raw, letter.message_id)
        try:
            accepted()
            with translated(self._path):
                if not lies_in(self._path, name):
                    draft.rename(self._path / "new" / name)
            _keep(self._path / "new")
        finally:
            with suppress(OSError):  # what is left in tmp/ harms nobody: readers of a Maildir clear it after 36 hours
                draft.unlink(missing_ok=True)
        return ()

    def check(self) -> tuple[Finding, ...]:
        """Whether letters can be laid there."""
        try:
            with translated(self._path):
                make_maildir(self._path)
        except BridgeError as error:
            return (Finding(level=Level.PROBLEM, door="outbox", text=error.why),)
        text = f"letters are laid into {self._path}; nothing is sent"
        return (Finding(level=Level.OK, door="outbox", text=text),)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Every trouble with the disk is the door's, and none of a single mail's."""
    try:
        yield
    except BridgeError:
        raise
    except FileNotFoundError as error:
        raise Closed(f"{path} is no Maildir: it has no folders new/, cur/ and tmp/; correct the path") from error
    except OSError as error:
        raise Closed(f"Maildir {path}: {error.strerror}") from error


def _mtime(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except FileNotFoundError:
        return None  # moved meanwhile: the folder's time has changed, so it is looked for again


def _open_regular(path: Path | None) -> BinaryIO | None:
    """A link may lead out of the Maildir, and opening a pipe may last for ever: neither is a mail."""
    try:
        if path is None or not stat.S_ISREG(path.lstat().st_mode):
            return None
        return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except FileNotFoundError:
        return None


def _keep(folder: Path) -> None:
    """The letter is there now; whether it outlives a power cut is not known if this fails."""
    try:
        sync_folder(folder)
    except OSError as error:
        raise Doubtful(f"Maildir {folder.parent}: {error.strerror}") from error


def excerpt(raw: bytes) -> bytes:
    """The header and the first part of the body of a mail's beginning."""
    ends = [end + len(mark) for mark in (b"\n\n", b"\r\n\r\n") if (end := raw.find(mark)) >= 0]
    return raw[: min(ends, default=0) + EXCERPT]
