"""The breaker of automatic letters: it opens at a cap, keeps all of them back, and closes by itself. Pure.

A cap alone would let the next letter go with every one that leaves the hour's count, for as long as two machines talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hd_bridge.decide.facts import Case
from hd_bridge.policy import Caps
from hd_bridge.views_guard import Breaker

ALL = "all"
HOUR = timedelta(hours=1)


def scope_of(mailbox: str) -> str:
    """The name of a mailbox's own breaker."""
    return f"mailbox:{mailbox}"


def limit_of(scope: str, caps: Caps) -> int:
    """Letters an hour that open a breaker."""
    return caps.total if scope == ALL else caps.mailbox


def is_open(state: Breaker, caps: Caps, now: datetime) -> bool:
    """Whether it keeps letters back. When its time is up it stays open once more if as many were kept back meanwhile
    as would open it: the flood goes on."""
    return now < state.until or (_goes_on(state, caps) and now < state.until + caps.cool_down)


def _goes_on(state: Breaker, caps: Caps) -> bool:
    return state.lately >= max(1, int(limit_of(state.scope, caps) * (caps.cool_down / HOUR)))


def kept_back(case: Case) -> tuple[str, Breaker | None]:
    """Why a letter that nothing else forbids is not sent, and how the breaker stands after it; nothing if it may go."""
    for scope, sent in _scopes(case):
        known = next((one for one in case.facts.breakers if one.scope == scope), None)
        if known and is_open(known, case.policy.caps, case.facts.now):
            return _why(scope, f"is open since {known.since:%Y-%m-%d %H:%M} UTC"), _one_more(known, case)
        if sent >= limit_of(scope, case.policy.caps):
            now = case.facts.now
            opened = Breaker(scope=scope, since=now, until=now + case.policy.caps.cool_down)
            return _why(scope, f"opens: {sent} were sent in the last hour"), opened
    return "", None


def _scopes(case: Case) -> Iterator[tuple[str, int]]:
    yield ALL, case.facts.counts.total
    yield scope_of(case.facts.mailbox.name), case.facts.counts.mailbox


def _why(scope: str, what: str) -> str:
    whose = "" if scope == ALL else f" of {scope.replace(':', ' ')}"
    return f"the breaker of automatic letters{whose} {what}"


def _one_more(known: Breaker, case: Case) -> Breaker:
    now = case.facts.now
    if now < known.until:
        return replace(known, kept_back=known.kept_back + 1, lately=known.lately + 1)
    return replace(known, until=now + case.policy.caps.cool_down, kept_back=known.kept_back + 1, lately=1)
