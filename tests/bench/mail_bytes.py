"""How the generator's mails are put together, byte by byte, as today's mail programs write them. Pure."""

from __future__ import annotations

import base64
import quopri
import random
import struct
import zlib
from collections.abc import Sequence
from email.header import Header
from urllib.parse import quote

Field = tuple[str, str | bytes]


def mail(fields: Sequence[Field], body: bytes) -> bytes:
    """A whole mail with CRLF at the end of each line. A value in bytes stands in the header as it is."""
    head = b"".join(name.encode() + b": " + (v if isinstance(v, bytes) else v.encode()) + b"\r\n" for name, v in fields)
    return head + b"\r\n" + b"\r\n".join(body.splitlines()) + b"\r\n"


def words(value: str, charset: str = "utf-8") -> str:
    """A header's text as encoded words, folded, where it needs them."""
    return value if value.isascii() else Header(value, charset, maxlinelen=72).encode(linesep="\r\n")


def mailbox(name: str, address: str) -> str:
    """A person in From or To."""
    shown = f'"{name}"' if name.isascii() else words(name)
    return f"{shown} <{address}>"


def part(content: bytes, *fields: str) -> bytes:
    """One part of a multipart."""
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + content


def text(content: str, kind: str = "plain", charset: str = "utf-8", coding: str = "quoted-printable") -> bytes:
    """A text part; ``coding`` is quoted-printable, base64 or 8bit."""
    raw = content.encode(charset)
    if coding != "8bit":
        raw = base64.encodebytes(raw) if coding == "base64" else quopri.encodestring(raw)
    return part(raw, f'Content-Type: text/{kind}; charset="{charset}"', f"Content-Transfer-Encoding: {coding}")


def file(content: bytes, name: str, media_type: str, cid: str = "") -> bytes:
    """A file; with ``cid`` an image that the HTML shows."""
    how = "inline" if cid else "attachment"
    named = f'filename="{name}"' if name.isascii() else f"filename*=UTF-8''{quote(name)}"
    fields = [f"Content-Type: {media_type}", "Content-Transfer-Encoding: base64"]
    fields += [f"Content-Disposition: {how};\r\n {named}", *([f"Content-ID: <{cid}>"] if cid else [])]
    return part(base64.encodebytes(content), *fields)


def multipart(kind: str, boundary: str, *parts: bytes, extra: str = "") -> bytes:
    """A multipart with its own Content-Type field on top: a part, or (by ``split``) a mail's body."""
    cut = b"--" + boundary.encode()
    body = b"".join(cut + b"\r\n" + one + b"\r\n" for one in parts) + cut + b"--\r\n"
    return part(body, f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}')


def whole(fields: Sequence[Field], content: bytes) -> bytes:
    """A mail whose body is one part: the part's own fields join the mail's header."""
    head, _, body = content.partition(b"\r\n\r\n")
    own = [line.split(b": ", 1) for line in head.replace(b"\r\n ", b" ").split(b"\r\n")]
    return mail([*fields, ("MIME-Version", "1.0"), *((name.decode(), value) for name, value in own)], body)


def picture(dice: random.Random) -> bytes:
    """A PNG of noise, 24 by 24."""
    rows = b"".join(b"\0" + dice.randbytes(24 * 3) for _ in range(24))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def document(dice: random.Random, size: int) -> bytes:
    """Bytes that cannot be compressed and begin as a PDF does."""
    return b"%PDF-1.7\n" + dice.randbytes(size)
