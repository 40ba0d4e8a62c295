"""What the journal knows against senders and floods: who is blocked, how many wrote, which breakers are open. Pure.

Parts of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hd_bridge.views_guard import BlockedSender, Breaker, HeldItem, Standing


class Judging(Protocol):
    """What deciding asks."""

    def standing(self, address: str, patterns: Sequence[str], since: datetime, until: datetime, most: int) -> Standing:
        """Whether one of ``patterns`` is blocked, and how many mails from ``address`` that arrived between the two
        times were taken or held; not counted beyond ``most``."""

    def breakers(self) -> tuple[Breaker, ...]:
        """How every breaker that ever opened stood last."""


class Guarding(Judging, Protocol):
    """The Journal: what waits for a person, and the list of blocked senders, as people change it."""

    def held(self) -> tuple[HeldItem, ...]:
        """Everything that waits for a person, mails and steps, oldest first."""

    def block(self, pattern: str, by: str, now: datetime) -> bool:
        """Ignore mail from an address or a domain (``senders.sender_pattern``) from now on. False if it was so."""

    def unblock(self, pattern: str) -> bool:
        """Take it again. False if it was not blocked."""

    def blocked(self) -> tuple[BlockedSender, ...]:
        """The list, in order of the words."""
