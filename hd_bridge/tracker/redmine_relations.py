"""Relations of a Redmine's issues, and many issues asked for by their numbers. Touches the network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from hd_bridge.errors import Closed, Refused
from hd_bridge.model import Ticket
from hd_bridge.relations import MIRRORED, Relation
from hd_bridge.tracker.redmine_api import GONE, Api, understood
from hd_bridge.tracker.redmine_faults import Effect
from hd_bridge.tracker.redmine_reading import Json

PAGE = 100  # Redmine gives no more, whatever is asked for
LARGEST = 2**31 - 1


def relate(api: Api, number: int, other: int, kind: str, look: Callable[[int], Ticket | None]) -> None:
    """One request. A relation that is there already makes it invalid (422), in words of any language: so the ticket
    is looked at, which tells this case from all others."""
    if kind not in MIRRORED:
        raise Refused(f"tickets cannot be related as {kind!r}; there are {', '.join(MIRRORED)}")
    asked = {"relation": {"issue_to_id": other, "relation_type": kind}}
    answer = api.post(f"/issues/{number}/relations.json", asked)
    if answer.status == 422:
        ticket = look(number)
        if ticket is None or Relation(kind=kind, other=other) not in ticket.relations:
            api.refuse(answer, Effect.WRITE)
    elif answer.status in GONE:
        if look(number) is None:
            raise Refused(f"ticket {number} is not there", missing=True)
        raise Refused("the tracker does not let us relate tickets (permission manage_issue_relations)")


def rows_of(ask: Callable[[Mapping[str, Any]], list[Json]], numbers: Collection[int]) -> Iterator[Json]:
    """The issues with these numbers. A filter that is not honoured brings others, and must not be believed."""
    known = sorted({one for one in numbers if 0 < one <= LARGEST})
    for batch in (known[start : start + PAGE] for start in range(0, len(known), PAGE)):
        wanted = {"issue_id": ",".join(map(str, batch)), "status_id": "*", "limit": PAGE, "sort": "id:asc"}
        wanted["include"] = "relations"
        with understood(Effect.READ):
            rows = ask(wanted)
            if not {int(row["id"]) for row in rows} <= set(batch):
                raise Closed("it ignores the filter by number")
        yield from rows
