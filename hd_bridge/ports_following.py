"""What rounds ask of the journal: open tickets in pieces, those out of sight, and issues that tickets wait for. Pure.

A part of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hd_bridge.steps import Step
from hd_bridge.views_following import Awaiting, Closing, Issue, Standing, Unseen, Waiter


class Following(Protocol):
    """The Journal: tickets that are to be looked at although no change was told of them."""

    def standing_open(self, after: int, limit: int, since: datetime | None = None) -> tuple[Standing, ...]:
        """Open tickets of ours above a number, in order; with ``since`` those that changed after it."""

    def count_open(self, since: datetime | None = None) -> int:
        """How many there are."""

    def lose_sight(self, numbers: Sequence[int], now: datetime) -> None:
        """The tracker does not show these tickets; whichever is read again is in sight again."""

    def unseen(self) -> tuple[Unseen, ...]:
        """Tickets that are out of sight, the longest first."""

    def awaited(self, closed_since: datetime | None = None) -> tuple[int, ...]:
        """Issues to which tickets of ours are related and that are not known to be closed; with ``closed_since`` those
        closed after it instead."""

    def awaited_among(self, numbers: Sequence[int]) -> frozenset[int]:
        """Those of these tickets that are such issues, open or closed."""

    def issue(self, number: int) -> Issue | None:
        """Such an issue as it was last seen."""

    def waiters(self, number: int) -> tuple[Waiter, ...]:
        """The conversations whose tickets are related to it."""

    def closed_for(self, ticket: int) -> Closing | None:
        """Of the issues to which a ticket is related the one that was closed last, if any is closed now."""

    def awaiting(self, ticket: int | None = None) -> tuple[Awaiting, ...]:
        """Open tickets (or one) by who is awaited: those that await us first, the longest first."""

    def hear(self, issue: Issue, steps: Sequence[Step], now: datetime) -> None:
        """Keep how an issue stands, and what follows from it."""
