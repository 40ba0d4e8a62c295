"""The sweep: every single point of each story, and sampled runs of each other kind. Touches the disk."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from functools import cache

from tests.crash import runs
from tests.crash.counts import first_seed, how_many
from tests.crash.runs import Points, Run
from tests.crash.tales import MAIN, Tale
from tests.crash.telling import Teller

SINGLES = "death after every single commit and call"
PAIRS = "two deaths"
MISHAPS = "mishaps and up to two deaths"
LATE = "the same, and a call that lands after the rest"
KINDS = (SINGLES, PAIRS, MISHAPS, LATE)


@cache
def teller(tale: Tale = MAIN) -> Teller:
    """One of a tale in a process, with all safeguards; it is made before any is taken out."""
    made = Teller(tale)
    gc.freeze()  # thousands of short-lived transactions follow: what is loaded now is not looked through each time
    return made


def kinds(points: Points, tale: Tale = MAIN) -> dict[str, Iterable[Run]]:
    """What is told."""
    return {
        SINGLES: runs.singles(points),
        PAIRS: (runs.pair(points, seed) for seed in _seeds("pairs", tale)),
        MISHAPS: (runs.foul(points, seed) for seed in _seeds("mishaps", tale)),
        LATE: (runs.foul(points, seed, beyond=True) for seed in _seeds("late", tale)),
    }


def piece_of(told: Iterable[Run], piece: int, pieces: int) -> Iterator[Run]:
    """One piece of several; runs that die at the same point first are in the same."""
    return (run for run in told if (sum(run.deaths[:1]) + 7 * run.chapter + len(run.mishaps)) % pieces == piece)


def _seeds(kind: str, tale: Tale) -> range:
    return range(first_seed(), first_seed() + how_many(kind, tale.name))
