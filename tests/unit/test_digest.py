"""The operator hears of trouble in one letter now and then, and of nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hd_bridge import perform
from hd_bridge.digest import plan_digest
from hd_bridge.errors import Closed, Refused
from tests.homes import POLICY, Home, mail

HOUR = timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, policy=replace(POLICY, operator="admin@example.net"))


def hold_one(home: Home, id: str) -> None:
    """A letter that the relay refuses waits for a person."""
    home.outbox.before.append(Refused("550", words=("no such user",)))
    home.post(mail(f"Subject {id}", id=f"<{id}@acme.example>", sender=f"{id}@acme.example"))
    home.turn()


def digest(home: Home) -> bool:
    planned = plan_digest(home.house, HOUR)
    perform.drain(home.house, "test")
    return planned


def test_what_is_held_is_told_once_and_without_the_mails_words(home: Home) -> None:
    hold_one(home, "one")
    home.clock.forward(minutes=5)
    assert digest(home)
    (letter,) = [letter for letter in home.outbox.letters if letter.to == ("admin@example.net",)]
    assert "no such user" in letter.text and "It does not print" not in letter.text
    home.clock.forward(hours=2)
    assert not digest(home)


def test_two_digests_are_an_hour_apart(home: Home) -> None:
    hold_one(home, "one")
    assert digest(home)
    home.clock.forward(minutes=10)
    hold_one(home, "two")
    assert not digest(home)
    home.clock.forward(hours=1)
    assert digest(home)


def test_a_quiet_house_writes_to_nobody(home: Home) -> None:
    home.post(mail())
    home.turn()
    assert not digest(home)


def test_a_door_that_has_been_closed_for_long_is_told(home: Home) -> None:
    home.house.doors.shut("tracker", Closed("connection refused"))
    assert not digest(home)
    home.clock.forward(minutes=20)
    assert digest(home)


def test_without_an_operator_nothing_is_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    hold_one(home, "one")
    assert not digest(home)
