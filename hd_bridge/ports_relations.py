"""How the tracker's tickets stand to each other, and how many of them stand now. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from hd_bridge.model import Ticket


class Relations(Protocol):
    """A part of ``ports.Tracker``; it fails as the rest of it does. What is there already comes with a ticket
    (``Ticket.relations``)."""

    def relate(self, number: int, other: int, kind: str) -> None:
        """Say how a ticket stands to another one (``relations.MIRRORED``); harmless to repeat. ``Refused`` where the
        tracker does not let us, with ``missing`` where the ticket itself is not there (proved)."""

    def states(self, numbers: Collection[int]) -> dict[int, Ticket]:
        """These tickets as they are now, a hundred a request, without notes and files; those that are not
        there are left out (proved)."""
