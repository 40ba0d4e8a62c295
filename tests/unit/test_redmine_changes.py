"""Paging through changes while they go on: nothing is missed, whatever moves. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hd_bridge.errors import Closed, NotNow
from hd_bridge.tracker.redmine_changes import NEWEST, Look, Page, changed_since, look

START = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


class Listing:
    """Redmine's list of issues: microseconds inside, seconds outside, a second too many, 100 rows at most."""

    def __init__(self, changes: Mapping[int, datetime]) -> None:
        self.changes = dict(changes)
        self.now = max(changes.values(), default=START) + timedelta(seconds=1)
        self.bumps: list[list[int]] = []
        self.requests = 0

    def page(self, params: Mapping[str, Any]) -> Page:
        self.requests += 1
        floor = datetime.fromisoformat(params["updated_on"].removeprefix(">=")) - timedelta(seconds=1)
        newest_first = params["sort"] == NEWEST
        rows = sorted(((at, id) for id, at in self.changes.items() if at > floor), reverse=newest_first)
        shown = rows[params["offset"] : params["offset"] + params["limit"]]
        for id in self.bumps.pop(0) if self.bumps else ():
            self.now += timedelta(milliseconds=10)
            self.changes[id] = self.now
        told = [{"id": id, "updated_on": at.strftime("%Y-%m-%dT%H:%M:%SZ")} for at, id in shown]
        return Page(rows=told, total=len(rows))


def told(listing: Listing, since: datetime = START) -> list[int]:
    return [row["id"] for row in changed_since(since, listing.page)]


@pytest.mark.parametrize("how_many", [0, 1, 99, 100, 101, 199, 200, 550])
@pytest.mark.parametrize("spread", [timedelta(0), timedelta(microseconds=700), timedelta(seconds=3)])
def test_all_are_told_once_however_they_lie_on_the_pages(how_many: int, spread: timedelta) -> None:
    listing = Listing({id: START + spread * id for id in range(1, how_many + 1)})
    assert told(listing) == list(range(1, how_many + 1))


@pytest.mark.parametrize("how_many", [0, 1, 99])
def test_what_fits_on_a_page_is_one_request(how_many: int) -> None:
    listing = Listing(dict.fromkeys(range(1, how_many + 1), START))
    assert [row["id"] for row in look(START, listing.page).rows] == list(range(1, how_many + 1))
    assert listing.requests == 1


def test_a_quiet_look_is_one_request_however_much_changed_before() -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START))
    first = look(START, listing.page)
    assert [row["id"] for row in first.rows] == list(range(1, 501))
    listing.requests = 0
    for _ in range(10):
        assert look(START, listing.page, first) is first
    assert listing.requests == 10


@pytest.mark.parametrize("id", [1, 250, 500, 501])
def test_whatever_changes_after_a_look_is_seen_by_the_next(id: int) -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START))
    first = look(START, listing.page)
    listing.changes[id] = listing.now
    assert look(START, listing.page, first).rows[-1]["id"] == id


def test_a_change_between_the_two_pages_of_a_look_is_seen_by_the_next() -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START))
    listing.bumps = [[7]]
    first = look(START, listing.page)
    again = look(START, listing.page, first)
    assert again.rows[-1]["id"] == 7


def test_what_a_slow_transaction_hid_is_found_where_a_whole_look_is_asked_for() -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START + timedelta(seconds=9)))
    first = look(START, listing.page)
    listing.changes |= {1: START + timedelta(seconds=3)}
    assert look(START, listing.page, first) is first
    assert look(START, listing.page).rows[0]["updated_on"] == "2026-11-21T12:00:03Z"


def test_another_floor_is_another_look() -> None:
    listing = Listing(dict.fromkeys(range(1, 501), START))
    first: Look = look(START, listing.page)
    assert look(START - timedelta(seconds=5), listing.page, first) is not first


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_missed_while_tickets_change_between_the_pages(seed: int) -> None:
    dice = random.Random(seed)
    spread = dice.choice([timedelta(0), timedelta(milliseconds=3), timedelta(milliseconds=40), timedelta(seconds=1)])
    ids = range(1, dice.randint(120, 420))
    listing = Listing({id: START + spread * id for id in ids})
    listing.bumps = [dice.sample(ids, dice.randint(0, 4)) for _ in range(3)]
    assert set(told(listing)) == set(ids)


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

    def unfiltered(params: Mapping[str, Any]) -> Page:
        return listing.page({**params, "updated_on": ">=2020-01-01T00:00:00Z"})

    for reading in (changed_since, look):
        with pytest.raises(Closed):
            reading(START, unfiltered)
