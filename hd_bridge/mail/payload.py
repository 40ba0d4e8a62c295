"""The bytes of one part, undone from its transfer encoding, and repairs where its structure is broken. Pure."""

from __future__ import annotations

import re
from binascii import a2b_qp
from copy import copy
from email.message import Message

from hd_bridge.mail.base64 import decode_base64, decode_large, looks_like_base64
from hd_bridge.mail.headers import Fields
from hd_bridge.mail.kinds import ATTACHED, REPORTS
from hd_bridge.mail.params import read_params, read_value
from hd_bridge.mail.tree import feed, header_of
from hd_bridge.mail.uuencode import take_out

# Line breaks by CR alone were never written by a mail program of this century.
DELIMITER = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]{0,20}\r?\n(?=Content-)", re.MULTILINE | re.IGNORECASE)
CLOSED = re.compile(rb"^--([^\r\n]{1,200}?)--[ \t]{0,20}(?:\r?\n|\Z)", re.MULTILINE)
LONGEST_SUBJECT = 120
SEARCHED = 256 * 1024
LARGE = 1024 * 1024
MOST_BLOCKS = 200
ENCODING = re.compile(r"base-?64|quoted|uuencode|uue")


def children(message: Message) -> list[Message]:
    """The parts directly within a part; none for a leaf and where the structure is broken."""
    payload = message.get_payload() if message.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)]


def content_of(message: Message) -> bytes:
    """The decoded content of a leaf, as far as it can be decoded."""
    encoding = _encoding(message)
    payload = vars(message).get("_payload")
    if encoding == "base64" and isinstance(payload, str) and len(payload) > LARGE:
        decoded = decode_large(payload)
        if decoded is not None:
            return decoded
    raw = _raw(message)
    if encoding.startswith("uue"):
        _, found = take_out(raw if raw.endswith(b"\n") else raw + b"\n")
        return found[0][1] if found else raw
    return _decoded(raw, encoding)


def _encoding(message: Message) -> str:
    """In quotes, with comments, with a semicolon behind it: the word counts."""
    said = read_value(Fields(message).first("content-transfer-encoding") or b"").replace(" ", "")
    found = ENCODING.search(said)
    return found[0].replace("-64", "64") if found else ""


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return decode_base64(raw) if looks_like_base64(raw) else raw
    return a2b_qp(raw) if encoding == "quoted" else raw


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
    raw = content_of(message)
    said = read_params(Fields(message).first("content-type") or b"").get("boundary", "").strip("'\" ").encode()
    for mark in (said, *(found[1] for found in DELIMITER.finditer(raw, 0, SEARCHED)), _closed_mark(raw)):
        if mark and b'"' not in mark and b"--" + mark in raw:
            kind = message.get_content_subtype() if message.get_content_maintype() == "multipart" else "mixed"
            head = f"Content-Type: multipart/{kind}; boundary=".encode() + b'"' + mark + b'"\n\n'
            if parts := children(feed(head + raw)):
                return parts
            break
    text = Message()
    text.set_payload(raw.decode("ascii", "surrogateescape"))
    return [text]


def _closed_mark(raw: bytes) -> bytes:
    """A boundary that is opened and closed as one, where no part names its type."""
    for closed in CLOSED.finditer(raw):
        if raw.startswith(b"--" + closed[1] + b"\n") or b"\n--" + closed[1] + b"\n" in raw.replace(b"\r\n", b"\n"):
            return closed[1]
        break
    return b""


def is_lost_multipart(message: Message) -> bool:
    """A mail that names no type, and whose text is a multipart all the same: its header lost a field."""
    payload = vars(message).get("_payload")
    if message.get("content-type") is not None or not isinstance(payload, str) or not payload.lstrip().startswith("--"):
        return False
    found = DELIMITER.match(payload.lstrip()[:1000].encode("ascii", "replace"))
    return found is not None and f"--{found[1].decode()}--" in payload


def may_be_uuencoded(message: Message) -> bool:
    """A glance at the encoded text, so that ordinary ones are not decoded twice."""
    payload = vars(message).get("_payload")  # asked for it, the standard library would decode it
    return isinstance(payload, str) and "begin " in payload


def as_leaf(content: bytes, name: bytes | None = None) -> Message:
    """A leaf of this content: a text, or with a name a file."""
    leaf = Message()
    if name is not None:
        said = name.decode("ascii", "surrogateescape").replace("\\", "\\\\").replace('"', '\\"')
        leaf.set_raw("Content-Type", "application/octet-stream")
        leaf.set_raw("Content-Disposition", f'attachment; filename="{said}"')
    leaf.set_payload(content.decode("ascii", "surrogateescape"))
    return leaf
