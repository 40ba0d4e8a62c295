"""Who of the tracker's users is one of us: only agents' notes are sent, and obeyed. Pure."""

from __future__ import annotations

from hd_bridge.people import Agent, Agents, Roster


def agent_of(agents: Agents, roster: Roster, user_id: int) -> Agent | None:
    """The agent who has this number in the tracker; ``None`` for a registered user who is none, for a member whom
    the configuration leaves out, and for the bridge itself.

    The number decides, never the name: in a Redmine everybody may call themselves as they like.
    """
    member = roster.member(user_id)
    return agents.member(member) if member else None


def missing(agents: Agents, roster: Roster) -> tuple[str, ...]:
    """What the configuration says of agents and nobody in the tracker fits, in words."""
    logins = {member.login.casefold() for member in roster.members}
    roles = {role.casefold() for member in roster.members for role in member.roles}
    lost = [f"agents: nobody in our projects has the login “{one}”" for one in sorted(agents.logins - logins)]
    lost += [
        f"agents: nobody in our projects has the role “{one}”" for one in agents.roles if one.casefold() not in roles
    ]
    return tuple(lost)
