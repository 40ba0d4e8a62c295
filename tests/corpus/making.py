"""How the mails of the corpus are put together, byte by byte: a few fields, a body, what must be read from it. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

PDF = b"%PDF-1.4 hello"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail and the part of its reading that must come out, by the names of ``test_corpus.shown``."""

    name: str
    raw: bytes
    expect: dict[str, Any] = field(default_factory=dict)


def sample(name: str, raw: bytes, **expect: Any) -> Sample:
    """A sample; the name says what is odd about the mail."""
    return Sample(name=name, raw=raw, expect=expect)


def mail(body: bytes | str, *fields: bytes | str, frm: bytes | str = "Jo Doe <jo@customer.example>") -> bytes:
    """A mail with the usual header; ``fields`` are lines added to it, and replace usual ones of the same name."""
    usual = (
        ("From", frm),
        ("To", "support@shop.example"),
        ("Subject", "A question"),
        ("Date", "Fri, 20 Nov 2026 09:15:00 +0100"),
        ("Message-ID", "<one@customer.example>"),
    )
    given = {as_bytes(one).partition(b":")[0].lower() for one in fields}
    lines = [n.encode() + b": " + as_bytes(v) for n, v in usual if n.lower().encode() not in given and v != ""]
    return b"\n".join((*lines, *map(as_bytes, fields), b"", as_bytes(body)))


def multipart(kind: str, *parts: bytes, boundary: str = "cut", extra: str = "") -> tuple[str, bytes]:
    """The Content-Type field and the body of a multipart."""
    made = b"".join(b"--" + boundary.encode() + b"\n" + part + b"\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}', made + b"--" + boundary.encode() + b"--\n"


def nested(kind: str, *parts: bytes, boundary: str = "inner") -> bytes:
    """A multipart as a part of another."""
    field_line, body = multipart(kind, *parts, boundary=boundary)
    return field_line.encode() + b"\n\n" + body


def part(content: bytes | str, *fields: bytes | str) -> bytes:
    """One part: its fields as they stand, then its content."""
    return b"\n".join((*map(as_bytes, fields), b"", as_bytes(content)))


def text(content: str, kind: str = "plain") -> bytes:
    """A text part in UTF-8."""
    return part(content, f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: 8bit")


def encoded(content: bytes, *fields: bytes | str) -> bytes:
    """A part in base64."""
    return part(base64.encodebytes(content), *fields, "Content-Transfer-Encoding: base64")


def as_bytes(value: bytes | str) -> bytes:
    """UTF-8, unless it is bytes already."""
    return value.encode() if isinstance(value, str) else value
