"""Which notes of a ticket are an agent's answer, which wait for a person, and which concern nobody outside. Pure.

Only what is public now, and was never private, goes out by itself. A note is read once more before anything is done
(``ReadNote``): within the grace it can be mended, made private or deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hd_bridge.mail.key import key_of_original
from hd_bridge.model import Note, Ticket
from hd_bridge.people import Agent
from hd_bridge.steps import ReadNote
from hd_bridge.views_ticket import TicketRow

SAME_MOMENT = timedelta(seconds=1)  # a note and its ticket's time are written one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """What must be known besides the ticket: the bridge's own number in the tracker, who of its users is an agent (by
    number), notes of before when are nobody's business (the tracker's time), the time now, and the grace."""

    bridge: int
    agents: tuple[tuple[int, Agent], ...]
    since: datetime | None
    now: datetime
    grace: timedelta


def decide_notes(row: TicketRow, ticket: Ticket, facts: NoteFacts) -> tuple[ReadNote, ...]:
    """A step for each note that nobody has looked at yet; the same ticket seen twice gives the same keys."""
    return tuple(_steps(row, ticket, facts))


def writers(row: TicketRow, ticket: Ticket) -> frozenset[int]:
    """The numbers of those who wrote what is to be looked at."""
    return frozenset(note.user_id for note in ticket.notes if _has_words(row, note))


def _steps(row: TicketRow, ticket: Ticket, facts: NoteFacts) -> Iterator[ReadNote]:
    agents = dict(facts.agents)
    for note in ticket.notes:
        before = facts.since is not None and note.created_on <= facts.since
        agent = agents.get(note.user_id)
        ours = note.user_id == facts.bridge or (agent is None and is_ours(note))
        if not _has_words(row, note) or ours or before:
            continue
        yield _step(row, ticket, note, facts, _held(row, ticket, note, agent))


def _has_words(row: TicketRow, note: Note) -> bool:
    return note.id not in row.notes and not note.private and bool(note.notes.strip())


def is_ours(note: Note) -> bool:
    """Whether the bridge wrote it, whoever its user is by now: it carries an original, or the mark of a step."""
    originals = any(d.kind == "attachment" and key_of_original(d.new or "") for d in note.details)
    return originals or (note.notes.rstrip().endswith("]") and "[hd:" in note.notes.rstrip().rpartition("\n")[2])


def _held(row: TicketRow, ticket: Ticket, note: Note, agent: Agent | None) -> str:
    if _was_hidden(row, ticket, note):
        return (
            f"The note of {note.user} on #{ticket.number} was private when the ticket was last read and is public now;"
            " released, it is treated as an answer."
        )
    if is_ours(note):
        return (
            f"The note of {note.user} on #{ticket.number} carries a customer's original mail, or the mark of a note of"
            " ours; released, it is treated as an answer."
        )
    if agent is None:
        return (
            f"{note.user} wrote on #{ticket.number} and is no agent (see “agents” in the configuration); released, the"
            " note is treated as an agent's."
        )
    return ""


def _was_hidden(row: TicketRow, ticket: Ticket, note: Note) -> bool:
    """Whether the note was seen private, or was there already when the ticket was last read whole and not to be seen.

    A note moves the time of its ticket, a change of its privacy does not (redmine.md, section 1). So what is new is
    either later than what was read, or what moved the ticket to another time (app servers' clocks differ). Within the
    second of the last reading times tell nothing; but what we saw then must explain that second, or it hid something.
    """
    if note.id in row.hidden:
        return True
    if row.read_on is None or note.created_on > row.read_on + SAME_MOMENT:
        return False
    unsure = note.created_on > row.read_on or (note.created_on == row.read_on and row.racy)
    if unsure and _explains(row, ticket):
        return False
    return not _moved_it(row, ticket, note)


def _explains(row: TicketRow, ticket: Ticket) -> bool:
    """Whether something that we saw gave the ticket the time that it had when it was last read. A tracker sets that
    time first, and then writes the note."""
    seen = [note.created_on for note in ticket.notes if note.id in row.notes or note.private]
    moments = (ticket.created_on, *seen)
    return any(row.read_on is not None and timedelta(0) <= one - row.read_on <= SAME_MOMENT for one in moments)


def _moved_it(row: TicketRow, ticket: Ticket, note: Note) -> bool:
    """Whether the ticket has its present time from this note: nothing later could have given it that."""
    newest = max(one.id for one in ticket.notes) == note.id
    return newest and ticket.updated_on != row.read_on and _same(ticket.updated_on, note.created_on)


def _same(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= SAME_MOMENT


def _step(row: TicketRow, ticket: Ticket, note: Note, facts: NoteFacts, held: str) -> ReadNote:
    return ReadNote(
        key=f"note-{ticket.number}-{note.id}/read/1",
        lane=f"{row.conversation}/notes",
        conversation=row.conversation,
        due=None if held or not facts.grace else facts.now + facts.grace,
        note=note.id,
        held=held,
    )
