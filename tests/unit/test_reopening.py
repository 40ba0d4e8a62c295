"""Customers who write in the moment in which an agent closes their ticket: what they say is not lost on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hd_bridge import consider, receive
from hd_bridge.watch import Watch
from tests.homes import Home, mail

LATE = mail("Re: error", "Not solved.", id="<2@acme.example>", References="<1@acme.example>")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """With a ticket that was seen open."""
    home = Home(tmp_path)
    home.post(mail())
    home.turn()
    home.clock.forward(seconds=10)
    home.tick()
    return home


def look(home: Home) -> None:
    for _ in range(3):
        home.clock.forward(seconds=5)
        home.tick()


def statuses(home: Home) -> list[str]:
    return [ticket.status for ticket in home.tickets()]


def test_a_mail_that_comes_before_the_closing_was_seen_reopens_the_ticket(home: Home) -> None:
    home.desk().close_ticket(1)
    home.post(LATE)
    home.turn()
    look(home)
    assert statuses(home) == ["In Progress"]


def test_so_does_one_that_was_decided_before_and_written_after_the_closing_was_seen(home: Home) -> None:
    home.post(LATE)
    receive.receive(home.house, home.boxes["support"], home.policy.mailbox("support"))
    consider.consider_all(home.house)
    home.desk().close_ticket(1)
    home.clock.forward(seconds=5)
    assert Watch(home.house).tick() == 1
    look(home)
    assert statuses(home) == ["In Progress"]


def test_once_opened_again_it_may_be_closed_for_good(home: Home) -> None:
    home.desk().close_ticket(1)
    home.post(LATE)
    home.turn()
    look(home)
    home.desk().close_ticket(1)
    look(home)
    home.restart()
    look(home)
    assert statuses(home) == ["Closed"]


def test_what_was_there_before_the_closing_was_there_to_be_read(home: Home) -> None:
    home.post(LATE)
    home.turn()
    home.desk().close_ticket(1)
    look(home)
    assert statuses(home) == ["Closed"]


def test_a_machine_opens_nothing(home: Home) -> None:
    home.desk().close_ticket(1)
    home.post(mail("Away", "I am away.", id="<2@acme.example>", References="<1@acme.example>", Precedence="bulk"))
    home.turn()
    look(home)
    assert statuses(home) == ["Closed"]


def test_where_the_configuration_reopens_nothing_it_stays_closed(home: Home) -> None:
    home.with_policy(reopen_status=None)
    home.desk().close_ticket(1)
    home.post(LATE)
    home.turn()
    look(home)
    assert statuses(home) == ["Closed"]


def test_what_somebody_sets_meanwhile_stays(home: Home) -> None:
    home.desk().close_ticket(1)
    home.post(LATE)
    home.turn()
    home.desk().note(1, "", status="New")
    look(home)
    assert statuses(home) == ["New"]
