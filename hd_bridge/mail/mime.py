"""The bytes of a letter of ours (RFC 5322, RFC 2045): header lines, texts, pictures, and what holds them. Pure.

Our letters have one shape, so they are written down as they are; building the standard library's tree of messages and
having it written takes five times as long. A header that needs folding is still folded by the library.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.policy import compat32
from urllib.parse import quote

LINE = 78
# The old policy folds at spaces only; the new one breaks a long foreign Message-ID into encoded words (CPython).
WIRE = compat32.clone(linesep="\r\n", max_line_length=LINE)
VERSION = ("MIME-Version", "1.0")
PLAIN_NAME = re.compile(r"[A-Za-z0-9._+-]{1,50}", re.ASCII)
ATTRIBUTE = "!#$&+-.^_`{|}~"  # beside letters and digits, as RFC 2231 §7 has it
PIECE = 15  # signs of a file's name on one line; none of them is cut within its %XX
ONE_ID = ("Message-ID", "In-Reply-To")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A part, or the whole letter: the fields about its content, and the body as it goes over the wire."""

    fields: tuple[tuple[str, str], ...]
    body: bytes


def text_part(text: str, subtype: str) -> Entity:
    """A text as quoted-printable: seven bits for every relay, and readable in a raw view."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    kind = ("Content-Type", f'text/{subtype}; charset="utf-8"')
    # It ends its own lines as the first line of the text ends, so they are ended afterwards.
    body = b2a_qp(lines.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")
    return Entity(fields=(kind, VERSION, ("Content-Transfer-Encoding", "quoted-printable")), body=body)


def file_part(name: str, media_type: str, content: bytes, content_id: str | None = None) -> Entity:
    """A file; with ``content_id`` a picture that the HTML shows by ``cid:``. ``media_type`` and id are plain."""
    way = "attachment" if content_id is None else "inline"
    fields = (
        ("Content-Type", media_type),
        VERSION,
        ("Content-Transfer-Encoding", "base64"),
        *(() if content_id is None else (("Content-ID", f"<{content_id}>"),)),
        ("Content-Disposition", f"{way}; {file_name(name)}"),
    )
    return Entity(fields=fields, body=encodebytes(content).replace(b"\n", b"\r\n"))


def file_name(name: str) -> str:
    """The parameter that names a file: as it is where that is plain, else as RFC 2231 §4 has it, cut into lines (§3).

    No encoded word in quotes beside it: what it would help (Outlook before 2010) is gone, and others show it raw.
    """
    if PLAIN_NAME.fullmatch(name):
        return f'filename="{name}"'
    encoded = re.findall(f"(?:%..|[^%]){{1,{PIECE}}}", quote(name, safe=ATTRIBUTE))
    if len(encoded) == 1:
        return f"filename*=utf-8''{encoded[0]}"
    first, *rest = encoded
    return "; ".join(
        [f"filename*0*=utf-8''{first}", *(f"filename*{place}*={piece}" for place, piece in enumerate(rest, 1))]
    )


def alternative(forms: Sequence[Entity], boundary: str) -> Entity:
    """Several forms of one text, the best last."""
    return _multipart("alternative", forms, boundary)


def related(parts: Sequence[Entity], boundary: str) -> Entity:
    """An HTML text and the pictures in it."""
    return _multipart('related; type="text/html"', parts, boundary)


def mixed(parts: Sequence[Entity], boundary: str) -> Entity:
    """A letter and the files that go with it."""
    return _multipart("mixed", parts, boundary)


def _multipart(kind: str, parts: Sequence[Entity], boundary: str) -> Entity:
    """``boundary`` begins with ``=_``, which never occurs in quoted-printable or base64, so in no part."""
    mark = b"--" + boundary.encode("ascii")
    body = b"".join(mark + b"\r\n" + written(part) + b"\r\n" for part in parts) + mark + b"--\r\n"
    return Entity(fields=(("Content-Type", f'multipart/{kind}; boundary="{boundary}"'), VERSION), body=body)


def written(entity: Entity, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """Header, empty line and body; ``headers`` have neither line ends nor controls."""
    return b"".join(_line(name, value) for name, value in (*entity.fields, *headers)) + b"\r\n" + entity.body


def _line(name: str, value: str) -> bytes:
    """An id that starts on the line after its header's name is lawful (RFC 5322 §2.2.3), and still lost on some mail
    programs, which then cannot thread: it stays on the line of its name."""
    if name in ONE_ID or (len(name) + len(value) + 2 <= LINE and value.isascii()):
        return f"{name}: {value}\r\n".encode("ascii")
    return WIRE.fold_binary(name, value)
