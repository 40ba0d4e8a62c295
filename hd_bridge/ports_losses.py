"""What the doors must tell when something was lost or restored: originals in the tracker, the journal's own end. Pure.

Parts of the ports ``Tracker`` and ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from hd_bridge.model import Ticket
from hd_bridge.views import DatedMail, Opening, Talk, TrackerStep


class Originals(Protocol):
    """The Tracker: the originals of mails (``mail-<key>.eml`` or ``.txt``) that lie on its tickets."""

    def newest_original(self, addresses: Collection[str]) -> tuple[int, str] | None:
        """The ticket and the name of the newest original of mail to one of ``addresses`` (its description), as far as
        the tickets that changed last tell; ``None`` only if proved."""

    def newest_number(self) -> int:
        """The highest number that a ticket of ours to see has; 0 (proved) where there is none."""

    def originals(self) -> Iterator[tuple[Ticket, ...]]:
        """All tickets with originals, page by page in order of their numbers, with files and without notes. A page
        without any is given, and ends it, only if proved."""


class Losses(Protocol):
    """The Journal: how far it goes, and how it is put right after a loss."""

    def sequence(self) -> int:
        """A number that grows with every mail, step and event, and never goes back while nothing is lost."""

    def newest_openings(self, limit: int) -> tuple[Opening, ...]:
        """The tickets with the highest numbers that mails of ours have opened, highest first."""

    def dated_mails(self) -> tuple[DatedMail, ...]:
        """All mails in the order in which they arrived on their servers."""

    def tracker_steps(self) -> tuple[TrackerStep, ...]:
        """All steps through the tracker's door that were not dropped, oldest first."""

    def talks(self) -> tuple[Talk, ...]:
        """All conversations, oldest first."""

    def do_again(self, lost: Mapping[str, bool], why: str) -> None:
        """Steps that were done and are not there any more are due again, in doubt; ``True``: it opened a ticket,
        which its conversation has no longer."""

    def quieten(self, why: str, now: datetime) -> int:
        """Drop every automatic letter on its way, hold the others, and put what is on its way to the tracker in
        doubt, so that it asks first. How many letters."""
