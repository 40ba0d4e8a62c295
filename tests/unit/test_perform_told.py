"""What a ticket says of the letters that people wrote on it: sent, failed or bounced, in a field or a note."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.errors import NotNow, Refused
from hd_bridge.policy_answers import AnswerPolicy
from tests.homes import POLICY, SUPPORT, Home, mail, persons_letter
from tests.unit.test_consider_together import bounce

FIELD = "Customer"  # any that the tracker has


def a_home(folder: Path, tell: str) -> Home:
    """A ticket of Jane's, on a clock of Lisbon's summer and winter."""
    box = replace(SUPPORT, timezone="Asia/Kolkata")
    home = Home(folder, policy=replace(POLICY, mailboxes=(box,), answers=AnswerPolicy(tell=tell)))
    home.post(mail())
    home.turn()
    return home


def answer(home: Home, number: int = 1) -> None:
    steps = home.house.journal.steps(conversation=None, states=(), limit=50)
    (talk,) = {step.conversation for step in steps} - {None}
    assert talk is not None
    home.house.journal.add([persons_letter(f"note-1-{number}/letter/1", talk)])
    home.turn()


def field_of(home: Home) -> str:
    ticket = home.tracker.ticket(1)
    assert ticket is not None
    return dict(ticket.fields).get(FIELD, "")


def notes_of(home: Home) -> list[str]:
    ticket = home.tracker.ticket(1)
    assert ticket is not None
    return [note.notes for note in ticket.notes if note.private]


def test_a_field_says_when_it_was_sent_on_the_clock_of_the_mailbox(tmp_path: Path) -> None:
    home = a_home(tmp_path, f"field:{FIELD}")
    answer(home)
    assert field_of(home) == "sent 2026-11-21 17:30"
    assert notes_of(home) == []


def test_a_field_says_why_it_failed_and_then_that_it_was_sent(tmp_path: Path) -> None:
    home = a_home(tmp_path, f"field:{FIELD}")
    home.outbox.before.append(Refused("no", words=("554 5.7.1 policy",)))
    answer(home)
    assert field_of(home) == "failed 2026-11-21 17:30: 554 5.7.1 policy"
    assert home.house.journal.release("note-1-1/letter/1", home.clock.now())
    home.turn()
    assert field_of(home) == "sent 2026-11-21 17:30"


def test_a_field_says_that_nobody_took_it_for_days(tmp_path: Path) -> None:
    home = a_home(tmp_path, f"field:{FIELD}")
    home.outbox.before.append(NotNow("451 greylisted"))
    answer(home)
    before = field_of(home)
    home.clock.forward(days=5)
    home.outbox.before.append(NotNow("451 greylisted"))
    home.turn()
    assert field_of(home) != before
    assert field_of(home).startswith("failed 2026-11-26 17:30: ")


def test_a_field_says_that_it_came_back(tmp_path: Path) -> None:
    home = a_home(tmp_path, f"field:{FIELD}")
    answer(home)
    home.post(bounce(1, "jane@acme.example", home.outbox.letters[-1].message_id))
    home.turn()
    assert field_of(home) == "bounced 2026-11-21 17:30"


def test_a_note_says_when_it_was_sent(tmp_path: Path) -> None:
    home = a_home(tmp_path, "note")
    answer(home)
    (note,) = notes_of(home)
    assert "sent 2026-11-21 17:30" in note


def test_a_note_says_once_that_it_failed(tmp_path: Path) -> None:
    home = a_home(tmp_path, "note")
    home.outbox.before.append(Refused("no", words=("554 5.7.1 policy",)))
    answer(home)
    assert len(notes_of(home)) == 1


@pytest.mark.parametrize("tell", ["", f"field:{FIELD}", "note"])
def test_nothing_is_told_of_an_automatic_letter_and_nothing_where_nothing_is_wanted(tmp_path: Path, tell: str) -> None:
    home = a_home(tmp_path, tell)
    before = field_of(home)
    assert notes_of(home) == []
    if not tell:
        answer(home)
        assert (field_of(home), notes_of(home)) == (before, [])
    assert "sent" not in before
