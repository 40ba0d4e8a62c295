"""Who answers in the tracker: the members of our projects, read now and then, and when a new name turns up. Pure."""

from __future__ import annotations

import logging

from hd_bridge.decide.agents import agent_of
from hd_bridge.errors import FarSideError, NotNow
from hd_bridge.house import House
from hd_bridge.people import Agent, Member, Roster

log = logging.getLogger("hd_bridge.roster")

AGAIN = 60.0  # seconds: a stranger who writes much must not have all members read each time
SOON = 5.0  # seconds: while nobody is known at all


def learn(house: House) -> None:
    """Read the members of all our projects; what fails now is learnt later, and what was known stays."""
    with house.asking:
        _learn(house)


def _learn(house: House) -> None:
    agents, house.roster_read = house.policy.agents, house.clock.monotonic()
    found: dict[int, Member] = {}
    for project in house.policy.projects:
        try:
            members = house.tracker.members(project, logins=bool(agents.logins))
        except FarSideError as error:
            log.warning("the members of project %s could not be read: %s", project, error)
            return
        for member in members:
            before = found.get(member.user_id)
            roles = dict.fromkeys([*(before.roles if before else ()), *member.roles])
            found[member.user_id] = Member(
                user_id=member.user_id, name=member.name, login=member.login, roles=tuple(roles)
            )
    house.roster = Roster(members=tuple(found.values()), known=True)


def writer(house: House, user_id: int) -> Agent | None:
    """The agent with this number in the tracker. Somebody new is looked for once more, at most once a minute: who
    joined the team today is answered for today. NotNow while the members were never read since this process started:
    everybody would be taken for a stranger."""
    if house.roster.member(user_id) is None:
        with house.asking:  # a start asks as well: who came second would find nobody known, and asked just now
            if _may_ask(house):
                _learn(house)
    if not house.roster.known:
        raise NotNow("who is an agent is not known yet: the members of our projects could not be read")
    return agent_of(house.policy.agents, house.roster, user_id)


def _may_ask(house: House) -> bool:
    rest = AGAIN if house.roster.known else SOON
    return house.roster_read is None or house.clock.monotonic() - house.roster_read >= rest
