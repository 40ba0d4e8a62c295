"""Writing into the tracker exactly once: doubt is asked about, refusals are tried plainly once, then held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.policy import Choices, FieldNames, Rule
from hd_bridge.policy import Test as Condition
from hd_bridge.tracker.embedded_faults import Trouble
from tests.homes import POLICY, Home, mail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def settle(home: Home, rounds: int = 8, **span: float) -> None:
    """Let time pass until rests and pauses are over."""
    for _ in range(rounds):
        home.clock.forward(**(span or {"seconds": 60}))
        home.turn()


def test_an_answer_lost_after_the_ticket_was_opened_gives_one_ticket(home: Home) -> None:
    home.faults.order("create", Trouble.AFTER)
    home.post(mail())
    home.turn()
    settle(home)
    assert home.desk().count("Printer") == 1 and len(home.outbox.letters) == 1


def test_a_doubt_is_asked_about_at_once_and_not_after_the_rest(home: Home) -> None:
    home.faults.order("create", Trouble.AFTER)
    home.post(mail())
    home.turn()
    home.clock.forward(seconds=5)
    home.turn()
    assert len(home.outbox.letters) == 1


def test_an_answer_lost_after_a_note_was_added_gives_one_note(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.faults.order("change", Trouble.AFTER)
    home.post(mail("Re", "More.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    settle(home)
    notes = home.desk().ticket(1).notes  # type: ignore[union-attr]
    assert sum("More." in note.notes for note in notes) == 1


def test_an_answer_lost_after_a_private_note_gives_one_note(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.faults.order("change", Trouble.AFTER)
    home.post(mail("Re: #1", "Let me in.", sender="Eve <eve@other.example>", id="<6@other.example>"))
    home.turn()
    settle(home)
    notes = home.desk().ticket(2).notes  # type: ignore[union-attr]
    assert sum("[hd:" in note.notes for note in notes) == 1


def test_a_parallel_change_is_simply_tried_again(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.faults.order("change", Trouble.STALE)
    home.post(mail("Re", "More.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    settle(home)
    notes = home.desk().ticket(1).notes  # type: ignore[union-attr]
    assert sum("More." in note.notes for note in notes) == 1


def test_a_clean_refusal_is_tried_once_more_with_the_projects_defaults(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED)
    home.post(mail())
    home.turn()
    (ticket,) = home.tickets()
    assert ticket.category is None
    known = home.house.journal.conversation_by_ticket(ticket.number)
    assert known is not None and known.ticket == ticket.number


def test_a_second_refusal_is_held_with_the_servers_words(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=2)
    home.post(mail())
    home.turn()
    (held,) = home.house.journal.held()
    assert held.why and home.tickets() == []
    assert home.house.journal.release(held.key, home.clock.now())
    home.turn()
    assert len(home.tickets()) == 1


def test_a_category_that_does_not_exist_falls_to_the_default_and_is_in_the_trail(tmp_path: Path) -> None:
    rule = Rule(
        name="odd",
        when=Condition(what="subject", how="contains", values=("Printer",)),
        then=Choices(category="Nowhere"),
    )
    home = Home(tmp_path, policy=replace(POLICY, rules=(rule,)))
    home.post(mail())
    home.turn()
    (ticket,) = home.tickets()
    (summary,) = home.mails()
    assert ticket.category is None
    assert any("Nowhere" in trace.evidence + trace.rule for trace in summary.trail)


def test_a_private_note_that_comes_out_public_locks_the_door(tmp_path: Path) -> None:
    home = Home(tmp_path, private_notes_allowed=False)
    home.post(mail())
    home.turn()
    home.post(mail("Re: #1", "Let me in.", sender="Eve <eve@other.example>", id="<6@other.example>"))
    home.turn()
    (door,) = [door for door in home.house.journal.doors() if door.name == "tracker"]
    assert not door.open and "public" in door.why
    home.post(mail("Another", id="<7@acme.example>"))
    home.turn()
    assert len(home.tickets()) == 2, "nothing more is written"


def test_a_follow_up_to_a_ticket_that_was_deleted_is_a_new_one_that_names_it(home: Home) -> None:
    home.post(mail())
    home.post(mail("Another", id="<9@acme.example>"))
    home.turn()
    home.delete_ticket(1)
    for number in (2, 3):
        home.post(mail("Re", f"More {number}.", id=f"<{number}@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    home.turn()
    _, ticket = home.tickets()
    whole = home.desk().ticket(ticket.number)
    assert whole is not None and "More 2." in whole.description and home.house.journal.held() == ()
    assert any(note.private and "#1" in note.notes and "deleted" in note.notes for note in whole.notes)
    assert any("More 3." in note.notes for note in whole.notes)
    assert len(home.publisher.files) == 3


def test_a_follow_up_to_a_ticket_that_a_restored_tracker_has_not_is_held(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.delete_ticket(1)
    home.post(mail("Re", "More.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    (held,) = home.house.journal.held()
    assert "no such ticket" in held.why


def test_a_field_that_only_a_ticket_shows_is_completed_by_one_change(tmp_path: Path) -> None:
    fields = FieldNames(customer_email="Origin")
    home = Home(tmp_path, policy=replace(POLICY, fields=fields), hidden_fields=("Origin",))
    home.post(mail())
    home.turn()
    whole = home.desk().ticket(home.tickets()[0].number)
    assert whole is not None and dict(whole.fields)["Origin"] == "jane@acme.example"
