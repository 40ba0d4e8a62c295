"""How a ticket stands to another one. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MIRRORED: Mapping[str, str] = {
    "relates": "relates",
    "duplicates": "duplicated",
    "duplicated": "duplicates",
    "blocks": "blocked",
    "blocked": "blocks",
    "precedes": "follows",
    "follows": "precedes",
    "copied_to": "copied_from",
    "copied_from": "copied_to",
}
"""Every kind (Redmine's words), and what it is called seen from the other ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relation as its ticket sees it: it ``duplicates`` the ticket ``other``, is ``duplicated`` by it, …"""

    kind: str
    other: int
