"""Tells runs: each begins at the point where it first dies, and ends where another has come to the same. Touches the
disk.

The files of each point are kept when the story is told without mishap, so nothing before a death is told twice. When a
process has ended, and all is as it was in an earlier run that had the same still before it, the two go on alike: what
was wrong at that one's end is wrong at this one's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from tests.crash.alike import fingerprint
from tests.crash.fuse import Fuse
from tests.crash.mishaps import arrange
from tests.crash.runs import Run
from tests.crash.stage import REST, Saved, Stage, first, put_back, save
from tests.crash.story import Chapters, turn_page
from tests.crash.tales import MAIN, TALES, Tale
from tests.crash.truth import Truth


class Told(Exception):
    """The rest was told already."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth


@dataclass(frozen=True, kw_only=True)
class Point:
    """In which beat a process died, and what it left behind."""

    beat: int
    saved: Saved


@cache
def stage_of(name: str) -> tuple[Stage, Saved]:
    """The one stage of a tale in this process, and how it was at first."""
    stage = first(next(tale.policy for tale in TALES if tale.name == name))
    return stage, save(stage)


def _begins(chapters: Chapters) -> dict[int, int]:
    """Chapters by the number of the beat that they begin with."""
    return {sum(map(len, chapters[:chapter])): chapter for chapter in range(len(chapters))}


class Teller:
    """Tells runs on the one stage of this process. What it was told it remembers, so a safeguard is taken out of the
    bridge before its Teller is made. ``points`` are how many each chapter has; ``shared`` counts the runs whose end
    was known; with ``shortens`` off, each is told from its chapter's beginning to its end."""

    def __init__(self, tale: Tale = MAIN, *, rest: timedelta = REST, shortens: bool = True) -> None:
        self._tale = tale
        self._stage, self._blank = stage_of(tale.name)
        self._beats = tuple(beat for chapter in tale.chapters for beat in chapter)
        self._begins = _begins(tale.chapters)
        self._rest, self._shortens = rest, shortens
        self._known: dict[object, Truth] = {}
        self._reached: list[object] = []
        self._kept: dict[tuple[int, tuple[int, ...]], Point] = {}
        self._wanted: set[int] = set()
        self._begun: list[Saved] = []
        self._beat = 0
        self.points: list[int] = []
        self.shared = 0
        self._read()

    def tell(self, run: Run, wanted: Iterable[int] = ()) -> Truth:
        """One run, and what is wrong at its end. The points ``wanted`` after its last death are kept."""
        self._reached, self._wanted = [], set(wanted)
        try:
            self._tell(run)
            truth = self._tale.judge(self._stage, run.late)
        except Told as told:
            truth = told.truth
            self.shared += 1
        except (AssertionError, KeyError) as lost:  # what the story goes on with is not there
            truth = Truth([f"beat {self._beat} cannot be told: {lost!r}"])
        self._known |= dict.fromkeys(self._reached, truth)
        return truth

    def tell_all(self, runs: Iterable[Run]) -> Iterator[tuple[Run, Truth]]:
        """Many runs; those that die at the same point first share the way to their second death."""
        shared: defaultdict[Run, set[Run]] = defaultdict(set)
        for run in runs:
            stem = run if run.mishaps else Run(chapter=run.chapter, deaths=run.deaths[:1])
            shared[stem].add(run)
        for stem, branches in shared.items():
            wanted = {run.deaths[1] for run in branches if run != stem}
            truth = self.tell(stem, wanted)
            for run in sorted(branches, key=lambda run: run.deaths):
                yield run, truth if run == stem else self.tell(run)
            for second in wanted:
                self._kept.pop((stem.chapter, (*stem.deaths, second)), None)

    def _read(self) -> None:
        """The story without mishap, kept at its every point and at the beginning of its every chapter."""
        stage = self._stage
        put_back(stage, self._blank)
        stage.rest = self._rest
        for beat in range(len(self._beats)):
            if (chapter := self._begins.get(beat)) is not None:
                turn_page(stage, chapter)
                self._begun.append(save(stage))
                stage.fuse = Fuse(passing=self._keeper(chapter, ()))
                stage.reopen()
            self._play(Run(chapter=0), beat)
            if beat + 1 in self._begins or beat + 1 == len(self._beats):
                self.points.append(stage.fuse.points)
        assert (calm := self._tale.judge(stage, False)).wrong == [], calm.wrong

    def _keeper(self, chapter: int, deaths: tuple[int, ...]) -> Callable[[int], None]:
        def keep(point: int) -> None:
            self._wanted.discard(point)
            self._kept[chapter, (*deaths, point)] = Point(beat=self._beat, saved=save(self._stage))

        def keep_wanted(point: int) -> None:
            if point in self._wanted:
                keep(point)

        return keep_wanted if deaths else keep

    def _tell(self, run: Run) -> None:
        past = self._past(run)
        point = self._kept.get((run.chapter, run.deaths[:past]))
        stage = self._stage
        put_back(stage, point.saved if point else self._begun[run.chapter])
        stage.rest = self._rest
        stage.fuse = Fuse(list(run.deaths[past:]), deaths=past)
        stage.fuse.passing = self._keeper(run.chapter, run.deaths) if self._wanted else None
        if point is None:
            beat = next(beat for beat, chapter in self._begins.items() if chapter == run.chapter)
        else:
            self._beat = point.beat
            self._meet(run, self._chapter + 1)
            self._live(run, stage.revived)
            beat = point.beat if self._beats[point.beat].again else point.beat + 1
        for number in range(beat, len(self._beats)):
            if (chapter := self._begins.get(number)) is not None:
                self._begin(run, number, chapter)
            self._play(run, number)

    def _past(self, run: Run) -> int:
        """How many of its deaths lie behind the latest point that is kept."""
        kept = (n for n in (2, 1) if len(run.deaths) >= n and (run.chapter, run.deaths[:n]) in self._kept)
        return 0 if run.mishaps or not self._shortens else next(kept, 0)

    def _begin(self, run: Run, beat: int, chapter: int) -> None:
        """Another chapter, in a new process."""
        self._beat = beat
        self._meet(run, chapter, exactly=not turn_page(self._stage, chapter))
        self._stage.reopen()
        for mishap in run.mishaps:
            if mishap.chapter == chapter:
                arrange(self._stage, mishap)

    def _play(self, run: Run, beat: int) -> None:
        self._beat = beat
        while (act := self._beats[beat].world(self._stage)) is not None:
            self._live(run, act)
            if not self._beats[beat].again:
                break

    def _live(self, run: Run, act: Callable[[], object]) -> None:
        """Let the bridge work; when it dies, start it again, and let it live on from its journal."""
        while not self._stage.lives(act):
            self._meet(run, self._chapter + 1)
            act = self._stage.revived

    def _meet(self, run: Run, coming: int, *, exactly: bool = True) -> None:
        """A process has ended, and the mishaps of the chapters from ``coming`` on are still to come: whether another
        run has come to the same. Calls that are under way are known to none."""
        stage = self._stage
        if not self._shortens or stage.faults.under_way:
            return
        before = (self._beat, run.late, tuple(stage.fuse.burns), stage.fuse.points if stage.fuse.burns else 0)
        ahead = tuple(mishap for mishap in run.mishaps if mishap.chapter >= coming)
        key = (before, ahead, stage.arranged, fingerprint(stage, exactly=exactly, late_is_allowed=run.late))
        if key in self._known and not self._wanted:
            raise Told(self._known[key])
        self._reached.append(key)

    @property
    def _chapter(self) -> int:
        return max(chapter for beat, chapter in self._begins.items() if beat <= self._beat)
