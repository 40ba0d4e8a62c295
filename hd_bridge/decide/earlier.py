"""A new ticket that has an earlier one: why the mail was not added there, told on both, for agents alone. Pure."""

from __future__ import annotations

from hd_bridge.decide import words
from hd_bridge.decide.facts import Case
from hd_bridge.model import Match, Trust
from hd_bridge.work import PrivateNote


def closed_long_ago(case: Case, match: Match) -> bool:
    """Whether a ticket was closed so long ago that the mail is taken for another matter."""
    within = case.policy.reopen_within
    if within is None or not match.closed or match.closed_at is None:
        return False
    return case.facts.arrived - match.closed_at > within


def succeeded(case: Case) -> str | None:
    """The conversation that goes on in the new ticket: what answers it will come here too. Only who belongs to it may
    say so: a stranger would draw other people's answers to themselves."""
    known = (Trust.VERIFIED, Trust.PARTICIPANT)
    return next((one.conversation for one in case.facts.matches if one.trust in known), None)


def links(case: Case, id: str, after: str) -> list[PrivateNote]:
    """What agents are told on the new ticket, and on the earlier one if it is there and its customer wrote."""
    match = next((one for one in case.facts.matches if one.trust is not Trust.STRANGER), None)
    match = match or next(iter(case.facts.matches), None)
    if match is None or match.ticket is None:
        return []
    key = f"{case.email.key}/private"
    if case.facts.conversation(match.conversation).gone:
        notes = words.gone_note(match)
        return [PrivateNote(key=f"{key}/link", lane=id, conversation=id, after=after, notes=notes)]
    if match.trust is Trust.STRANGER:
        notes = words.stranger_note(match)
        return [PrivateNote(key=f"{key}/link", lane=id, conversation=id, after=after, notes=notes)]
    if not closed_long_ago(case, match):
        return []
    earlier, notes = match.conversation, words.later_note(match)
    return [
        PrivateNote(key=f"{key}/link", lane=id, conversation=id, after=after, notes=words.closed_note(match)),
        PrivateNote(key=f"{key}/later", lane=earlier, conversation=earlier, after=after, notes=notes, names=id),
    ]
