"""Whose word makes a ticket a customer's, and from when on notes are for them. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hd_bridge.decide.beginning import Named, customer_of, speakers
from hd_bridge.decide.note import NoteFacts
from hd_bridge.decide.orders import Scene
from hd_bridge.model import Detail, Note, Ticket
from hd_bridge.people import Agent
from hd_bridge.policy import FieldNames
from tests.answering import sent
from tests.homes import POLICY, Home

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA, VISITOR = 1, 2
FIELD = "Customer e-mail"
FACTS = NoteFacts(bridge=9, agents=((ANA, Agent(name="Ana")),), since=None, now=NOW, grace=timedelta(seconds=30))
SCENE = Scene(written=NOW, timezone="UTC", languages=frozenset({"en"}))
NAMED = replace(POLICY, fields=FieldNames(customer_email=FIELD))
TICKET = Ticket(
    number=1,
    project="support",
    tracker="Support",
    subject="Your order",
    status="New",
    closed=False,
    priority="Normal",
    author_id=ANA,
    created_on=NOW,
    updated_on=NOW,
)
DESCRIBED = replace(TICKET, description="!customer jane@acme.example\nShe called.")
FILLED = replace(TICKET, fields=((FIELD, "jane@acme.example"),))


def changed(id: int, by: int, kind: str, name: str) -> Note:
    return Note(id=id, user_id=by, user="?", created_on=NOW, details=(Detail(kind=kind, name=name, new="x"),))


def said(by: int) -> Note:
    return Note(id=8, user_id=by, user="?", created_on=NOW, notes="!customer jane@acme.example\nHello.")


@pytest.mark.parametrize(
    ("ticket", "since"),
    [
        (DESCRIBED, 0),
        (FILLED, 0),
        (replace(TICKET, author_id=VISITOR, notes=(said(ANA),)), 8),
        (replace(DESCRIBED, author_id=VISITOR, notes=(changed(5, ANA, "attr", "description"),)), 5),
        (replace(FILLED, author_id=VISITOR, notes=(changed(5, ANA, "cf", FIELD),)), 5),
        (replace(DESCRIBED, notes=(changed(7, VISITOR, "attr", "project"),)), 7),
        (replace(DESCRIBED, author_id=VISITOR), None),
        (replace(FILLED, author_id=VISITOR), None),
        (replace(TICKET, notes=(said(VISITOR),)), None),
        (replace(DESCRIBED, notes=(changed(5, VISITOR, "attr", "description"),)), None),
        (replace(FILLED, notes=(changed(5, VISITOR, "cf", FIELD),)), None),
    ],
)
def test_only_an_agents_word_names_a_customer_and_only_what_follows_is_for_them(
    ticket: Ticket, since: int | None
) -> None:
    wanted = None if since is None else Named(address="jane@acme.example", since=since)
    assert customer_of(ticket, FACTS, SCENE, NAMED) == wanted


def test_all_whose_word_may_count_are_looked_up() -> None:
    assert speakers(replace(DESCRIBED, notes=(changed(5, VISITOR, "cf", FIELD),))) == {ANA, VISITOR}


def test_at_the_first_start_the_newest_ticket_is_an_old_one_like_all_others(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=NAMED)
    (number,) = home.desk().open_tickets("support", ("Long ago",))
    home.clock.forward(seconds=5)
    home.desk().set_field(number, FIELD, "jane@acme.example")
    home.desk().note(number, "Settled by telephone.")
    home.clock.forward(days=300)
    assert sent(home) == []
    assert home.house.journal.conversation_by_ticket(number) is None
