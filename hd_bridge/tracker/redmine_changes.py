"""Everything that changed since a moment, page by page, without a gap (redmine.md, algorithm A, step 2). Pure.

Offsets drift: an issue that is changed while we page leaves its place, the rest moves up, and one is never shown. So
each page begins at the time of the last row before it. Only where one second fills more than a page is an offset
used, and each page then begins with the last row of the one before: if that row is not there, the list has moved.

Before all pages one is read from the other end. With fewer rows than it holds it is the whole list; with the same rows
and the same count as before the last reading, nothing has happened since. So a quiet look is one request, also while a
burst of changes still lies within the overlap. A change that a transaction held back for long could hide below those
rows: a look that is to be ``whole`` (the watch asks for one before it moves on) reads every page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hd_bridge.errors import Closed, NotNow
from hd_bridge.tracker.redmine_reading import Json, time_of

PAGE = 100  # Redmine gives no more, whatever is asked for
RESTARTS = 5
ORDER = "updated_on:asc,id:asc"
NEWEST = "updated_on:desc,id:desc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a list, and how many the whole list has."""

    rows: list[Json]
    total: int


FetchPage = Callable[[Mapping[str, Any]], Page]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What changed since ``floor``: ``rows`` oldest change first, each once, as last seen; ``top`` is the count and the
    newest page as they were just before (ids and times)."""

    floor: datetime
    top: tuple[object, ...]
    rows: list[Json]


def look(since: datetime, fetch: FetchPage, last: Look | None = None) -> Look:
    """All issues with ``updated_on`` at or after ``since``; ``last`` again where nothing has happened since then."""
    floor = _whole(since)
    page = fetch({"updated_on": f">={_written(floor)}", "sort": NEWEST, "limit": PAGE, "offset": 0})
    newest = _checked(page.rows[::-1], floor)
    top = (page.total, *((row["id"], row["updated_on"]) for row in page.rows))
    if last is not None and (last.floor, last.top) == (floor, top):
        return last
    whole = len(page.rows) < PAGE
    return Look(floor=floor, top=top, rows=_in_order(newest) if whole else changed_since(floor, fetch))


def changed_since(since: datetime, fetch: FetchPage) -> list[Json]:
    """All issues with ``updated_on`` at or after ``since``, oldest change first, each once, as last seen."""
    rows: dict[int, Json] = {}
    floor, offset, before, restarts = _whole(since), 0, None, 0
    while True:
        page = fetch({"updated_on": f">={_written(floor)}", "sort": ORDER, "limit": PAGE, "offset": offset}).rows
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
