"""What a change in the tracker means: events for the figures, and a page to be written anew. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from hd_bridge.model import Detail, Note, Ticket
from hd_bridge.views_ticket import TicketRow
from hd_bridge.work import Event, PublishPage, Step

WATCHED = ("status", "category", "assignee", "project", "due_date", "priority", "tracker")
_KINDS = {"due_date": "due"}


def decide_change(
    row: TicketRow, ticket: Ticket, closes: Mapping[str, bool]
) -> tuple[tuple[Event, ...], tuple[Step, ...]]:
    """Events and steps that lead from a ticket as last seen to the ticket now.

    ``closes`` tells of each status whether it ends a ticket. Times are the tracker's (whole seconds). The same
    change seen twice gives the same sources and keys.
    """
    if row.conversation is None:
        return (), ()
    fresh = [note for note in ticket.notes if note.id not in row.notes]
    events = [event for note in fresh for event in _of_note(row, ticket, note, closes)]
    if not any(event.kind in ("solved", "reopened") for event in events) and row.closed != ticket.closed:
        events.append(_turn(row, ticket.closed, _stamp(ticket), ticket.closed_on or ticket.updated_on))
    if not _shows(row, ticket, events):
        return tuple(events), ()
    page = PublishPage(
        key=f"ticket-{ticket.number}-{_stamp(ticket)}/page/{row.conversation}",
        lane=f"{row.conversation}/page",
        conversation=row.conversation,
    )
    return tuple(events), (page,)


def _stamp(ticket: Ticket) -> str:
    """What tells one change of a ticket from the next: its second, and its newest note, for a second may hold two."""
    return f"{ticket.updated_on:%Y%m%dT%H%M%S}-{max((note.id for note in ticket.notes), default=0)}"


def _shows(row: TicketRow, ticket: Ticket, events: list[Event]) -> bool:
    """Whether anything that a page shows is different."""
    before = (row.status, row.closed, row.subject, row.due_date, row.assignee, row.category)
    now = (ticket.status, ticket.closed, ticket.subject, ticket.due_date, ticket.assignee, ticket.category)
    return before != now or any(event.kind in ("status", "solved", "reopened") for event in events)


def _of_note(row: TicketRow, ticket: Ticket, note: Note, closes: Mapping[str, bool]) -> Iterator[Event]:
    source = f"ticket-{ticket.number}-{note.id}"
    if _answers(note):
        yield Event(source=source, kind="answered", at=note.created_on, conversation=row.conversation, new=note.user)
    for detail in note.details:
        if detail.kind == "attr" and detail.name in WATCHED:
            kind = _KINDS.get(detail.name, detail.name)
            yield Event(
                source=f"{source}/{kind}",
                kind=kind,
                at=note.created_on,
                conversation=row.conversation,
                old=detail.old,
                new=detail.new,
            )
            yield from _turning(row, source, note.created_on, detail, closes)


def _answers(note: Note) -> bool:
    """A public text that is not a mail which the bridge itself has added."""
    ours = any(d.kind == "attachment" and (d.new or "").startswith("mail-") for d in note.details)
    return bool(note.notes.strip()) and not note.private and not ours and "[hd:" not in note.notes


def _turning(row: TicketRow, source: str, at: datetime, detail: Detail, closes: Mapping[str, bool]) -> Iterator[Event]:
    if detail.name != "status":
        return
    before, after = closes.get(detail.old or ""), closes.get(detail.new or "")
    if before is False and after is True:
        yield _turn(row, True, source, at)
    if before is True and after is False:
        yield _turn(row, False, source, at)


def _turn(row: TicketRow, closed: bool, part: str, at: datetime) -> Event:
    source = part if part.startswith("ticket-") else f"ticket-{row.number}-{part}"
    return Event(source=source, kind="solved" if closed else "reopened", at=at, conversation=row.conversation)
