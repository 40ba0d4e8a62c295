"""Everything that changed since a moment, page by page, without a gap (redmine.md, algorithm A, step 2). Pure.

Offsets drift: an issue that is changed while we page leaves its place, the rest moves up, and one is never shown. So
each page begins at the time of the last row before it. Only where one second fills more than a page is an offset
used, and each page then begins with the last row of the one before: if that row is not there, the list has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hd_bridge.errors import Closed, NotNow
from hd_bridge.tracker.redmine_reading import Json, time_of

PAGE = 100  # Redmine gives no more, whatever is asked for
RESTARTS = 5
ORDER = "updated_on:asc,id:asc"

FetchPage = Callable[[Mapping[str, Any]], list[Json]]


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
            return sorted(rows.values(), key=lambda row: (time_of(row["updated_on"]), row["id"]))
        last = time_of(page[-1]["updated_on"])
        if last > floor:
            floor, offset, before = last, 0, None
        else:
            offset, before = offset + PAGE - 1, page[-1]["id"]


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
