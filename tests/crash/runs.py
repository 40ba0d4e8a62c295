"""Runs of the story: where the bridge dies in one, what else goes wrong, drawn from a seed. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.crash.mishaps import BEYOND, WITHIN, Mishap

SOON = range(1, 60)  # points after a restart within which the second death comes
Points = Sequence[int]  # how many each chapter has


@dataclass(frozen=True, kw_only=True)
class Run:
    """From which chapter it is told (before it nothing goes wrong), at which points it dies, and the mishaps."""

    chapter: int
    deaths: tuple[int, ...] = ()
    mishaps: tuple[Mishap, ...] = ()

    @property
    def late(self) -> bool:
        """Whether a call may land after the rest."""
        return any(mishap.beyond for mishap in self.mishaps)


def singles(points: Points) -> Iterator[Run]:
    """Every single point of the story."""
    for chapter, last in enumerate(points):
        for point in range(1, last + 1):
            yield Run(chapter=chapter, deaths=(point,))


def pair(points: Points, seed: int) -> Run:
    """Two deaths, the second soon after the restart."""
    chance = random.Random(f"pair {seed}")
    first = chance.choice(list(singles(points)))
    return Run(chapter=first.chapter, deaths=(*first.deaths, chance.choice(SOON)))


def foul(points: Points, seed: int, beyond: bool = False) -> Run:
    """One to three mishaps and up to two deaths; with ``beyond`` one call at least lands after the rest."""
    chance = random.Random(f"foul {seed} {beyond}")
    chapter = chance.randrange(len(points))
    deaths = [chance.randint(1, points[chapter]), chance.choice(SOON)][: chance.randrange(3)]
    mishaps = [_mishap(chance, chance.randrange(chapter, len(points))) for _ in range(chance.randint(1, 3))]
    if beyond:
        mishaps.append(_late(chance, chapter, BEYOND))
    return Run(chapter=chapter, deaths=tuple(deaths), mishaps=tuple(mishaps))


def _mishap(chance: random.Random, chapter: int) -> Mishap:
    kind = chance.choice(("lost", "away", "stale", "late", "late", "letter", "outbox", "mailbox", "clock", "twice"))
    what = {
        "lost": chance.choice(("create", "change", "upload")),
        "away": chance.choice(("create", "change", "upload", "ticket", "find_upload", "changed")),
        "mailbox": chance.choice(("support", "sales")),
        "twice": chance.choice(("support", "sales")),
    }
    if kind == "late":
        return _late(chance, chapter, WITHIN)
    return Mishap(chapter=chapter, kind=kind, what=what.get(kind, ""), flag=chance.random() < 0.5)


def _late(chance: random.Random, chapter: int, between: tuple[int, int]) -> Mishap:
    what, seconds = chance.choice(("create", "change")), chance.randint(*between)
    return Mishap(chapter=chapter, kind="late", what=what, seconds=seconds, flag=chance.random() < 0.7)
