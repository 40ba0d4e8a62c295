"""Base64 as mails carry it: cut off, glued together, with dirt between the lines. Pure."""

from __future__ import annotations

import binascii
from io import BytesIO

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# Deletes all that is not of the alphabet, the padding included.
DIRT = bytes(set(range(256)) - set(ALPHABET))
SPACE = b" \t\r\n"
SEARCHED, MOST_LINES = 4096, 20
PIECE = 1024 * 1024


def decode_base64(data: bytes) -> bytes:
    """All bytes that can be read; never raises.

    Reading stops at the first padding, unless what follows is base64 and nothing else (blocks glued together): a
    list's footer below an encoded text must not become rubbish.
    """
    padding_at = data.find(b"=")
    if padding_at < 0 or not data[padding_at:].strip(b"=" + SPACE):
        return _block(data)  # the usual case, without copies of what may be large
    made = []
    for number, block in enumerate(data.split(b"=")):
        if number and not _is_base64(block):
            break
        made.append(_block(block))
    return b"".join(made)


def decode_large(text: str) -> bytes | None:
    """A large file piece by piece, without another copy of its text; ``None`` where it is not clean base64."""
    made, rest = BytesIO(), b""
    for start in range(0, len(text), PIECE):
        try:
            data = rest + text[start : start + PIECE].encode("ascii").translate(None, SPACE)
        except UnicodeEncodeError:
            return None
        last = start + PIECE >= len(text)
        whole = len(data) if last else max(0, len(data) - 4) // 4 * 4
        if data[:whole].rstrip(b"=").translate(None, ALPHABET) or (last and len(data) % 4):
            return None
        made.write(binascii.a2b_base64(data[:whole]))
        rest = data[whole:]
    return made.getvalue()


def looks_like_base64(data: bytes) -> bool:
    """Whether more of the first lines could be base64, with some dirt in it, than are words with spaces between them;
    where not, the declaration is a lie."""
    words = encoded = 0
    for line in data[:SEARCHED].splitlines()[:MOST_LINES]:
        bare = line.strip()
        if b" " in bare:
            words += len(bare)
        elif 4 * len(bare.translate(None, DIRT)) >= 3 * len(bare.rstrip(b"=")):
            encoded += len(bare)
    return encoded >= words


def _is_base64(data: bytes) -> bool:
    return not data.translate(None, ALPHABET + SPACE)


def _block(data: bytes) -> bytes:
    """One block; padding may be missing, and a last digit that stands alone (six bits, no byte) is left out."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = data.translate(None, DIRT)
        return binascii.a2b_base64(clean[: len(clean) - (len(clean) % 4 == 1)] + b"==")
