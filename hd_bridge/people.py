"""Our own people: whom the configuration names, and the members of the tracker's projects. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a project of the tracker, with the names of their roles there; ``login`` is empty where it was
    not asked for, or is not told."""

    user_id: int
    name: str
    login: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One of us: the address they write from, the tracker's login, and how letters name and sign them. What is not
    known is empty."""

    address: str = ""
    login: str = ""
    name: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agents:
    """Who is one of us: people, every address of some domains, members of our projects with one of some roles.

    Only logins and roles say who is an agent in the tracker: a name or an address can be changed there by its owner.
    """

    people: tuple[Agent, ...] = ()
    domains: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()

    @property
    def logins(self) -> frozenset[str]:
        """The logins that are named, in lower case (Redmine does not tell upper and lower case apart)."""
        return frozenset(agent.login.lower() for agent in self.people if agent.login)

    @property
    def everybody(self) -> bool:
        """Whether every member of our projects is an agent, because nothing says who is."""
        return not self.logins and not self.roles

    def at(self, address: str) -> Agent | None:
        """Whose address this is, if it is one of ours; anybody can write a mail in their name."""
        known = next((agent for agent in self.people if agent.address and agent.address == address), None)
        if known is None and "@" in address and address.rpartition("@")[2] in self.domains:
            return Agent(address=address)
        return known

    def is_agent_address(self, address: str) -> bool:
        """Whether an address (lower case) is one of ours."""
        return self.at(address) is not None

    def member(self, member: Member) -> Agent | None:
        """Who a member of our projects is to us; ``None`` for those who are no agents."""
        named = next((agent for agent in self.people if agent.login and same(agent.login, member.login)), None)
        if named is None and not self.everybody and not any(same(a, b) for a in self.roles for b in member.roles):
            return None
        known = named or Agent()
        return Agent(
            address=known.address,
            login=known.login or member.login,
            name=known.name or member.name,
            signature=known.signature,
        )


def same(one: str, other: str) -> bool:
    """Whether two names of the tracker are the same to people."""
    return one.casefold() == other.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The members of our projects but the bridge itself, as last read; ``known`` is false until they were."""

    members: tuple[Member, ...] = ()
    known: bool = False

    def member(self, user_id: int) -> Member | None:
        """The member with this number."""
        return next((member for member in self.members if member.user_id == user_id), None)
