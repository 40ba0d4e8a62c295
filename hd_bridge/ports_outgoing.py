"""What people ask the journal of steps and letters, and what they may do to a letter on its way. Pure.

A part of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hd_bridge.views import LetterSummary, StepSummary
from hd_bridge.work import State, Step


class Outgoing(Protocol):
    """The Journal: letters, and single steps."""

    def step(self, key: str) -> Step | None:
        """A step whole. ``JournalError`` where this version does not know its kind."""

    def steps_from(self, source: str) -> tuple[StepSummary, ...]:
        """The steps that a source led to (a mail's key, ``note-…``), oldest first."""

    def letters(self, states: Sequence[State], limit: int, *, newest: bool = False) -> tuple[LetterSummary, ...]:
        """Letters in these states, and agents' notes that are not done yet (``kind`` "note"; their time of grace is
        ``due``), oldest first; of too many the oldest, or the newest."""

    def letter_steps(self, prefix: str) -> tuple[LetterSummary, ...]:
        """The letters, and notes that are not done, whose keys begin so, at most two."""

    def hurry(self, key: str) -> bool:
        """A step that waits for nothing but a time is due now. False if it is none, or may be under way."""

    def cancel(self, key: str, why: str) -> bool:
        """A letter or note that is on its way or held is dropped, and what waits for it. False if it has gone, or is
        going out this very moment."""
