"""Who is one of us: addresses, domains, logins, roles; and that a name alone makes nobody an agent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hd_bridge import roster
from hd_bridge.decide.agents import agent_of, missing
from hd_bridge.errors import Closed
from hd_bridge.people import Agent, Agents, Member, Roster
from hd_bridge.tracker.embedded_faults import Trouble
from tests.homes import Home

ANA = Member(user_id=5, name="Ana Lopez", login="ana", roles=("Support",))
DEV = Member(user_id=6, name="Bruno Klein", login="bruno", roles=("Developer", "Manager"))
GUEST = Member(user_id=7, name="Ana Lopez", login="mallory", roles=("Reporter",))
ROSTER = Roster(members=(ANA, DEV, GUEST), known=True)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        (Agents(), {5, 6, 7}),
        (Agents(people=(Agent(address="ana@example.com"),), domains=frozenset({"example.org"})), {5, 6, 7}),
        (Agents(people=(Agent(login="ANA"),)), {5}),
        (Agents(roles=("support", "Manager")), {5, 6}),
        (Agents(people=(Agent(login="mallory"),), roles=("Developer",)), {6, 7}),
        (Agents(people=(Agent(login="nobody"),)), set()),
        (Agents(roles=("No such role",)), set()),
    ],
)
def test_agents_in_the_tracker_are_all_members_unless_logins_or_roles_are_named(
    agents: Agents, expected: set[int]
) -> None:
    assert {member.user_id for member in ROSTER.members if agent_of(agents, ROSTER, member.user_id)} == expected


def test_who_is_no_member_is_no_agent_whatever_they_call_themselves() -> None:
    assert agent_of(Agents(), ROSTER, 99) is None
    assert agent_of(Agents(people=(Agent(login="ana", name="Ana Lopez"),)), ROSTER, GUEST.user_id) is None


def test_what_the_configuration_says_of_an_agent_comes_before_what_the_tracker_says() -> None:
    named = Agents(people=(Agent(login="ana", address="ana@example.com", name="Ana", signature="Yours, Ana"),))
    assert agent_of(named, ROSTER, 5) == Agent(
        login="ana", address="ana@example.com", name="Ana", signature="Yours, Ana"
    )
    assert agent_of(Agents(), ROSTER, 6) == Agent(login="bruno", name="Bruno Klein")


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("ana@example.com", True),
        ("ben@example.com", False),
        ("anybody@example.org", True),
        ("anybody@mail.example.org", False),
        ("example.org@evil.example", False),
        ("a@evilexample.org", False),
        ("", False),
        ("example.org", False),
    ],
)
def test_addresses_are_ours_one_by_one_or_by_their_whole_domain(address: str, ours: bool) -> None:
    agents = Agents(people=(Agent(address="ana@example.com"), Agent(login="x")), domains=frozenset({"example.org"}))
    assert agents.is_agent_address(address) is ours


def test_what_nobody_fits_is_told() -> None:
    agents = Agents(people=(Agent(login="Ana"), Agent(login="zoe")), roles=("Support", "Helpers"))
    assert missing(agents, ROSTER) == (
        "agents: nobody in our projects has the login “zoe”",
        "agents: nobody in our projects has the role “Helpers”",
    )


def test_the_roster_is_read_with_the_names_and_lasts_when_the_tracker_is_away(home: Home) -> None:
    assert {member.name for member in home.house.roster.members} == {"Ana", "Bruno"}
    home.faults.order("members", Trouble.BEFORE)
    roster.learn(home.house)
    assert home.house.roster.known
    assert {member.name for member in home.house.roster.members} == {"Ana", "Bruno"}


def test_somebody_new_is_looked_for_once_a_minute(home: Home) -> None:
    ana = next(member for member in home.house.roster.members if member.name == "Ana")
    home.house.roster = Roster(known=True)
    assert roster.writer(home.house, ana.user_id) is None  # read a moment ago
    home.clock.forward(seconds=61)
    assert roster.writer(home.house, ana.user_id) == Agent(name="Ana")
    home.faults.order("members", Trouble.BEFORE)
    home.clock.forward(seconds=61)
    assert roster.writer(home.house, 12345) is None


def test_a_closed_door_is_no_reason_to_forget_anybody(home: Home) -> None:
    home.faults.order("members", Trouble.BEFORE)
    with pytest.raises(Closed):
        home.house.tracker.members("support")
