"""Who is awaited is known, and the tracker shows it as the configuration says; machines change nothing."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hd_bridge import app as house_app
from hd_bridge.cli import app_for
from hd_bridge.policy_answers import FollowUps
from hd_bridge.tracker.embedded_faults import Trouble
from hd_bridge.views_following import CUSTOMER, US
from tests.answering import sent, ticket, with_answers
from tests.homes import POLICY, Home, mail

AGAIN = {"id": "<2@acme.example>", "In_Reply_To": "<1@acme.example>"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return with_answers(tmp_path)


def mirroring(tmp_path: Path) -> Home:
    follow_ups = FollowUps(field="Tags", on_customer="In Progress", on_answer="Waiting")
    home = Home(tmp_path, policy=replace(POLICY, follow_ups=follow_ups))
    home.post(mail())
    home.turn()
    home.tick()
    home.clock.forward(minutes=1)
    return home


def who(home: Home) -> list[str]:
    return [one.who for one in home.house.journal.awaiting()]


def field(home: Home) -> str:
    return dict(ticket(home).fields)["Tags"]


def test_a_mail_awaits_us_an_answer_its_customer_and_a_reply_us_again(home: Home) -> None:
    (first,) = home.house.journal.awaiting()
    assert (first.who, first.ticket) == (US, 1)
    home.desk().note(1, "Which model?")
    sent(home)
    assert who(home) == [CUSTOMER]
    home.clock.forward(hours=1)
    home.post(mail("Re: Printer error", "The blue one.", **AGAIN))
    home.turn()
    (again,) = home.house.journal.awaiting()
    assert (again.who, again.since > first.since) == (US, True)


def test_the_oldest_mail_that_was_not_answered_counts(home: Home) -> None:
    (first,) = home.house.journal.awaiting()
    home.clock.forward(hours=5)
    home.post(mail("Re: Printer error", "Anybody there?", **AGAIN))
    home.turn()
    assert home.house.journal.awaiting() == (first,)


def test_neither_a_machine_nor_a_status_letter_nor_an_internal_note_changes_it(tmp_path: Path) -> None:
    home = with_answers(tmp_path, statuses=(("in progress", "status-in-progress"),))
    home.desk().note(1, "", status="In Progress")
    home.desk().note(1, "Between us.", private=True)
    assert len(sent(home)) == 1
    assert who(home) == [US]
    home.desk().note(1, "Which model?")
    sent(home)
    home.post(mail("Re: Printer error", "I am away.", Auto_Submitted="auto-replied", **AGAIN))
    home.turn()
    assert who(home) == [CUSTOMER]


def test_a_closed_ticket_awaits_nobody(home: Home) -> None:
    home.desk().note(1, "", status="Closed")
    home.tick()
    assert who(home) == []


def test_who_waits_longest_comes_first(home: Home) -> None:
    home.clock.forward(hours=1)
    home.post(mail("Another", id="<9@other.example>", sender="bo@other.example"))
    home.turn()
    home.tick()
    assert [one.ticket for one in home.house.journal.awaiting()] == [1, 2]
    home.desk().note(1, "Which model?")
    sent(home)
    assert [(one.ticket, one.who) for one in home.house.journal.awaiting()] == [(2, US), (1, CUSTOMER)]
    assert [one.ticket for one in home.house.journal.awaiting(2)] == [2]


def test_the_tracker_shows_it(tmp_path: Path) -> None:
    home = mirroring(tmp_path)
    assert field(home) == US
    home.desk().note(1, "Which model?")
    sent(home)
    assert (field(home), ticket(home).status) == (CUSTOMER, "Waiting")
    home.post(mail("Re: Printer error", "The blue one.", **AGAIN))
    home.turn()
    assert (field(home), ticket(home).status) == (US, "In Progress")


def test_a_machines_mail_sets_nothing_in_the_tracker(tmp_path: Path) -> None:
    home = mirroring(tmp_path)
    home.desk().note(1, "Which model?")
    sent(home)
    home.post(mail("Re: Printer error", "I am away.", Auto_Submitted="auto-replied", **AGAIN))
    home.turn()
    assert (field(home), ticket(home).status) == (CUSTOMER, "Waiting")


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
def test_in_doubt_the_field_is_set_whatever_it_held(tmp_path: Path, trouble: Trouble) -> None:
    home = mirroring(tmp_path)
    home.with_policy(follow_ups=FollowUps(field="Tags"))
    home.desk().note(1, "Which model?")
    home.tick()
    home.clock.forward(seconds=31)
    home.faults.order("change", trouble)
    for _ in range(6):
        home.turn()
        home.clock.forward(minutes=4)
    assert field(home) == CUSTOMER
    assert home.house.journal.held() == ()


def test_the_command_lists_them(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command opens the journal of the configuration; here it is this house's."""
    monkeypatch.setattr(house_app, "journal_of", lambda config: nullcontext(home.house.journal))
    found = CliRunner().invoke(app_for(["waiting"]), ["waiting", "--json"])
    told = json.loads(found.stdout)
    assert (told["ticket"], told["who"], told["subject"]) == (1, US, "Printer error")
    assert "Printer error" in CliRunner().invoke(app_for(["waiting"]), ["waiting"]).stdout
