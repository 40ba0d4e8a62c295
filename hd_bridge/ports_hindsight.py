"""What the journal tells of decisions that were made, and of how things stood when they were. Pure.

A part of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from hd_bridge.ports_deciding import Deciding
from hd_bridge.views import Decided


class Hindsight(Protocol):
    """The Journal: decisions that are past."""

    def decided(self, content: str) -> tuple[Decided, ...]:
        """The mails with this content (``mail.key.receipt_key``, its last), of every mailbox, first receipt first;
        those without a verdict are left out."""

    def past(self, decided_at: datetime, received_at: datetime) -> Deciding:
        """The journal as the mail found it that was received and decided then: without what it brought itself, and
        without what came later. It cannot be written."""
