"""Addresses in a letter: which may be links, and where words are one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 2000
_SAFE = re.compile(r"(?:https?://[^\s/]|mailto:[^\s@]+@[^\s@])\S*", re.IGNORECASE)
_BARE = re.compile(
    r"(?<![\w@/.:-])(?:(?P<web>https?://[^\s<>\"]+)|(?P<www>www\.[^\s<>\"]+\.[^\s<>\"]+)"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}))",
    re.IGNORECASE,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


def safe_address(address: str) -> str | None:
    """The address, if a customer may follow it: http, https, mailto; ``None`` for any other, such as a path."""
    address = address.strip()
    return address if len(address) <= LONGEST and _SAFE.fullmatch(address) else None


def linked(text: str) -> Iterator[tuple[str, str]]:
    """Words and the address that they are, "" where they are none, in order."""
    done = 0
    for found in _BARE.finditer(text):
        words = trimmed(found[0])
        address = safe_address({"www": "https://", "mail": "mailto:"}.get(found.lastgroup or "", "") + words)
        if address is None:
            continue
        if found.start() > done:
            yield text[done : found.start()], ""
        yield words, address
        done = found.start() + len(words)
    if done < len(text):
        yield text[done:], ""


def trimmed(address: str) -> str:
    """An address without the signs that end the sentence around it; brackets stay where they have a partner."""
    while address:
        last = address[-1]
        paired = last in _PAIRS and address.count(_PAIRS[last]) >= address.count(last)
        if paired or last not in ".,;:!?'*_~)]}’”»":
            break
        address = address[:-1]
    return address
