"""Blocked senders, floods, and the breaker that stops automatic letters and mends itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hd_bridge.decide.breaker import is_open
from hd_bridge.decide.mail import decide_mail
from hd_bridge.model import Email, Trust, Verdict
from hd_bridge.policy import Caps, Flood, Policy
from hd_bridge.views import Counts
from hd_bridge.views_guard import Breaker, Standing
from hd_bridge.work import OpenTicket, Plan, SendLetter
from tests.fakes import START
from tests.homes import POLICY
from tests.unit.test_decide_mail import BOUNCE, EMAIL, FACTS, MACHINE, pointing

HOUR = timedelta(hours=1)
MANY = Standing(mails=50)
LISTED = Standing(blocked="acme.example")


def decide(email: Email = EMAIL, policy: Policy = POLICY, **facts: Any) -> Plan:
    return decide_mail(email, replace(FACTS, **facts), policy)


BLOCKED: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], Verdict]] = [
    ("by command", {}, {"standing": LISTED}, {}, Verdict.IGNORE),
    ("by address in the configuration", {}, {}, {"blocked": ("jane@acme.example",)}, Verdict.IGNORE),
    ("by domain in the configuration", {}, {}, {"blocked": ("acme.example",)}, Verdict.IGNORE),
    ("by the address in the envelope", {"return_path": "x@bulk.example"}, {}, {"blocked": ("bulk.example",)},
     Verdict.IGNORE),
    ("although on the ticket", {}, {"standing": LISTED, **pointing(Trust.VERIFIED)}, {}, Verdict.IGNORE),
    ("although unreadable", {"defects": ("unreadable: x",)}, {"standing": LISTED}, {}, Verdict.IGNORE),
    ("but not its reports of failure", {"bounce": BOUNCE}, {"standing": LISTED}, {}, Verdict.BOUNCE),
    ("but not what a person released", {}, {"standing": LISTED, "vouched": True}, {}, Verdict.NEW),
    ("but not a domain beside it", {}, {}, {"blocked": ("cme.example",)}, Verdict.NEW),
]  # fmt: skip


@pytest.mark.parametrize(("how", "mail", "facts", "policy", "verdict"), BLOCKED, ids=[row[0] for row in BLOCKED])
def test_blocked(
    how: str, mail: dict[str, Any], facts: dict[str, Any], policy: dict[str, Any], verdict: Verdict
) -> None:
    plan = decide(replace(EMAIL, **mail), replace(POLICY, **policy), **facts)
    assert plan.verdict is verdict, how
    if verdict is Verdict.IGNORE:
        assert "blocked" in plan.why and plan.steps == () and [event.kind for event in plan.events] == ["blocked"]


FLOODS: list[tuple[str, dict[str, Any], dict[str, Any], Verdict]] = [
    ("one too many is held", {}, {"standing": MANY}, Verdict.HOLD),
    ("one fewer is taken", {}, {"standing": Standing(mails=49)}, Verdict.NEW),
    ("a follow-up too many is held", {}, {"standing": MANY, **pointing(Trust.VERIFIED)}, Verdict.HOLD),
    ("an automatic answer to a ticket is held", MACHINE, {"standing": MANY, **pointing(Trust.VERIFIED)}, Verdict.HOLD),
    ("a machine that answers nothing is ignored as ever", MACHINE, {"standing": MANY}, Verdict.IGNORE),
    ("a bounce is a bounce as ever", {"bounce": BOUNCE}, {"standing": MANY}, Verdict.BOUNCE),
    ("what is released is taken", {}, {"standing": MANY, "vouched": True}, Verdict.NEW),
    ("a blocked flood is ignored", {}, {"standing": Standing(blocked="x", mails=50)}, Verdict.IGNORE),
]


@pytest.mark.parametrize(("sentence", "mail", "facts", "verdict"), FLOODS, ids=[row[0] for row in FLOODS])
def test_floods(sentence: str, mail: dict[str, Any], facts: dict[str, Any], verdict: Verdict) -> None:
    plan = decide(replace(EMAIL, **mail), **facts)
    assert plan.verdict is verdict, sentence
    assert (plan.trail[-1].rule == "flood") is (verdict is Verdict.HOLD)


def test_a_flood_that_would_be_held_for_trust_is_held_for_trust() -> None:
    plan = decide(policy=replace(POLICY, bearer="hold"), standing=MANY, **pointing(Trust.BEARER))
    assert plan.verdict is Verdict.HOLD and plan.trail[-1].rule == "belongs to ticket"


def test_senders_that_speak_for_many_never_flood() -> None:
    policy = replace(POLICY, flood=Flood(excepted=("acme.example",)))
    assert decide(policy=policy, standing=MANY).verdict is Verdict.NEW


def test_a_monitoring_system_that_may_open_tickets_may_not_flood() -> None:
    policy = replace(POLICY, automatic_allow=("acme.example",))
    assert decide(replace(EMAIL, automatic="x"), policy).verdict is Verdict.NEW
    assert decide(replace(EMAIL, automatic="x"), policy, standing=MANY).verdict is Verdict.HOLD


def test_the_letter_that_finds_the_cap_reached_opens_the_breaker() -> None:
    plan = decide(counts=Counts(mailbox=200))
    assert plan.breaker == Breaker(scope="mailbox:support", since=START, until=START + HOUR)
    assert not plan.acknowledge and "breaker" in plan.why_not_acknowledged
    assert isinstance(plan.steps[0], OpenTicket) and not any(isinstance(step, SendLetter) for step in plan.steps)


def test_the_total_has_a_breaker_of_its_own() -> None:
    opened = decide(counts=Counts(total=500)).breaker
    assert opened is not None and opened.scope == "all"


def test_an_open_breaker_keeps_letters_back_whatever_the_counts_say() -> None:
    known = Breaker(scope="mailbox:support", since=START - HOUR / 2, until=START + HOUR / 2)
    plan = decide(breakers=(known,))
    assert not plan.acknowledge and plan.breaker == replace(known, kept_back=2, lately=2)


def test_a_breaker_of_another_mailbox_stops_nothing_here() -> None:
    known = Breaker(scope="mailbox:sales", since=START, until=START + HOUR)
    assert decide(breakers=(known,)).acknowledge


def test_a_mail_that_would_get_no_letter_anyway_does_not_touch_the_breaker() -> None:
    assert decide(replace(EMAIL, unanswerable="List-Id"), counts=Counts(total=500)).breaker is None
    assert decide(**pointing(Trust.VERIFIED), counts=Counts(total=500)).breaker is None


@pytest.mark.parametrize(
    ("lately", "minutes", "opened"),
    [(1, 59, True), (1, 61, False), (200, 61, True), (200, 119, True), (200, 121, False)],
)
def test_a_breaker_closes_when_its_time_is_up_unless_the_flood_goes_on(lately: int, minutes: int, opened: bool) -> None:
    state = Breaker(scope="mailbox:support", since=START, until=START + HOUR, lately=lately)
    assert is_open(state, Caps(), START + timedelta(minutes=minutes)) is opened


def test_while_the_flood_goes_on_the_breaker_stays_open_for_another_while() -> None:
    known = Breaker(scope="mailbox:support", since=START - HOUR, until=START, kept_back=300, lately=300)
    after = decide(breakers=(known,)).breaker
    assert after == replace(known, until=START + HOUR, kept_back=301, lately=1)


def test_after_its_time_a_quiet_breaker_lets_the_next_letter_go() -> None:
    known = Breaker(scope="mailbox:support", since=START - HOUR, until=START, kept_back=3, lately=3)
    assert decide(breakers=(known,)).acknowledge
