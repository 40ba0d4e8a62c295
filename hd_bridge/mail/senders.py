"""Lists of senders as people write them: an address, or a domain with all that lies below it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

DOMAIN = r"[a-z0-9-]+(\.[a-z0-9-]+)+"
PATTERN = re.compile(rf"([^\s@]+@)?{DOMAIN}")
MOST = 6


def sender_pattern(text: str) -> str | None:
    """A pattern as it is kept: lower-case, ``@example.com`` and ``*.example.com`` meaning the domain; ``None`` if it
    is neither an address nor a domain."""
    word = text.strip().lower().removeprefix("*@").removeprefix("*.")
    word = word.removeprefix("@") if word.count("@") == 1 and word.startswith("@") else word
    return word if len(word) <= 320 and PATTERN.fullmatch(word) else None


def patterns_of(address: str) -> tuple[str, ...]:
    """Everything on a list that would mean this address, the closest first: itself, its domain, the domains above.

    At most ``MOST``; of a domain that is longer the middle is left out, for lists hold what people can register.
    """
    if "@" not in address:
        return ()
    labels = address.rpartition("@")[2].split(".")
    above = [".".join(labels[n:]) for n in range(len(labels) - 1)] or labels
    return (address, *above[:1], *above[1:][-(MOST - 2) :])


def listed(patterns: Collection[str], *addresses: str) -> str | None:
    """The pattern that means one of these addresses; ``None`` if none does."""
    return next((one for address in addresses for one in patterns_of(address) if one in patterns), None)
