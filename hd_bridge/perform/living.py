"""A closed ticket may have been closed as the duplicate of another: the one that lives is where its mail goes. Pure.

Redmine keeps a relation as a line in the histories of both tickets, so that a ticket read with its notes tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hd_bridge.house import House
from hd_bridge.model import Ticket

MOST = 8  # tickets from one duplicate to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """The ticket that a mail belongs on: the one that it came to, or another; as it is now."""

    ticket: Ticket
    instead_of: int | None = None


def duplicate_of(ticket: Ticket) -> int | None:
    """The ticket that this one duplicates, by its history; the latest word counts."""
    found: dict[int, None] = {}
    for note in ticket.notes:
        for detail in note.details:
            if detail.kind == "relation" and detail.name == "duplicates":
                for value in _numbers(detail.old):
                    found.pop(value, None)
                for value in _numbers(detail.new):
                    found[value] = None
    return next(reversed(found), None)


def living(house: House, first: Ticket) -> Living:
    """Follow a closed ticket to the one that lives on for it, as far as it is there for us to see. Of tickets that
    duplicate each other in a circle none lives on, and the mail stays where it came."""
    ticket, seen = first, {first.number}
    while ticket.closed and (number := duplicate_of(ticket)) is not None:
        if number in seen or len(seen) > MOST:
            return Living(ticket=first)
        seen.add(number)
        following = house.tracker.ticket(number)
        if following is None:
            break
        ticket = following
    return Living(ticket=ticket, instead_of=None if ticket.number == first.number else first.number)


def _numbers(value: str | None) -> Iterator[int]:
    if value is not None and value.isascii() and value.isdecimal():
        yield int(value)
