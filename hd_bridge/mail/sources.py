"""Mails that lie in files: single ones, mboxes, Maildirs and folders of these, each found before it is read.
Touches the disk.

Nothing here raises for one bad file: what cannot be read becomes a ``Spot`` that says why.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from hd_bridge.mail.maildir import EXCERPT, MAX_SIZE, excerpt
from hd_bridge.mail.mbox import FROM_LINE, Span, spans, unquoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a mail lies. ``name`` is for people; ``at`` is when an mbox or Maildir says that it came; ``trouble`` is
    why there is no mail there that could be read. ``span`` is its part of an mbox."""

    name: str
    path: Path
    at: datetime | None = None
    span: Span | None = None
    trouble: str = ""

    def read(self) -> tuple[bytes, bool]:
        """Its bytes, of a mail over the cap only the beginning, and whether that is so. OSError."""
        with self.path.open("rb") as stream:
            if self.span is None:
                size = os.fstat(stream.fileno()).st_size
                over = size > MAX_SIZE
                return (excerpt(stream.read(2 * EXCERPT)), True) if over else (stream.read(MAX_SIZE), False)
            stream.seek(self.span.start)
            size = self.span.end - self.span.start
            over = size > MAX_SIZE
            raw = unquoted(stream.read(2 * EXCERPT if over else size))
            return (excerpt(raw), True) if over else (raw, False)


def spots(path: Path, name: str | None = None) -> Iterator[Spot]:
    """Every mail at ``path``, which may be a mail, an mbox, a Maildir, or a folder of all of them."""
    name = str(path) if name is None else name
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            yield from _in_maildir(path) if _is_maildir(path) else _in_folder(path)
        elif stat.S_ISREG(kind):  # reading from a pipe or a device may never end
            yield from _in_file(path, name)
        else:
            yield Spot(name=name, path=path, trouble="it is no plain file; a pipe is read as “-”")
    except (OSError, ValueError) as error:
        yield Spot(name=name, path=path, trouble=_why(error))


def _why(error: OSError | ValueError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)


def _in_file(path: Path, name: str) -> Iterator[Spot]:
    """One mail, or as many as an mbox has. A file that only begins with a From line is one mail as it is: many
    programs save single mails so."""
    with path.open("rb") as stream:
        begins = stream.read(len(FROM_LINE))
    if begins != FROM_LINE or path.suffix.lower() == ".eml":
        yield Spot(name=name, path=path)
        return
    found = spans(path)
    first, second = next(found, None), next(found, None)
    if first is None or second is None:
        yield Spot(name=name, path=path, at=first.at if first else None)
        return
    for number, span in enumerate(chain((first, second), found), start=1):
        yield Spot(name=f"{name}#{number}", path=path, at=span.at, span=span)


def _is_maildir(path: Path) -> bool:
    return all((path / part).is_dir() for part in ("new", "cur"))


def _in_maildir(path: Path) -> Iterator[Spot]:
    """What was delivered to it, by the files' times; not what lies in folders below it."""
    found = [file for part in ("new", "cur") for file in _files(path / part)]
    dated = sorted((file.lstat().st_mtime, str(file)) for file in found)
    for seconds, file in dated:
        yield Spot(name=file, path=Path(file), at=datetime.fromtimestamp(seconds, UTC))


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        yield from (Path(entry.path) for entry in entries if entry.is_file() and not entry.name.startswith("."))


def _in_folder(path: Path) -> Iterator[Spot]:
    """Everything in it and below it, in order of names; hidden files are none of its mails."""
    for entry in sorted(path.iterdir()):
        if not entry.name.startswith("."):
            yield from spots(entry)
