"""Runs of the story: where the bridge dies in one, what else goes wrong, drawn from a seed. Touches the disk."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from hd_bridge.errors import Closed, Doubtful
from hd_bridge.tracker.embedded_faults import Trouble
from tests.crash import story
from tests.crash.stage import Fuse, Saved, Stage, first, put_back, save
from tests.crash.truth import Truth, judge

SOON = range(1, 60)  # points after a restart within which the second death comes
WITHIN, BEYOND = (1, 179), (181, 3000)  # seconds: how late a call lands, by the rest


@dataclass(frozen=True, kw_only=True)
class Mishap:
    """What goes wrong in one chapter: ``kind`` is a method of ``_Arrange``, ``what`` the call or the mailbox."""

    chapter: int
    kind: str
    what: str = ""
    seconds: int = 0
    flag: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """From which chapter it is told (before it nothing goes wrong), at which points it dies, and the mishaps."""

    chapter: int
    deaths: tuple[int, ...] = ()
    mishaps: tuple[Mishap, ...] = ()

    @property
    def late(self) -> bool:
        """Whether a call may land after the rest: the one condition under which house.md allows a double."""
        return any(mishap.kind == "late" and mishap.seconds > WITHIN[1] for mishap in self.mishaps)


@dataclass(frozen=True)
class Book:
    """The stage as each chapter begins when nothing goes wrong, and how many points each has."""

    stage: Stage
    saved: tuple[Saved, ...]
    points: tuple[int, ...]


@cache
def book() -> Book:
    """The story told once without mishap, kept in one copy for each process."""
    stage, saved, points = first(), [], []
    for chapter in range(story.CHAPTERS):
        saved.append(save(stage))
        put_back(stage, saved[-1])
        story.tell(stage, chapter)
        points.append(stage.fuse.points)
    story.end(stage)
    assert judge(stage).wrong == []
    return Book(stage, tuple(saved), tuple(points))


def tell(run: Run, prepare: Callable[[Stage], None] = lambda stage: None) -> Truth:
    """One run, and what is wrong at its end."""
    stage = book().stage
    put_back(stage, book().saved[run.chapter])
    prepare(stage)
    stage.fuse = Fuse(list(run.deaths))
    for chapter in range(run.chapter, story.CHAPTERS):
        for mishap in run.mishaps:
            if mishap.chapter == chapter:
                ARRANGE[mishap.kind](stage, mishap)
        try:
            story.tell(stage, chapter)
        except (AssertionError, KeyError) as lost:  # what the story goes on with is not there
            return Truth([f"chapter {chapter} cannot be told: {lost!r}"])
    stage.outbox.before, stage.outbox.after = [], []
    story.end(stage)
    return judge(stage, late_is_allowed=run.late)


def singles() -> Iterator[Run]:
    """Every single point of the story."""
    for chapter, points in enumerate(book().points):
        for point in range(1, points + 1):
            yield Run(chapter=chapter, deaths=(point,))


def pair(seed: int) -> Run:
    """Two deaths, the second soon after the restart."""
    chance = random.Random(f"pair {seed}")
    chapter = chance.randrange(story.CHAPTERS)
    return Run(chapter=chapter, deaths=(chance.randint(1, book().points[chapter]), chance.choice(SOON)))


def foul(seed: int, beyond: bool = False) -> Run:
    """One to three mishaps and up to two deaths; with ``beyond`` one call at least lands after the rest."""
    chance = random.Random(f"foul {seed} {beyond}")
    chapter = chance.randrange(story.CHAPTERS)
    deaths = [chance.randint(1, book().points[chapter]), chance.choice(SOON)][: chance.randrange(3)]
    mishaps = [_mishap(chance, chance.randrange(chapter, story.CHAPTERS)) for _ in range(chance.randint(1, 3))]
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


def _letter(stage: Stage, mishap: Mishap) -> None:
    stage.outbox.after.append(Doubtful("the line broke"))
    stage.outbox.sends_all_the_same = mishap.flag
    stage.told["letters in doubt"] = stage.told.get("letters in doubt", 0) + 1


def _clock(stage: Stage, mishap: Mishap) -> None:
    stage.back = timedelta(hours=1)  # at the next restart


def _mailbox(stage: Stage, mishap: Mishap) -> None:
    stage.boxes[mishap.what].closed = Closed("out of reach")


def _twice(stage: Stage, mishap: Mishap) -> None:
    box = stage.boxes[mishap.what]
    box.mails += box.mails[-2:]


ARRANGE: dict[str, Callable[[Stage, Mishap], None]] = {
    "lost": lambda stage, mishap: stage.faults.order(mishap.what, Trouble.AFTER),
    "away": lambda stage, mishap: stage.faults.order(mishap.what, Trouble.BEFORE),
    "stale": lambda stage, mishap: stage.faults.order("change", Trouble.STALE),
    "late": lambda stage, mishap: stage.faults.late(
        mishap.what, timedelta(seconds=mishap.seconds), checked=mishap.flag
    ),
    "letter": _letter,
    "outbox": lambda stage, mishap: stage.outbox.before.append(Closed("421 not now")),
    "mailbox": _mailbox,
    "clock": _clock,
    "twice": _twice,
}
