"""What would be decided otherwise now than it was decided then. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from hd_bridge.model import Verdict
from hd_bridge.policy import Choices
from hd_bridge.views import MailSummary
from hd_bridge.work import Plan

NAMES = {"due_in": "due", "acknowledge": "template"}
VERDICTS = frozenset(verdict.value for verdict in Verdict)
NOTES = {"/private/bearer": "private", "/note/1": "public"}  # by the ends of their steps' keys
JOINING = (Verdict.FOLLOW_UP.value, Verdict.BOUNCE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was decided so then and is so now; ``what`` is verdict, ticket, note (public or private),
    acknowledge, template, or what a rule chooses (category, project, …). Both are words for people."""

    what: str
    then: str
    now: str


def verdict_then(mail: MailSummary) -> str:
    """What the rules said: a person who has dropped a held mail since has changed its verdict, not its trail."""
    return next((trace.outcome for trace in mail.trail if trace.outcome in VERDICTS), mail.verdict or "")


def differences(
    then: MailSummary, now: Plan, *, ticket_now: int | None = None, steps_then: Collection[str] = ()
) -> tuple[Difference, ...]:
    """Everything that matters to a customer or an agent; reasons and texts are none of it. ``steps_then`` are the keys
    of the steps that the mail has led to."""
    verdict = verdict_then(then)
    if verdict != now.verdict.value:
        return (Difference(what="verdict", then=verdict, now=now.verdict.value),)
    return (*_of_one_verdict(then, now, ticket_now), *_of_notes(steps_then, [step.key for step in now.steps]))


def _of_notes(then: Collection[str], now: Collection[str]) -> Iterator[Difference]:
    """Whether a mail was shown to everybody on the ticket or only to agents, where both are known."""
    before, after = _note(then), _note(now)
    if before and after and before != after:
        yield Difference(what="note", then=before, now=after)


def _note(keys: Collection[str]) -> str:
    return next((word for end, word in NOTES.items() for key in keys if key.endswith(end)), "")


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
