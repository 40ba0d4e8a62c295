"""Paging through changes while they go on: nothing is missed, whatever moves. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hd_bridge.errors import Closed, NotNow
from hd_bridge.tracker.redmine_changes import HELD_BACK, NEWEST, Seen, changed_since, look, seen_up_to

START = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


class Listing:
    """Redmine's list of issues: microseconds inside, seconds outside, a second too many, 100 rows at most."""

    def __init__(self, changes: Mapping[int, datetime]) -> None:
        self.changes = dict(changes)
        self.now = max(changes.values(), default=START) + timedelta(seconds=1)
        self.bumps: list[list[int]] = []
        self.requests = 0

    def page(self, params: Mapping[str, Any]) -> list[Any]:
        self.requests += 1
        floor = datetime.fromisoformat(params["updated_on"].removeprefix(">=")) - timedelta(seconds=1)
        newest_first = params["sort"] == NEWEST
        rows = sorted(((at, id) for id, at in self.changes.items() if at > floor), reverse=newest_first)
        shown = rows[params["offset"] : params["offset"] + params["limit"]]
        for id in self.bumps.pop(0) if self.bumps else ():
            self.now += timedelta(milliseconds=10)
            self.changes[id] = self.now
        return [{"id": id, "updated_on": at.strftime("%Y-%m-%dT%H:%M:%SZ")} for at, id in shown]


def ids(rows: Iterable[Any]) -> list[int]:
    return [row["id"] for row in rows]


def told(listing: Listing, since: datetime = START) -> list[int]:
    return ids(changed_since(since, listing.page))


@pytest.mark.parametrize("how_many", [0, 1, 99, 100, 101, 199, 200, 550])
@pytest.mark.parametrize("spread", [timedelta(0), timedelta(microseconds=700), timedelta(seconds=3)])
def test_all_are_told_once_however_they_lie_on_the_pages(how_many: int, spread: timedelta) -> None:
    listing = Listing({id: START + spread * id for id in range(1, how_many + 1)})
    assert told(listing) == list(range(1, how_many + 1))


@pytest.mark.parametrize("how_many", [0, 1, 99])
def test_what_fits_on_a_page_is_one_request(how_many: int) -> None:
    listing = Listing(dict.fromkeys(range(1, how_many + 1), START))
    rows, seen = look(START, listing.page)
    assert ids(rows) == list(range(1, how_many + 1))
    look(START, listing.page, seen)
    assert listing.requests == 2


@pytest.mark.parametrize("spread", [timedelta(0), timedelta(seconds=1)])
def test_a_quiet_look_is_one_request_however_much_changed_before(spread: timedelta) -> None:
    listing = Listing({id: START + spread * id for id in range(1, 501)})
    rows, seen = look(START, listing.page)
    assert ids(rows) == list(range(1, 501))
    listing.requests = 0
    for _ in range(10):
        rows, seen = look(START, listing.page, seen)
        assert len(rows) < 15
    assert listing.requests == 10


@pytest.mark.parametrize("id", [1, 250, 500, 501])
def test_whatever_changes_after_a_look_is_seen_by_the_next(id: int) -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START))
    _, seen = look(START, listing.page)
    _, seen = look(START, listing.page, seen)
    listing.changes[id] = listing.now
    assert ids(look(START, listing.page, seen)[0])[-1] == id


def test_a_change_between_two_pages_of_a_look_is_seen_by_the_next() -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START))
    listing.bumps = [[], [], [], [], [], [7]]
    _, seen = look(START, listing.page)
    assert ids(look(START, listing.page, seen)[0])[-1] == 7


def test_while_a_burst_lasts_a_look_reads_what_came_since_the_last_one() -> None:
    listing = Listing({id: START + timedelta(seconds=id) for id in range(1, 1001)})
    _, seen = look(START, listing.page)
    listing.requests = 0
    for first in range(1001, 1301, 30):
        listing.changes |= {id: START + timedelta(seconds=id) for id in range(first, first + 30)}
        rows, seen = look(START, listing.page, seen)
        assert set(ids(rows)) >= set(range(first, first + 30))
        assert len(rows) < 50
    assert listing.requests == 10


@pytest.mark.parametrize("seed", range(40))
def test_looks_one_after_the_other_show_every_change(seed: int) -> None:
    """Each row is shown with its last time, whatever changes between the looks and the pages of them."""
    dice = random.Random(seed)
    every = range(1, dice.randint(120, 420))
    listing = Listing({id: START + timedelta(milliseconds=40) * id for id in every})
    shown: dict[int, str] = {}
    seen: Seen | None = None
    for turn in range(9):
        listing.now += timedelta(seconds=dice.choice([0, 1, 5, 30]))
        for id in dice.sample(every, dice.choice([0, 3, 99, 100, 110]) if turn < 8 else 0):
            listing.now += timedelta(milliseconds=dice.choice([0, 10, 200]))
            listing.changes[id] = listing.now
        listing.bumps = [dice.sample(every, dice.randint(0, 4)) for _ in range(3 if turn < 8 else 0)]
        rows, seen = look(START, listing.page, seen)
        shown |= {row["id"]: row["updated_on"] for row in rows}
    assert shown == {id: at.strftime("%Y-%m-%dT%H:%M:%SZ") for id, at in listing.changes.items()}


def test_what_a_slow_transaction_hid_is_found_where_a_whole_look_is_asked_for() -> None:
    listing = Listing({id: START + timedelta(seconds=id) for id in range(1, 501)})
    _, seen = look(START, listing.page)
    late = START + timedelta(seconds=500) - HELD_BACK
    listing.changes |= {1: late, 2: late - timedelta(seconds=1)}
    rows, _ = look(START, listing.page, seen)
    assert 1 in ids(rows) and 2 not in ids(rows)
    rows, _ = look(START, listing.page)
    assert {1, 2} <= set(ids(rows)[-15:])


def test_from_before_what_was_seen_everything_is_read() -> None:
    listing = Listing({id: START + timedelta(seconds=id) for id in range(1, 401)})
    _, seen = look(START, listing.page)
    rows, _ = look(START - timedelta(seconds=5), listing.page, seen)
    assert ids(rows) == list(range(1, 401))


def test_what_was_before_the_first_start_is_not_read() -> None:
    listing = Listing({id: START + timedelta(seconds=id) for id in range(1, 401)})
    rows, _ = look(START, listing.page, seen_up_to(START + timedelta(seconds=400)))
    assert ids(rows) == [400]


def test_a_row_with_a_time_that_is_to_come_hides_nothing_where_the_trackers_clock_is_known() -> None:
    listing = Listing({1: START + timedelta(days=1), 2: START})
    _, seen = look(START, listing.page)
    listing.changes[2] = START + timedelta(seconds=30)
    rows, _ = look(START, listing.page, seen.by(START + timedelta(seconds=2)))
    assert ids(rows) == [2, 1]


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_missed_while_tickets_change_between_the_pages(seed: int) -> None:
    dice = random.Random(seed)
    spread = dice.choice([timedelta(0), timedelta(milliseconds=3), timedelta(milliseconds=40), timedelta(seconds=1)])
    every = range(1, dice.randint(120, 420))
    listing = Listing({id: START + spread * id for id in every})
    listing.bumps = [dice.sample(every, dice.randint(0, 4)) for _ in range(3)]
    assert set(told(listing)) == set(every)


def test_what_lies_before_the_moment_is_left_out() -> None:
    listing = Listing({1: START - timedelta(microseconds=500), 2: START, 3: START + timedelta(microseconds=1)})
    assert told(listing) == [2, 3]


def test_a_list_that_never_holds_still_is_left_for_later() -> None:
    listing = Listing(dict.fromkeys(range(1, 301), START))
    listing.bumps = [[id] for id in range(1, 100)]
    with pytest.raises(NotNow):
        told(listing)


def test_a_tracker_that_ignores_the_filter_is_not_believed() -> None:
    listing = Listing({1: START - timedelta(days=1)})

    def unfiltered(params: Mapping[str, Any]) -> list[Any]:
        return listing.page({**params, "updated_on": ">=2020-01-01T00:00:00Z"})

    for reading in (changed_since, look):
        with pytest.raises(Closed):
            reading(START, unfiltered)
