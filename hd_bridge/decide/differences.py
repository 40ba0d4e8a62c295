"""What would be decided otherwise now than it was decided then. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from hd_bridge.model import Verdict
from hd_bridge.policy import Choices
from hd_bridge.views import MailSummary
from hd_bridge.work import Plan

NAMES = {"due_in": "due", "acknowledge": "template"}
VERDICTS = frozenset(verdict.value for verdict in Verdict)
JOINING = (Verdict.FOLLOW_UP.value, Verdict.BOUNCE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was decided so then and is so now; ``what`` is verdict, ticket, acknowledge, template, or what a
    rule chooses (category, project, …). Both are words for people."""

    what: str
    then: str
    now: str


def verdict_then(mail: MailSummary) -> str:
    """What the rules said: a person who has dropped a held mail since has changed its verdict, not its trail."""
    return next((trace.outcome for trace in mail.trail if trace.outcome in VERDICTS), mail.verdict or "")


def differences(then: MailSummary, now: Plan, ticket_now: int | None) -> tuple[Difference, ...]:
    """Everything that matters to a customer or an agent; reasons and texts are none of it."""
    verdict = verdict_then(then)
    if verdict != now.verdict.value:
        return (Difference(what="verdict", then=verdict, now=now.verdict.value),)
    return tuple(_of_one_verdict(then, now, ticket_now))


def _of_one_verdict(then: MailSummary, now: Plan, ticket_now: int | None) -> Iterator[Difference]:
    if now.verdict.value in JOINING and then.conversation != now.conversation:
        yield Difference(what="ticket", then=_ticket(then.ticket), now=_ticket(ticket_now))
    if then.acknowledge != now.acknowledge:
        yield Difference(what="acknowledge", then=_yes(then.acknowledge), now=_yes(now.acknowledge))
    if then.choices is not None and now.choices is not None:
        yield from _of_choices(then.choices, now.choices)


def _of_choices(then: Choices, now: Choices) -> Iterator[Difference]:
    for field in fields(Choices):
        before, after = getattr(then, field.name), getattr(now, field.name)
        if before != after:
            yield Difference(what=NAMES.get(field.name, field.name), then=_words(before), now=_words(after))


def _words(value: Any) -> str:
    match value:
        case None | () | "":
            return "none"
        case bool():
            return _yes(value)
        case timedelta():
            return f"{value.total_seconds() / 3600:g} h"
        case tuple():
            return ", ".join(": ".join(one) if isinstance(one, tuple) else str(one) for one in value)
        case _:
            return str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _ticket(number: int | None) -> str:
    return f"#{number}" if number else "one that is not open yet"
