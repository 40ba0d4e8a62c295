"""Rounds: tickets are looked at from time to time although nothing was told of them (redmine.md, algorithm A7). Pure.

Every hour the open tickets are compared by the time of their last change and by their relations, a hundred a request;
every day those that were active lately are read whole, because a note that is made public, or a new relation, moves
nothing. Each minute does a slice, and how far a round has come outlives a restart.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from hd_bridge import related
from hd_bridge.errors import Closed, FarSideError
from hd_bridge.house import House
from hd_bridge.views_following import Standing
from hd_bridge.watch import Watch

log = logging.getLogger("hd_bridge.rounds")

MINUTE = 60.0
BATCH = 100  # that the tracker tells in one answer
HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)
LATELY = timedelta(days=14)
ISSUES_EVERY = 5  # minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """When it began, and the number of the last ticket that it has done; ``None``: it is over."""

    name: str
    every: timedelta
    begun: datetime
    after: int | None

    @property
    def minutes(self) -> int:
        """In how many slices it is done."""
        return int(self.every / timedelta(minutes=1))


class Rounds:
    """Does a slice of each round in a minute; one at a time, in turn with the watch."""

    def __init__(self, house: House, watch: Watch) -> None:
        self._house, self._watch = house, watch
        self._last = house.clock.monotonic()
        self._minutes = 0

    def tick(self) -> int:
        """What is to be done this minute, if it has not been done; how many tickets had something new. A closed door
        is noted, not raised, and the slice is done again in the next minute."""
        house = self._house
        now = house.clock.monotonic()
        if now - self._last < MINUTE or "tracker" in house.doors.resting():
            return 0
        self._last, self._minutes = now, self._minutes + 1
        try:
            return self._slices()
        except Closed as closed:
            house.doors.shut("tracker", closed)
        except FarSideError as error:
            log.warning("the tracker could not be asked for tickets: %s", error)
        return 0

    def _slices(self) -> int:
        issues = related.ask(self._house) if self._minutes % ISSUES_EVERY == 0 else 0
        return issues + self._compare() + self._read()

    def _compare(self) -> int:
        """Ask how the next open tickets stand; read those that do not stand as they did."""
        house, round = self._house, self._round("compare", HOURLY)
        if round.after is None:
            return 0
        found = related.ask(house) + related.ask_closed(house) if round.after == 0 else 0
        size = ceil(house.journal.count_open() / round.minutes / BATCH) * BATCH
        some = house.journal.standing_open(round.after, size or BATCH)
        now = house.tracker.states([one.number for one in some]) if some else {}
        house.journal.lose_sight([one.number for one in some if one.number not in now], house.clock.now())
        for one in some:
            ticket = now.get(one.number)
            if ticket is not None and one != _standing(one, ticket.updated_on, {r.other for r in ticket.relations}):
                found += self._watch.look_at(one.number)
        self._keep(round, some, size or BATCH)
        return found

    def _read(self) -> int:
        """Read the next tickets whole."""
        journal, round = self._house.journal, self._round("read", DAILY)
        if round.after is None:
            return 0
        since = self._house.clock.now() - LATELY
        size = ceil(journal.count_open(since) / round.minutes) or 1
        some = journal.standing_open(round.after, size, since)
        found = sum(self._watch.look_at(one.number) for one in some)
        self._keep(round, some, size)
        return found

    def _round(self, name: str, every: timedelta) -> Round:
        """Where a round stands. The first one begins when its time has passed once: a start has its hands full."""
        now, kept = self._house.clock.now(), self._house.journal.meta(f"round {name}")
        if kept is None:
            self._write(Round(name=name, every=every, begun=now, after=None))
            return Round(name=name, every=every, begun=now, after=None)
        begun, _, after = kept.partition(" ")
        round = Round(name=name, every=every, begun=datetime.fromisoformat(begun), after=int(after) if after else None)
        if round.after is None and now - round.begun >= every:
            return Round(name=name, every=every, begun=now, after=0)
        return round

    def _keep(self, round: Round, done: tuple[Standing, ...], size: int) -> None:
        after = done[-1].number if len(done) == size else None
        self._write(Round(name=round.name, every=round.every, begun=round.begun, after=after))

    def _write(self, round: Round) -> None:
        after = "" if round.after is None else round.after
        self._house.journal.set_meta(f"round {round.name}", f"{round.begun.isoformat()} {after}")


def _standing(one: Standing, updated_on: datetime, related: set[int]) -> Standing:
    return Standing(number=one.number, updated_on=updated_on, related=frozenset(related))
