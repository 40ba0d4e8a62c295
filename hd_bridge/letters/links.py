"""Addresses of pages in templates and saved answers: found, and looked at for what cannot be right. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from hd_bridge.letters.addresses import trimmed

_ADDRESS = re.compile(r"(?:https?|ftp):/{0,3}[^\s\"'<>|\\`]*|(?<![\w@/.])www\.[^\s\"'<>|\\`]+", re.IGNORECASE)
_LEFT_OPEN = re.compile(r"\{\{|\{%")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}|localhost|[0-9.]+|[0-9a-f]*:[0-9a-f:.]+", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"(?:^|\.)example(?:\.(?:com|org|net))?$|(?:^|\.)(?:test|invalid)$", re.IGNORECASE)


def links_in(text: str) -> tuple[str, ...]:
    """Every address of a page in a text, each once; not those that a value completes."""
    return tuple(dict.fromkeys(_links(text)))


def _links(text: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(text):
        address = trimmed(found[0])
        if not _LEFT_OPEN.search(found[0]) and "//www.w3.org/" not in address:
            yield address


def wrong_with(address: str) -> str:
    """What is wrong with the form of an address, in words; "" if nothing is."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is no address"
    if address.lower().startswith("ftp"):
        return "is an ftp address, which browsers do not open"
    if "://" not in address and not address.lower().startswith("www."):
        return "lacks the two slashes behind the colon"
    if not _HOST.fullmatch(host) or port == 0:
        return "names no site"
    if _PLACEHOLDER.search(host):
        return "is a placeholder"
    return "carries a password" if parts.password else ""
