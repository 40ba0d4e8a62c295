"""Where the bridge may not see private notes, times must tell which note was hidden when its ticket was last read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hd_bridge.decide.note import NoteFacts, decide_notes
from hd_bridge.model import Note, Ticket
from hd_bridge.people import Agent
from hd_bridge.views_ticket import TicketRow

OPENED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
READ = OPENED + timedelta(minutes=5)  # the ticket's own time when it was last read
FACTS = NoteFacts(bridge=9, agents=((1, Agent(name="Ana")),), since=None, now=READ, grace=timedelta(0))
TICKET = Ticket(
    number=7,
    project="support",
    tracker="Support",
    subject="s",
    status="New",
    closed=False,
    priority="Normal",
    created_on=OPENED,
    updated_on=READ,
)
ROW = TicketRow(
    number=7,
    conversation="c",
    project="support",
    tracker="Support",
    subject="s",
    status="New",
    closed=False,
    priority="Normal",
    category=None,
    assignee=None,
    due_date=None,
    updated_on=READ,
    racy=True,
    read_on=READ,
)


def note(id: int, seconds: float) -> Note:
    return Note(id=id, user_id=1, user="Ana", created_on=READ + timedelta(seconds=seconds), notes=f"Words {id}.")


def held(row: TicketRow, updated: float, *notes: Note) -> list[int]:
    ticket = replace(TICKET, updated_on=READ + timedelta(seconds=updated), notes=notes)
    return [step.note for step in decide_notes(row, ticket, FACTS) if step.held]


@pytest.mark.parametrize("racy", [True, False])
@pytest.mark.parametrize("written", [0, 1])
def test_nothing_that_we_saw_explains_the_second_that_was_read_so_it_hid_this_note(racy: bool, written: int) -> None:
    """A tracker sets its ticket's time first, and may write the note in the second after."""
    row = replace(ROW, racy=racy)
    assert held(row, 0, note(3, written)) == [3]
    assert held(row, 2, note(3, written), note(4, 2)) == [3]


def test_another_note_of_a_second_that_a_note_explains_is_new() -> None:
    assert held(replace(ROW, notes=frozenset({2})), 0, note(2, 0), note(3, 0)) == []
    assert held(replace(ROW, notes=frozenset({2})), 1, note(2, 0), note(3, 1)) == []


def test_a_note_in_the_second_in_which_its_ticket_was_opened_is_new() -> None:
    row = replace(ROW, read_on=OPENED, updated_on=OPENED)
    assert held(row, -300, note(3, -300)) == []


def test_what_moved_the_ticket_is_new_by_whichever_clock_and_what_came_before_it_is_not() -> None:
    """One app server's clock is behind: the ticket's time went back with the note."""
    assert held(replace(ROW, racy=False), -90, note(3, -90)) == []
    assert held(replace(ROW, racy=False), 1, note(3, 0), note(4, 1)) == [3]
