"""All rules on one mail: what they choose together, and what each of them found. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from hd_bridge.model import Contact, Email, Trace
from hd_bridge.policy import Choices, Rule
from hd_bridge.rules.fits import Limit, TooLong, fits
from hd_bridge.rules.texts import Texts

EVIDENCE = 200  # characters of a trace
STOPPED = "stopped: pattern took too long"


def choose(
    email: Email, mailbox: str, contact: Contact | None, rules: tuple[Rule, ...], *, budget: float = 0.25
) -> tuple[Choices, tuple[Trace, ...]]:
    """What the rules choose for a mail, and a trace for each rule that was tried.

    ``mailbox`` is its name. ``budget`` is for all patterns together, in seconds: a rule whose pattern takes too long
    does not fit, and its trace says so.
    """
    texts, limit = Texts(email, mailbox, contact), Limit(budget)
    chosen = Choices()
    trail: list[Trace] = []
    for rule in rules:
        trace, fitting = _try(rule, texts, limit)
        trail.append(trace)
        if fitting:
            chosen = joined(chosen, rule.then)
            if rule.stop:
                break
    return chosen, tuple(trail)


def joined(first: Choices, second: Choices) -> Choices:
    """Both together: the first to set a thing wins, tags and watchers add up without doubles, fields by name."""
    gathered: dict[str, Any] = {
        "tags": _added(first.tags, second.tags),
        "watchers": _added(first.watchers, second.watchers),
        "fields": tuple({**dict(second.fields), **dict(first.fields)}.items()),
    }
    blank = {f.name: getattr(second, f.name) for f in fields(first) if getattr(first, f.name) is None}
    return replace(first, **{**blank, **gathered})


def _try(rule: Rule, texts: Texts, limit: Limit) -> tuple[Trace, bool]:
    try:
        evidence = fits(rule.when, texts, limit)
    except TooLong as stopped:
        return Trace(rule=rule.name, outcome=STOPPED, evidence=f"the pattern {stopped}"[:EVIDENCE]), False
    if evidence is None:
        return Trace(rule=rule.name, outcome="does not fit"), False
    return Trace(rule=rule.name, outcome="fits", evidence=evidence[:EVIDENCE]), True


def _added(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    """In order, each once, whatever its case."""
    seen: dict[str, str] = {}
    for word in (*first, *second):
        seen.setdefault(word.casefold(), word)
    return tuple(seen.values())
