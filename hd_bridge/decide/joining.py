"""Who takes part in a ticket from now on: the sender, and whom a believed sender copies in. Pure."""

from __future__ import annotations

from hd_bridge.decide.facts import Case
from hd_bridge.decide.machines import nobody_at
from hd_bridge.model import Match, Trust

MOST = 10  # people: a mail to more of them is a circular, and nobody on it expects our answers


def joining(case: Case, match: Match | None) -> tuple[str, ...]:
    """The addresses that join: of a new ticket (``match`` is ``None``), or of one that this mail follows up."""
    if not case.sender or case.email.automatic or (match is not None and match.by_agent):
        return ()
    return (case.sender, *_copied(case, match))


def _copied(case: Case, match: Match | None) -> tuple[str, ...]:
    """Those beside us in To and Cc. On a ticket that is there already only a proved sender may bring people in: who
    merely writes a customer's address into From would else have our answers sent to themselves. Whom one of us copied
    in when passing a mail on was told of it, no more."""
    email, policy = case.email, case.policy
    if (
        case.facts.passed_on
        or policy.copied == "no"
        or email.unanswerable
        or (match is not None and match.trust is not Trust.VERIFIED)
    ):
        return ()
    named = dict.fromkeys(one.email for one in (*email.to, *email.cc))
    people = [one for one in named if one != case.sender and not policy.is_ours(one) and not nobody_at(one)]
    if len(people) > MOST:
        return ()
    domain = case.sender.rpartition("@")[2]
    return tuple(one for one in people if policy.copied == "yes" or one.rpartition("@")[2] == domain)
