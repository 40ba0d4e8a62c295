"""Where each mail of an mbox begins and ends (RFC 4155), without reading it as a whole. Touches the disk.

A line that begins with “From ” separates mails only after an empty line, with a date in it and a header field below:
programs that do not quote such lines in a mail's text are common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FROM_LINE = b"From "
SEPARATOR = re.compile(rb"From \S(?=.*\d:\d{2})(?=.*\b(?:19|20)\d{2}\b)")
FIELD = re.compile(rb">?[!-9;-~]+ ?:")  # some mboxes have “>From ” lines of earlier journeys in their headers
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
DATE = re.compile(rb"(?:[A-Z][a-z]{2},? )?(?:[A-Z][a-z]{2} +\d{1,2}|\d{1,2} [A-Z][a-z]{2}) .*")
LONGEST = 64 * 1024  # bytes of a line that are looked at together


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One mail in an mbox, without its separator: offsets in bytes, and the separator's date."""

    start: int
    end: int
    at: datetime | None


def spans(path: Path) -> Iterator[Span]:
    """The mails of an mbox, one by one as they are found. OSError."""
    start, at = -1, None
    for separator, offset in _separators(path):
        if start >= 0:
            yield Span(start=start, end=offset, at=at)
        start, at = offset + len(separator), _date(separator)
    if start >= 0:
        yield Span(start=start, end=path.stat().st_size, at=at)


def unquoted(raw: bytes) -> bytes:
    """A mail as it was before the mbox: “>From ” at the beginning of a line was “From ”."""
    return QUOTED.sub(rb"\1", raw) if b">From " in raw else raw


def _separators(path: Path) -> Iterator[tuple[bytes, int]]:
    """The lines that separate mails, and where they are; the very first line is one whatever it looks like."""
    offset, blank, candidate = 0, True, b""
    with path.open("rb") as stream:
        while line := stream.readline(LONGEST):
            if candidate and (FIELD.match(line) or offset == len(candidate) or line.startswith(b">From ")):
                yield candidate, offset - len(candidate)
            candidate = line if blank and line.startswith(FROM_LINE) and (not offset or SEPARATOR.match(line)) else b""
            blank = line in (b"\n", b"\r\n")
            offset += len(line)


def _date(separator: bytes) -> datetime | None:
    from hd_bridge.mail.headers import read_date

    found = DATE.search(separator, separator.find(b" ", len(FROM_LINE)))
    return read_date(found[0]) if found else None
