"""Raw bytes to the tree of MIME parts, by mail-parser, within the caps. Pure.

mail-parser is the entry; its ``message`` (``email.message.Message``, which keeps the raw bytes) is what is read,
because its own view loses things (DESIGN.md). It is handed a message that was fed in pieces: ``parse_from_bytes`` needs
265 MB for a mail of 34 MB, this 94 MB. An attached mail stays in one piece: taken apart and written again it would be
another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from email.feedparser import BufferedSubFile, BytesFeedParser  # type: ignore[attr-defined]
from email.message import Message
from email.parser import BytesHeaderParser

from hd_bridge.mail.key import HEADER_CAP, read_header
from hd_bridge.mail.mending import mend_header
from hd_bridge.mail.params import FIELD_CAP

PIECE = 256 * 1024
OVER = "over the cap: "
FILE_LINES = re.compile(r"(?:[A-Za-z0-9+/]{40,100}\r?\n)+")
FEW_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The parsed mail and what was wrong with it."""

    message: Message
    defects: tuple[str, ...] = ()


class MailMessage(Message):
    """A message whose long parameter fields are cut as they come in: the standard library and mail-parser read them
    in quadratic time (240 KB took 52 s). While it is parsed, an attached mail is no message to the parser."""

    whole = False

    def get_content_type(self) -> str:
        """As declared; until the tree is whole, a message/* part is a leaf like any other."""
        kind = super().get_content_type()
        return kind if self.whole or not kind.startswith("message/") else "application/octet-stream"

    def set_raw(self, name: str, value: str) -> None:
        """Called by the parser for every field."""
        super().set_raw(name, value[:FIELD_CAP] if _is_of_content(name) else value)

    def without_its_letterhead(self) -> MailMessage:
        """The same parts and payload under the Content-* fields alone."""
        bare = copy(self)
        vars(bare)["_headers"] = []  # of its own; the rest is shared, and only read
        for name, value in self.raw_items():
            if _is_of_content(name):
                bare.set_raw(name, value)
        return bare


class _Lines(BufferedSubFile):  # type: ignore[misc]
    """Lines as they come in, but those of a large file together: one by one they are half a million objects and take
    twice its size. No boundary and no field looks like them, and to nothing else does the parser look."""

    def pushlines(self, lines: Iterable[str]) -> None:
        """The lines of one piece."""
        lines = list(lines)
        together = "".join(lines) if len(lines) > FEW_LINES else ""
        super().pushlines([together] if together and FILE_LINES.fullmatch(together) else lines)


def _is_of_content(name: str) -> bool:
    return name[:8].lower() == "content-"


def read_tree(raw: bytes | bytearray) -> Tree:
    """The mail's parts. A mail nested so deeply that it cannot be parsed keeps its header only. A bytearray is emptied
    while it is read: of a large mail only one copy is there at a time."""
    from hd_bridge.mail.opinion import opinion  # with mail-parser, for which a look at a header alone has no use

    head = bytes(raw[:HEADER_CAP])
    raw, defects = _within_header_cap(mend_header(raw))
    try:
        message = feed(raw)
        return Tree(message=message, defects=(*defects, *opinion(message)))
    except RecursionError:
        return Tree(message=header_of(head), defects=(*defects, OVER + "parts are nested too deeply to be read"))


def feed(raw: bytes | bytearray) -> MailMessage:
    """The parts; RecursionError where multiparts are nested some hundred deep. A bytearray is emptied."""
    parser: BytesFeedParser[MailMessage] = BytesFeedParser(_factory=MailMessage)
    vars(parser)["_input"] = _Lines()
    if isinstance(raw, bytearray):
        while raw:
            parser.feed(bytes(raw[:PIECE]))
            del raw[:PIECE]  # moves where it begins, not what is in it
    else:
        for start in range(0, len(raw), PIECE):
            parser.feed(raw[start : start + PIECE])
    message = parser.close()
    for part in message.walk():
        part.whole = True
    return message


def header_of(raw: bytes) -> Message:
    """The header alone."""
    header = BytesHeaderParser(MailMessage).parsebytes(bytes(mend_header(raw[:HEADER_CAP])))
    header.set_payload("")
    return header


def _within_header_cap(raw: bytes | bytearray) -> tuple[bytes | bytearray, tuple[str, ...]]:
    """The mail without the part of its header that is over the cap."""
    _, cut, over = read_header(bytes(raw[: 2 * HEADER_CAP]))
    if not over:
        return raw, ()
    ends = [end for mark in (b"\n\n", b"\n\r\n") if (end := raw.find(mark, cut)) >= 0]
    body = raw[min(ends) :] if ends else b"\n"
    return raw[:cut] + body, (f"{OVER}the header has more than {HEADER_CAP // 1024} KiB",)
