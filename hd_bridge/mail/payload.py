"""The bytes of one part, undone from its transfer encoding, and repairs where its structure is broken. Pure."""

from __future__ import annotations

import re
from binascii import a2b_qp
from copy import copy
from email.message import Message

from hd_bridge.mail.base64 import decode_base64
from hd_bridge.mail.headers import Fields
from hd_bridge.mail.params import read_value
from hd_bridge.mail.tree import feed, header_of

# Line breaks by CR alone were never written by a mail program of this century.
DELIMITER = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]{0,20}\r?\n(?=Content-)", re.MULTILINE | re.IGNORECASE)
LONGEST_SUBJECT = 120
ATTACHED = ("message/rfc822", "message/global", "message/news")
REPORTS = ("message/delivery-status", "message/global-delivery-status")
MOST_BLOCKS = 200


def children(message: Message) -> list[Message]:
    """The parts directly within a part; none for a leaf and where the structure is broken."""
    payload = message.get_payload() if message.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)]


def content_of(message: Message) -> bytes:
    """The decoded content of a leaf, as far as it can be decoded."""
    encoding = _encoding(message)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        content = message.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""
    return _decoded(_raw(message), encoding)


def _encoding(message: Message) -> str:
    return read_value(Fields(message).first("content-transfer-encoding") or b"").replace(" ", "")


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding.startswith(("base64", "base-64")):
        return decode_base64(raw)
    return a2b_qp(raw) if encoding.startswith("quoted") else raw


def _raw(message: Message) -> bytes:
    """The content as it stands in the mail. Asked plainly, the standard library would decode it by the declared
    charset, with losses; asked to decode a part without a transfer encoding, it hands out the bytes."""
    bare = copy(message)
    del bare["content-transfer-encoding"]
    content = bare.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def inner_subject(message: Message) -> str:
    """The file name of an attached mail: its subject."""
    subject = Fields(header_of(content_of(message))).text("subject")[:LONGEST_SUBJECT]
    return f"{subject}.eml" if subject else ""


def opened(message: Message) -> Message:
    """The mail for those who look into what is attached to it: attached mails and reports have their own parts, one
    level down, as the standard library would have given them."""
    for part in list(message.walk()):
        kind = part.get_content_type()
        if kind in ATTACHED:
            part.set_payload([_inner(part)])
        elif kind in REPORTS:
            part.set_payload([header_of(block) for block in _blocks(content_of(part))])
    return message


def _inner(part: Message) -> Message:
    content = content_of(part)
    try:
        return feed(content)
    except RecursionError:
        return header_of(content)


def _blocks(content: bytes) -> list[bytes]:
    return re.split(rb"\r?\n[ \t]*\r?\n", content.strip(), maxsplit=MOST_BLOCKS)


def mended(message: Message) -> list[Message]:
    """The parts of a multipart whose boundary never appears: cut at the one that is really there, else one text."""
    raw = _raw(message)
    found = DELIMITER.search(raw)
    if found and b'"' not in found[1]:
        head = b'Content-Type: multipart/mixed; boundary="' + found[1] + b'"\n\n'
        if parts := children(feed(head + raw)):
            return parts
    text = Message()
    text.set_payload(raw.decode("ascii", "surrogateescape"))
    return [text]
