"""Copies of what people answer, in the Sent folder of the mailbox: when one is kept, and what it may not hold up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.errors import Closed
from hd_bridge.work import KeepCopy, State
from tests.homes import SUPPORT, Home, mail, persons_letter

KEY = "note-1-1/letter/1"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A ticket of Jane's in a house that keeps copies."""
    home = Home(tmp_path)
    home.with_policy(mailboxes=(replace(SUPPORT, sent="Sent"),))
    home.post(mail())
    home.turn()
    return home


def answer(home: Home) -> None:
    steps = home.house.journal.steps(conversation=None, states=(), limit=50)
    (talk,) = {step.conversation for step in steps} - {None}
    assert talk is not None
    home.house.journal.add([persons_letter(KEY, talk)])


def copies(home: Home) -> dict[tuple[str, str], bytes]:
    return home.boxes["support"].copies


def state_of_the_copy(home: Home) -> State:
    steps = home.house.journal.steps(conversation=None, states=(), limit=50)
    return next(State(step.state) for step in steps if step.key == f"{KEY}/copy")


def test_what_a_person_wrote_lies_in_the_folder_as_it_was_sent(home: Home) -> None:
    answer(home)
    home.turn()
    sent = home.outbox.letters[-1]
    assert copies(home) == {("Sent", sent.message_id): sent.raw}


def test_no_copy_is_kept_of_an_automatic_letter(home: Home) -> None:
    assert len(home.outbox.letters) == 1
    assert copies(home) == {}


def test_no_copy_is_kept_where_none_is_wanted(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.post(mail())
    home.turn()
    answer(home)
    home.turn()
    assert (len(home.outbox.letters), copies(home)) == (2, {})


def test_a_copy_waits_for_its_mailbox_and_the_letter_does_not(home: Home) -> None:
    answer(home)
    home.boxes["support"].closed = Closed("no answer in time")
    home.turn("none that could be read")
    assert (len(home.outbox.letters), copies(home)) == (2, {})
    home.boxes["support"].closed = None
    home.clock.forward(minutes=10)
    home.turn()
    assert (len(home.outbox.letters), len(copies(home))) == (2, 1)
    assert state_of_the_copy(home) is State.DONE


def test_a_copy_of_a_letter_that_is_forgotten_is_let_go(home: Home) -> None:
    copy = KeepCopy(key=f"{KEY}/copy", lane="copy", mailbox="support", folder="Sent", letter="no/such/letter")
    home.house.journal.add([copy])
    home.turn()
    assert (state_of_the_copy(home), copies(home)) == (State.DONE, {})
