"""Everything that changed since a moment, page by page, without a gap (redmine.md, algorithm A, step 2). Pure.

Offsets drift: an issue that is changed while we page leaves its place, the rest moves up, and one is never shown. So
each page begins at the time of the last row before it. Only where one second fills more than a page is an offset
used, and each page then begins with the last row of the one before: if that row is not there, the list has moved.

A look reads what has changed since the last one, for Redmine's time goes by the rows: a quiet one is one request for a
row or two, also while a burst of changes lies within the overlap. A change that a transaction held back, or that has
its time from a clock that is behind, could be older than what was read: a look that is to be ``whole`` (the watch asks
for one before it moves on) reads everything again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hd_bridge.errors import Closed, NotNow
from hd_bridge.tracker.redmine_reading import Json, time_of

PAGE = 100  # Redmine gives no more, whatever is asked for
RESTARTS = 5
HELD_BACK = timedelta(seconds=10)  # what was held back for longer is found by the next whole look
ORDER = "updated_on:asc,id:asc"
NEWEST = "updated_on:desc,id:desc"


FetchPage = Callable[[Mapping[str, Any]], list[Json]]  # some rows of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that changed between ``floor`` and ``begin`` was read: the next look may begin there. ``top`` is a full
    newest page as it was then."""

    floor: datetime
    begin: datetime
    top: tuple[object, ...] = ()

    def by(self, clock: datetime) -> Seen:
        """The same at that time of the tracker's clock: a row with a later time must not hide what comes before it."""
        return replace(self, begin=min(self.begin, clock - HELD_BACK))


def seen_up_to(moment: datetime) -> Seen:
    """What changed before that moment is nobody's concern."""
    return Seen(floor=datetime.min.replace(tzinfo=UTC), begin=moment)


def look(since: datetime, fetch: FetchPage, seen: Seen | None = None) -> tuple[list[Json], Seen]:
    """All issues with ``updated_on`` at or after ``since``, where ``seen`` tells of an earlier look at least those that
    have changed after it: oldest change first, each once, as last seen. And what has been seen now."""
    floor = _whole(since)
    if seen is None or seen.floor > floor:
        seen = Seen(floor=floor, begin=floor)
    begin = max(floor, seen.begin)
    page = fetch({"updated_on": f">={_written(begin)}", "sort": NEWEST, "limit": PAGE, "offset": 0})
    rows = _in_order(_checked(page[::-1], begin))
    top: tuple[object, ...] = ()
    if len(page) == PAGE:
        top = tuple((row["id"], row["updated_on"]) for row in page)
        rows = [] if top == seen.top else changed_since(begin, fetch)
    following = max([begin, *(time_of(row["updated_on"]) - HELD_BACK for row in rows)])
    return rows, Seen(floor=floor, begin=following, top=top)


def changed_since(since: datetime, fetch: FetchPage) -> list[Json]:
    """All issues with ``updated_on`` at or after ``since``, oldest change first, each once, as last seen."""
    rows: dict[int, Json] = {}
    floor, offset, before, restarts = _whole(since), 0, None, 0
    while True:
        page = fetch({"updated_on": f">={_written(floor)}", "sort": ORDER, "limit": PAGE, "offset": offset})
        if before is not None and (not page or page[0]["id"] != before):
            restarts += 1
            if restarts > RESTARTS:
                raise NotNow("tickets change faster than they can be listed")
            offset, before = 0, None
            continue
        rows |= {int(row["id"]): row for row in _checked(page, floor)}
        if len(page) < PAGE:
            return _in_order(list(rows.values()))
        last = time_of(page[-1]["updated_on"])
        if last > floor:
            floor, offset, before = last, 0, None
        else:
            offset, before = offset + PAGE - 1, page[-1]["id"]


def _in_order(rows: list[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: (time_of(row["updated_on"]), row["id"]))


def _checked(page: list[Json], floor: datetime) -> list[Json]:
    """Redmine ignores a filter that it does not know and lists everything: older rows than asked for tell that.

    It compares microseconds with a second less (query.rb), so rows of the second before ``floor`` are in order.
    """
    times = [time_of(row["updated_on"]) for row in page]
    if any(time < floor - timedelta(seconds=1) for time in times) or times != sorted(times):
        raise Closed("it does not honour the filter or the order by updated_on")
    return [row for row, time in zip(page, times, strict=True) if time >= floor]


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
