"""Base64 as mails carry it: cut off, glued together, with dirt between the lines. Pure."""

from __future__ import annotations

import binascii

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# Deletes all that is not of the alphabet, the padding included.
DIRT = bytes(set(range(256)) - set(ALPHABET))
SPACE = b" \t\r\n"


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


def _is_base64(data: bytes) -> bool:
    return not data.translate(None, ALPHABET + SPACE)


def _block(data: bytes) -> bytes:
    """One block; padding may be missing, and a last digit that stands alone (six bits, no byte) is left out."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = data.translate(None, DIRT)
        return binascii.a2b_base64(clean[: len(clean) - (len(clean) % 4 == 1)] + b"==")
