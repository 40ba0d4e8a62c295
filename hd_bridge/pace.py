"""How often something is done that costs the tracker's time, which customers may be waiting for. Pure."""

from __future__ import annotations

SHARE = 20  # while customers wait it takes the twentieth part of the time


class Pace:
    """While customers wait it pauses for nineteen times as long as it took the last time, but not for longer than
    ``longest``, in seconds. Moments are those of a monotonic clock."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._ended: float | None = None
        self._took = 0.0

    def due(self, now: float) -> bool:
        """Whether the pause is over."""
        return self._ended is None or now - self._ended >= min((SHARE - 1) * self._took, self._longest)

    def done(self, begun: float, now: float) -> None:
        """It was done."""
        self._took, self._ended = now - begun, now
