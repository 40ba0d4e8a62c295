"""Addresses at which nobody reads mail. Pure."""

from __future__ import annotations

_MACHINES = ("mailer-daemon", "postmaster", "abuse", "root", "noreply", "no-reply", "donotreply", "do-not-reply")


def nobody_at(address: str) -> bool:
    """Whether an address is a machine's or an office's by its name (RFC 2142), so that a letter there is pointless."""
    local = address.partition("@")[0].partition("+")[0]
    return local in _MACHINES or local.startswith(("noreply", "no-reply"))
