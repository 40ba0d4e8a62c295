"""How often something is done that costs the tracker's time, which customers may be waiting for. Pure."""

from __future__ import annotations

SHARE = 20  # while customers wait it takes the twentieth part of the time


class Pace:
    """``every`` so many seconds; while customers wait, also not before twenty times what the last one took has passed,
    unless that were ``longest``, in seconds too. Moments are those of a monotonic clock."""

    def __init__(self, every: float, longest: float) -> None:
        self._every, self._longest = every, longest
        self._ended: float | None = None
        self._took = 0.0

    def due(self, now: float, waiting: bool) -> bool:
        """Whether it is time; ``waiting`` if customers wait."""
        pause = max(self._every, min((SHARE - 1) * self._took, self._longest)) if waiting else self._every
        return self._ended is None or now - self._ended >= pause

    def done(self, begun: float, now: float) -> None:
        """It was done."""
        self._took, self._ended = now - begun, now
