"""What becomes of one mail: an ordered tuple of small rules, the first that rules ends the road. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hd_bridge.decide import plans
from hd_bridge.decide.agent_mail import is_proved
from hd_bridge.decide.earlier import closed_long_ago
from hd_bridge.decide.facts import Case, Facts
from hd_bridge.mail.senders import listed
from hd_bridge.model import Email, Match, Trace, Trust, Verdict
from hd_bridge.policy import Policy
from hd_bridge.work import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one rule says: a verdict with its reason, or (``verdict`` None) why it passes the mail on."""

    verdict: Verdict | None
    why: str
    match: Match | None = None


Rule = Callable[[Case], Ruling]

_TRUSTED = (Trust.VERIFIED, Trust.PARTICIPANT)


def _pass(why: str) -> Ruling:
    return Ruling(verdict=None, why=why)


def came_twice(case: Case) -> Ruling:
    """The same mail in a second mailbox of ours: the first receipt decides (house.md)."""
    first = case.facts.also_at
    if first is None or case.facts.mailbox.own_ticket:
        return _pass("no other mailbox of ours had this mail first")
    return Ruling(verdict=Verdict.IGNORE, why=f"The same mail came by the mailbox “{first}” too; it was taken there.")


def our_own_letter(case: Case) -> Ruling:
    """A letter of this installation that came back: answering it would never end."""
    if case.facts.own_loop is None:
        return _pass("no loop mark of this installation")
    return Ruling(verdict=Verdict.IGNORE, why=f"This is a letter of our own that came back ({case.facts.own_loop}).")


def tracker_notice(case: Case) -> Ruling:
    """The tracker's own notices are about tickets; they are none."""
    if case.facts.redmine_notice is None:
        return _pass("not a notice of the tracker")
    return Ruling(verdict=Verdict.IGNORE, why=f"A notice that the tracker itself sent ({case.facts.redmine_notice}).")


def blocked_sender(case: Case) -> Ruling:
    """Mail from people or machines that somebody has had enough of. What their mail systems say of our letters counts
    all the same."""
    address = (case.sender, case.email.return_path or "")
    if case.email.bounce is not None or case.facts.vouched:
        return _pass("a delivery failure, or released by a person")
    if pattern := listed(case.policy.blocked, *address):
        return Ruling(verdict=Verdict.IGNORE, why=f"Its sender is blocked: {pattern}, in the configuration.")
    if pattern := case.facts.standing.blocked:
        return Ruling(verdict=Verdict.IGNORE, why=f"Its sender is blocked: {pattern} (hd-bridge blocked list).")
    return _pass("its sender is not blocked")


def unreadable(case: Case) -> Ruling:
    """What could not be read whole waits for a person, who may release it as it is."""
    over = [d for d in case.email.defects if d.startswith(("over the cap:", "unreadable:"))]
    if case.facts.truncated:
        over.append("over the cap: the mail is larger than this mailbox takes")
    if not over:
        return _pass("the mail could be read")
    if case.facts.vouched:
        return _pass(f"released by a person although {over[0]}")
    held = case.policy.bearer == "hold"
    bearer = next((match for match in case.facts.matches if held and match.trust is Trust.BEARER), None)
    also = f" {_belongs(bearer)}, but its sender is not on it; released, it is added there." if bearer else ""
    if (match := _nearest(case)) and match.by_agent and not is_proved(match, case.policy):
        also = f" {_unproved(case, match)}"
    why = f"The mail could not be read whole ({over[0]}); a person must look at it.{also}"
    return Ruling(verdict=Verdict.HOLD, why=why)


def bounced(case: Case) -> Ruling:
    """A failed delivery belongs to the letter that failed; it opens nothing and is never answered."""
    bounce = case.email.bounce
    if bounce is None:
        return _pass("not a delivery failure")
    how = "for good" if bounce.permanent else "for now"
    whom = ", ".join(bounce.failed) or "an address that it does not name"
    # Our letters carry signed ids: what names none of them is no account of a letter of ours, and may be made up.
    match = next((match for match in case.facts.matches if match.proven), None)
    where = "" if match else "; nothing that we sent is named in it"
    return Ruling(
        verdict=Verdict.BOUNCE,
        why=f"A mail server reports that delivery to {whom} failed {how}{where}.",
        match=match,
    )


def agents_answer(case: Case) -> Ruling:
    """An agent's reply from their own mail program goes to the customer in the team's name: only with proof that it
    is theirs. One of us who is the ticket's customer writes as any other."""
    match = _nearest(case)
    if match is None or not match.by_agent:
        return _pass("no agent's answer to a ticket of ours")
    if case.facts.conversation(match.conversation).gone:
        return _pass(f"{_belongs(match)}, which was deleted in the tracker")
    if case.email.automatic:
        why = f"A machine wrote it ({case.email.automatic}) in the name of {case.sender}, one of us."
        return Ruling(verdict=Verdict.IGNORE, why=why)
    if is_proved(match, case.policy) or case.facts.vouched:
        by = "" if is_proved(match, case.policy) else "; released by a person"
        match = replace(match, trust=Trust.VERIFIED)
        return Ruling(verdict=Verdict.FOLLOW_UP, why=f"An answer of {case.sender}. {_belongs(match)}{by}.", match=match)
    return Ruling(verdict=Verdict.HOLD, why=_unproved(case, match), match=match)


def _unproved(case: Case, match: Match) -> str:
    how = "our mail server says that it is not from there" if match.trust is Trust.STRANGER else "nothing proves it"
    return (
        f"{_belongs(match)}, in the name of {case.sender}, one of us, but {how}; released, it goes to the customer as"
        " an answer."
    )


def _nearest(case: Case) -> Match | None:
    """The ticket where the sender is believed, else the one with the strongest proof."""
    trusted = next((match for match in case.facts.matches if match.trust in _TRUSTED), None)
    return trusted or next(iter(case.facts.matches), None)


def belongs_to_ticket(case: Case) -> Ruling:
    """A mail that points at a ticket is trusted only with proof (mail.md, matching)."""
    trusted = next((match for match in case.facts.matches if match.trust in _TRUSTED), None)
    match = _nearest(case)
    if match is None:
        return _pass("points at no ticket of ours")
    held = case.policy.bearer == "hold"
    # Only a bearer's mail was held for its sender: released for other reasons, it says nothing of who that is.
    vouched_for = held and case.facts.vouched and match.trust is Trust.BEARER
    if passed := _not_any_more(case, match):
        return _pass(f"{_belongs(match)}, {passed}")
    if trusted or vouched_for:
        vouched = "" if trusted else "; released by a person"
        match = trusted or replace(match, trust=Trust.PARTICIPANT)
        return Ruling(verdict=Verdict.FOLLOW_UP, why=_belongs(match) + vouched + ".", match=match)
    if case.email.automatic:
        return Ruling(
            verdict=Verdict.IGNORE,
            why=f"A machine wrote it ({case.email.automatic}), from an address that is not on the ticket.",
        )
    if match.trust is Trust.BEARER:
        why = f"{_belongs(match)}, but {case.sender or 'its sender'} is not on this ticket"
        if held:
            return Ruling(verdict=Verdict.HOLD, why=f"{why}; a person must say whether they belong to it.", match=match)
        return Ruling(verdict=Verdict.FOLLOW_UP, why=f"{why}: it is added privately.", match=match)
    return _pass(f"{_belongs(match)}, but its sender does not belong there and shows no proof")


def _not_any_more(case: Case, match: Match) -> str:
    """Why nothing can be added to a ticket that the mail belongs to; empty where it can."""
    if case.facts.conversation(match.conversation).gone:
        return "which was deleted in the tracker: it is a new one"
    return "which was closed long ago: it is a new one" if closed_long_ago(case, match) else ""


def _belongs(match: Match) -> str:
    ticket = f"ticket #{match.ticket}" if match.ticket else "a ticket that is being opened"
    return f"It belongs to {ticket} by {match.matched_by}"


def written_by_machine(case: Case) -> Ruling:
    """Machine mail that belongs to no ticket is noise, unless its sender is welcome (monitoring)."""
    if case.email.automatic is None:
        return _pass("no sign that a machine wrote it")
    if pattern := listed(case.policy.automatic_allow, case.sender):
        return _pass(f"a machine wrote it ({case.email.automatic}), but automatic.allow names {pattern}")
    return Ruling(verdict=Verdict.IGNORE, why=f"A machine wrote it ({case.email.automatic}) and it answers no ticket.")


def new_request(case: Case) -> Ruling:
    """Everything else is somebody who wants something."""
    return Ruling(verdict=Verdict.NEW, why=f"A new request to {case.facts.mailbox.address}.")


def flood(case: Case) -> Ruling:
    """One sender's mails beyond what a person can send are held, not made into tickets or notes: a monitoring system
    gone wild, two machines that answer each other, a joke. By rate alone, so it ends when they end."""
    limit, count = case.policy.flood, case.facts.standing.mails
    if count < limit.mails:
        return _pass(f"{count} mails of this sender were taken lately, fewer than {limit.mails}")
    if case.facts.vouched:
        return _pass("released by a person although its sender floods us")
    if pattern := listed(limit.excepted, case.sender):
        return _pass(f"its sender floods us, but flood.except names {pattern}")
    minutes = int(limit.within.total_seconds() // 60)
    return Ruling(
        verdict=Verdict.HOLD,
        why=f"A flood: {case.sender} sent {limit.mails} mails or more within {minutes} minutes before it.",
    )


RULES: tuple[Rule, ...] = (
    came_twice,
    our_own_letter,
    tracker_notice,
    blocked_sender,
    unreadable,
    bounced,
    agents_answer,
    belongs_to_ticket,
    written_by_machine,
    new_request,
)


def decide_mail(email: Email, facts: Facts, policy: Policy) -> Plan:
    """The plan for one mail; the same mail, facts and policy always give the same plan."""
    case = Case(email=facts.passed_on.as_meant if facts.passed_on else email, facts=facts, policy=policy)
    trail: list[Trace] = []
    for rule in RULES:
        ruling = rule(case)
        outcome = ruling.verdict.value if ruling.verdict else "passes"
        trail.append(Trace(rule=rule.__name__.replace("_", " "), outcome=outcome, evidence=ruling.why))
        if ruling.verdict is not None:
            ruling = _unless_flooded(case, ruling, trail)
            return plans.build(case, ruling.verdict or Verdict.HOLD, ruling.why, ruling.match, tuple(trail))
    raise AssertionError("the last rule always rules")


def _unless_flooded(case: Case, ruling: Ruling, trail: list[Trace]) -> Ruling:
    """What would make work for people is held where its sender floods us; all else makes none."""
    if ruling.verdict not in (Verdict.NEW, Verdict.FOLLOW_UP):
        return ruling
    found = flood(case)
    if found.verdict is None:  # the trail ends in the rule that ruled
        trail.insert(-1, Trace(rule="flood", outcome="passes", evidence=found.why))
        return ruling
    trail.append(Trace(rule="flood", outcome=found.verdict.value, evidence=found.why))
    return replace(found, match=ruling.match)
