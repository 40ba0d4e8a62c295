"""May this new ticket be acknowledged? The first reason against it wins and is kept. Pure."""

from __future__ import annotations

from collections.abc import Callable

from hd_bridge.decide import breaker
from hd_bridge.decide.facts import Case
from hd_bridge.decide.machines import nobody_at
from hd_bridge.views_guard import Breaker


def template_of(case: Case) -> str:
    """The name of the acknowledgement's template, empty where none is wanted; rules come before the mailbox."""
    chosen = case.facts.choices.acknowledge
    return case.facts.mailbox.acknowledge if chosen is None else chosen


def _not_wanted(case: Case) -> str:
    return "" if template_of(case) else "the rules or the mailbox ask for no acknowledgement"


def _by_machine(case: Case) -> str:
    sign = case.email.automatic or case.email.unanswerable
    return f"a machine or a list must not be answered ({sign})" if sign else ""


def _null_sender(case: Case) -> str:
    return "its return path is empty: nobody wants an answer" if case.email.return_path == "" else ""


def _no_sender(case: Case) -> str:
    return "" if case.sender else "it names no sender"


def _sender_is_ours(case: Case) -> str:
    return "its sender is one of us" if case.policy.is_ours(case.sender) else ""


def _sender_is_machine(case: Case) -> str:
    local = case.sender.partition("@")[0].partition("+")[0]
    return f"nobody reads mail at {local}@" if nobody_at(case.sender) else ""


def _not_addressed(case: Case) -> str:
    named = {address.email for address in (*case.email.to, *case.email.cc)}
    ours = named & case.policy.own_addresses or any(box.detail(one) for box in case.policy.mailboxes for one in named)
    return "" if ours else "our address is neither in To nor in Cc"


def _passed_on(case: Case) -> str:
    if case.facts.passed_on is None:
        return ""
    if not case.policy.acknowledge_passed_on:
        return "one of us passed it on, and such mails are not acknowledged (acknowledge.passed_on)"
    written = case.email.date
    late = written is not None and case.facts.now - written > case.policy.acknowledge_within
    return "its customer wrote it too long ago to be acknowledged now" if late else ""


def _too_old(case: Case) -> str:
    late = case.facts.now - case.facts.arrived > case.policy.acknowledge_within
    return "it arrived too long ago to be acknowledged now" if late else ""


def _over_caps(case: Case) -> str:
    counts, caps = case.facts.counts, case.policy.caps
    if counts.same_subject >= caps.same_subject:
        return "this sender had an acknowledgement of the same subject already"
    if counts.sender >= caps.sender:
        return f"this sender had {counts.sender} automatic letters in {caps.hours} hours"
    return ""


AGAINST: tuple[Callable[[Case], str], ...] = (
    _not_wanted,
    _by_machine,
    _null_sender,
    _no_sender,
    _sender_is_ours,
    _sender_is_machine,
    _not_addressed,
    _passed_on,
    _too_old,
    _over_caps,
)


def answered(case: Case) -> tuple[str, Breaker | None]:
    """The first reason not to acknowledge a new ticket, in words, empty if nothing forbids it; and the state of the
    breaker after a letter that it alone kept back."""
    if reason := next((reason for against in AGAINST if (reason := against(case))), ""):
        return reason, None
    return breaker.kept_back(case)
