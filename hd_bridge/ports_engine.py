"""What gets the work done that the journal holds: threads of one process, or jobs for several. Pure.

Parts of the ports (ports.py). The journal stays the truth: an engine that forgets everything delays work, and loses
none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

CLOCK = "clock"  # the seat of whoever looks at the tracker, writes the digest, and sees that nothing lies about


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an engine has done, again and again. None of these raises; each ends soon once ``stop()`` is true."""

    decide: Callable[[], bool]
    """Decide every mail that waits; whether there were any. One at a time in an installation."""

    perform: Callable[[str, str | None, bool], bool]
    """By this worker, in this strand (``None``: in any): every step that may be done now; whether there were any.
    With ``lost`` what another worker had in hand there is taken over first: it is known to be dead."""

    due: Callable[[], tuple[str, ...]]
    """Strands that have something to be done now."""

    undecided: Callable[[], bool]
    """Whether mails wait to be decided."""

    pause: Callable[[], float]
    """Seconds until something may come due by itself."""

    rest: Callable[[float], object]
    """Wait for so many seconds, or until it is time to end."""

    stop: Callable[[], bool]
    """Whether to end."""


class Engine(Protocol):
    """Who works. ``spawn(name, body)`` starts a thread that the daemon waits for at its end."""

    def prepare(self) -> None:
        """Make what the engine needs before the journal is written to."""

    def start(self, work: Work, spawn: Callable[[str, Callable[[], None]], None]) -> None:
        """Work from now on."""

    def mail(self) -> None:
        """There may be mail to decide."""

    def steps(self) -> None:
        """There may be steps to perform."""

    def stop(self) -> None:
        """End; returns at once."""


class Seats(Protocol):
    """What one process of an installation does at a time: each mailbox, and the clock. A seat falls free when its
    process dies."""

    def take(self, names: Collection[str], in_vain: Collection[str] = ()) -> None:
        """Take those that are free, of ``names`` (all that there are) at most our share; what we hold ``in_vain`` (its
        door is closed to us) is left to others after a while. ``JournalAway``: none is held any more."""

    def held(self, name: str) -> bool:
        """Whether it is ours, as far as is known; asks nobody."""

    def close(self) -> None:
        """Give all of them back."""
