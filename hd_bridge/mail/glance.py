"""What the header of a mail alone tells, without reading the whole mail once more. Pure.

As in parse.py, what reads is loaded on demand.
"""

from __future__ import annotations

import re
from email.message import Message
from typing import TYPE_CHECKING

from hd_bridge.mail.key import HEADER_CAP, lines_of

if TYPE_CHECKING:
    from hd_bridge.mail.headers import Fields
from hd_bridge.mail.mending import mend_header

# What the standard library's parser takes for a line of a header; the first other line ends it.
HEADER_LINE = re.compile(rb"From |[\x21-\x39\x3b-\x7e]*:|[\t ]")
OF_CONTENT = (b"content-type", b"content-disposition", b"content-id", b"content-location")


def answered_ids(raw: bytes) -> tuple[str | None, tuple[str, ...]]:
    """The Message-ID and the References of a mail that is answered, as ``parse`` reads them."""
    fields = _fields(raw, b"message-id", b"references")
    return fields.message_id(), fields.ids("references")


def sender_of(raw: bytes) -> str:
    """The address in its From, as ``parse`` reads it; "" where there is none."""
    sender, _ = _fields(raw, b"from").sender()
    return sender.email if sender else ""


def _fields(raw: bytes, *names: bytes) -> Fields:
    from hd_bridge.mail.headers import Fields

    return Fields(_head(raw, *names))


def may_hold_files(raw: bytes) -> bool:
    """Whether ``parse`` could find a file in it: one single part that is meant to be read has none, unless it stands
    in the text itself."""
    from hd_bridge.mail.parts import describe

    head = _head(raw, *OF_CONTENT)
    if b"begin " in raw or ("content-type" not in head and b"\n--" in raw):
        return True
    return head.get_content_maintype() == "multipart" or not describe(head).is_body


def _head(raw: bytes, *names: bytes) -> Message:
    """A message of these fields alone; a field that begins beyond the cap is none."""
    found: list[tuple[bytes, list[bytes]]] = []
    spent = 0
    for line in lines_of(bytes(mend_header(raw))):
        spent += len(line)
        continued = line[:1] in (b" ", b"\t")
        if not HEADER_LINE.match(line) or (spent > HEADER_CAP and not continued):
            break
        name, _, value = line.partition(b":")
        if not continued:
            found.append((name, [value]))
        elif found:
            found[-1][1].append(line)
    message = Message()
    message.set_payload("")
    for name, lines in found:
        if name.lower() in names:
            message.set_raw(name.decode("ascii"), b"".join(lines).strip().decode("ascii", "surrogateescape"))
    return message
