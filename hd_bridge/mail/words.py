"""Header text: unfolding and encoded words (RFC 2047), the broken ones included. Pure.

The words are found by plain searching, not by a pattern that could backtrack: the time is linear in the length.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass

from hd_bridge.mail.base64 import decode_base64
from hd_bridge.mail.charset import decode, guess

HEAD = re.compile(rb"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([BbQq])\?")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """An encoded word: its charset and the bytes it stands for."""

    charset: str
    content: bytes


def raw_bytes(value: str) -> bytes:
    """A header value of the standard library's parser as it stood in the mail."""
    return value.encode("utf-8", "surrogateescape")


def unfold(value: bytes) -> bytes:
    """The value on one line; a fold counts as one space (RFC 5322 §2.2.3)."""
    return b" ".join(line.strip() for line in value.splitlines()).strip()


def decode_text(value: bytes, hint: str | None = None) -> str:
    """A header value as people read it, on one line; ``hint`` is the charset of the mail's body. Never raises."""
    line = unfold(value)
    if line.isascii() and b"=?" not in line and b"\x1b" not in line:
        text = line.decode("ascii")
    else:
        text = "".join(decoded_pieces(line, hint))
    return CONTROLS.sub(" ", text).strip()


def decoded_pieces(line: bytes, hint: str | None = None) -> Iterator[str]:
    """Plain text and decoded words in turn; neighbouring words of one charset are decoded together, for many
    senders cut between the bytes of one character."""
    waiting: Word | None = None
    for piece in pieces(line):
        if isinstance(piece, Word) and waiting and piece.charset == waiting.charset:
            waiting = Word(charset=piece.charset, content=waiting.content + piece.content)
            continue
        if waiting:
            yield decode(waiting.content, waiting.charset)
        waiting = piece if isinstance(piece, Word) else None
        if isinstance(piece, bytes):
            yield guess(piece, hint) if not piece.isascii() or b"\x1b" in piece else piece.decode("ascii")
    if waiting:
        yield decode(waiting.content, waiting.charset)


def pieces(line: bytes) -> Iterator[bytes | Word]:
    """The line cut into plain bytes and words; white space between two words is dropped (RFC 2047 §6.2)."""
    position, after_word, close = 0, False, -1
    for head in HEAD.finditer(line):
        if head.start() < position:
            continue
        plain = line[position : head.start()]
        if plain and not (after_word and plain.isspace()):
            yield plain
        if close < head.end():
            close = line.find(b"?=", head.end())
        payload, position = _payload(line, head.end(), close)
        yield Word(charset=head[1].decode("ascii").lower(), content=_content(head[2], payload))
        after_word = True
        if close < 0:
            close = len(line)
    if position < len(line):
        yield line[position:]


def _payload(line: bytes, start: int, close: int) -> tuple[bytes, int]:
    """The encoded text that begins at ``start`` and where reading goes on.

    A word that is not closed ends where the next begins, or with the line (a gateway cut it).
    """
    end = close if 0 <= close < len(line) else len(line)
    following = HEAD.search(line, start, end)
    if following:
        return line[start : following.start()].rstrip(), following.start()
    return line[start:end], min(end + 2, len(line))


def _content(encoding: bytes, payload: bytes) -> bytes:
    if encoding in b"Bb":
        return decode_base64(payload)
    return a2b_qp(payload, header=True)
