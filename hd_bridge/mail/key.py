"""The name under which a mail is received once, made from its own words and not from its way here. Pure.

Trace fields (Received, Delivered-To, DKIM-…, ARC-…, X-…) are left out and line ends are evened, so that one mail
read by IMAP and from a Maildir has one key. Every field is framed with its length: no two mails can be moved into
each other by shifting a border.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

KEY_DIGITS = 24
# What is looked through for the header; a "header" beyond it counts as body, so that nothing of a mail is unhashed.
HEADER_CAP = 256 * 1024
CHUNK = 1024 * 1024
ORIGINAL = re.compile(r"mail-([0-9a-f]{24})\.(?:eml|txt)")
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
NAMED = (b"message-id", b"from", b"date", b"subject")


def receipt_key(address: str, raw: bytes) -> tuple[str, str, str]:
    """(first 24 hex digits, the whole key, the content's sha256): the last is the same in every mailbox of ours.

    ``address`` is the mailbox's. Without a Message-ID the content alone decides. Never raises.
    """
    fields, start, _ = read_header(raw)
    digest = _framed((*(fields.get(name, b"") for name in NAMED[1:]), _body_hash(raw, start)))
    message_id = fields.get(NAMED[0], b"")
    full = _framed((address.strip().lower().encode("utf-8", "surrogatepass"), message_id, digest)).hex()
    return full[:KEY_DIGITS], full, _framed((message_id, digest)).hex()


def key_of_original(name: str) -> str | None:
    """The key in the name under which a mail's original lies on a ticket; ``None`` for any other file."""
    found = ORIGINAL.fullmatch(name)
    return found[1] if found else None


def _framed(parts: Iterable[bytes]) -> bytes:
    """sha256 over the parts, each preceded by its length."""
    made = sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big") + part)
    return made.digest()


def read_header(raw: bytes) -> tuple[dict[bytes, bytes], int, bool]:
    """The named fields (the first of each, unfolded), where the body begins, and whether the cap ended the header.

    The header ends at an empty line or, as for the parser, at the first line that cannot belong to it.
    """
    found: dict[bytes, list[bytes]] = {}
    current: list[bytes] = []
    position = spent = 0
    for number, line in enumerate(lines_of(raw)):
        text = line.rstrip(b"\r\n")
        spent += len(text) + 1
        name, colon, value = text.partition(b":")
        if not text:
            position += len(line)
            break
        if text[:1] in b" \t" and number:
            current.append(text.strip())
        elif colon and name.strip() and spent <= HEADER_CAP:
            current = [value.strip()]
            found.setdefault(name.strip().lower(), current)
        elif number or not text.startswith(b"From "):
            break
        position += len(line)
    return (
        {name: _even(b" ".join(found[name]).strip()) for name in NAMED if name in found},
        position,
        spent > HEADER_CAP,
    )


def lines_of(raw: bytes) -> Iterator[bytes]:
    """Its lines with their ends, one by one, as far as a header may be looked for: of a large mail a few are wanted."""
    return (found[0] for found in LINE.finditer(raw, 0, 2 * HEADER_CAP))


def _even(piece: bytes) -> bytes:
    """Line ends as LF; NUL as 0x80, which is how Dovecot hands it out by IMAP (a literal has no NUL, RFC 9051 §4.3)."""
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"\x80")


def _body_hash(raw: bytes, start: int) -> bytes:
    """The body's sha256, in pieces, so that a large mail is never copied whole; trailing empty lines do not count."""
    end = start + len(raw[start:].rstrip(b"\r\n"))
    made = sha256()
    while start < end:
        stop = min(start + CHUNK, end)
        if raw[stop - 1 : stop] == b"\r" and stop < end:
            stop += 1  # keep CR and LF of one line end in one piece
        made.update(_even(raw[start:stop]))
        start = stop
    return made.digest()
