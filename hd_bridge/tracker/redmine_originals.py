"""Which mails lie on which issues, asked for a page at a time by their attachments. Touches the network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from hd_bridge.errors import Closed
from hd_bridge.mail.key import key_of_original
from hd_bridge.tracker.redmine_api import Api, understood
from hd_bridge.tracker.redmine_faults import Effect
from hd_bridge.tracker.redmine_reading import Json

PAGE = 100  # Redmine gives no more, whatever is asked for
LOOKED_AT = 25
CARRIES = {"attachment": "^mail-", "status_id": "*", "include": "attachments"}

Ask = Callable[[Mapping[str, Any]], list[Json]]


def newest_original(ask: Ask, addresses: Collection[str]) -> tuple[int, str] | None:
    """Of the files on the issues that changed last: files are numbered in the order of their coming, issues move up
    with each. A filter by description that a Redmine does not know is ignored, which costs nothing here."""
    found: list[tuple[int, int, str]] = []
    for address in sorted(addresses):
        described = {"attachment_description": f"^{address}", "sort": "updated_on:desc,id:desc", "limit": LOOKED_AT}
        for issue in ask({**CARRIES, **described}):
            found += [(file, int(issue["id"]), name) for file, name in _originals(issue, address)]
    return max(found)[1:] if found else None


def _originals(issue: Json, address: str) -> Iterator[tuple[int, str]]:
    for one in issue["attachments"]:
        said = (one.get("description") or "").casefold()
        if key_of_original(one["filename"]) and said == address.casefold():
            yield int(one["id"]), str(one["filename"])


def newest_number(api: Api) -> int:
    """The highest number of an issue; 0 only if proved."""
    with understood(Effect.READ):
        rows = api.get("/issues.json", {"status_id": "*", "sort": "id:desc", "limit": 1}).body["issues"]
        number = int(rows[0]["id"]) if rows else 0
    if not number:
        api.prove()
    return number


def pages(ask: Ask, prove: Callable[[], None]) -> Iterator[list[Json]]:
    """Issues with originals by number; each page begins after the last number of the one before: offsets drift."""
    after = 0
    while True:
        with understood(Effect.READ):
            rows = ask({**CARRIES, "issue_id": f">={after + 1}", "sort": "id:asc", "limit": PAGE})
            numbers = [int(row["id"]) for row in rows]
        if numbers != sorted(numbers) or any(number <= after for number in numbers):
            raise Closed("it does not honour the filter or the order by number")
        if rows:
            yield rows
            after = numbers[-1]
        if len(rows) < PAGE:
            prove()
            return
