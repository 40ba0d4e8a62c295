"""``hd-bridge status``: how the house stands. Touches the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import typer

from hd_bridge import app as house_app
from hd_bridge.cli.out import CONFIG, ConfigOption, JsonOption, ago, plain, print_json, say, table
from hd_bridge.clock import SystemClock
from hd_bridge.config import load
from hd_bridge.decide.breaker import is_open
from hd_bridge.policy import Caps
from hd_bridge.views_following import CUSTOMER, US, Awaiting
from hd_bridge.views_guard import Breaker
from hd_bridge.work import UNFINISHED, State

MOST_UNSEEN = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("status")(status)


def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Doors, queues, breakers, what is held, the oldest waiting item, the last success."""
    caps = load(config).policy().caps
    with house_app.journal_of(config) as journal:
        doors, tally, held = journal.doors(), journal.tally(), Counter(item.cause for item in journal.held())
        waiting = journal.steps(conversation=None, states=UNFINISHED, limit=1)
        dropped = journal.steps(conversation=None, states=(State.DROPPED,), limit=20)
        breakers, blocked, unseen = journal.breakers(), len(journal.blocked()), journal.unseen()
        awaiting = journal.awaiting()
    now = SystemClock().now()
    if as_json:
        oldest = waiting[0] if waiting else None
        seen = {"doors": doors, "tally": tally, "oldest": oldest, "dropped": dropped, "held": held}
        print_json(
            {
                **seen,
                "breakers": standing(breakers, caps, now),
                "blocked_senders": blocked,
                "unseen": unseen,
                "awaiting": awaited(awaiting),
            }
        )
        return
    rows = [(d.name, "open" if d.open else "CLOSED", ago(d.since, now), ago(d.last_success, now), d.why) for d in doors]
    table("Doors", ("door", "state", "since", "last success", "why"), rows)
    table("Counts", ("what", "how many"), sorted(tally.items()))
    if held:
        table("Held for a person (hd-bridge held list)", ("because of", "how many"), sorted(held.items()))
    for one in breakers:
        _tell_breaker(one, caps, now)
    if blocked:
        say(f"{blocked} senders are blocked by command (hd-bridge blocked list)")
    if awaiting and awaiting[0].who == US:
        longest, counts = awaiting[0], awaited(awaiting)
        say(f"{counts[US]} tickets await us, #{longest.ticket} since {ago(longest.since, now)} (hd-bridge waiting)")
    if unseen:
        lost = [(f"#{one.number}", ago(one.since, now), one.subject) for one in unseen[:MOST_UNSEEN]]
        table("Deleted in the tracker, or moved out of our sight", ("ticket", "noticed", "subject"), lost)
    if waiting:
        say(f"oldest waiting: {waiting[0].key} since {ago(waiting[0].created_at, now)} {waiting[0].why}")
    for step in dropped:
        say(f"dropped: {step.key}: {step.why}", "yellow")


def awaited(found: Sequence[Awaiting]) -> dict[str, int]:
    """How many open tickets await us, and how many their customers."""
    counts = Counter(one.who for one in found)
    return {who: counts[who] for who in (US, CUSTOMER)}


def standing(breakers: Sequence[Breaker], caps: Caps, now: datetime) -> list[dict[str, Any]]:
    """The breakers as programs read them. ``open`` is true while automatic letters are kept back."""
    return [{**plain(one), "open": is_open(one, caps, now)} for one in breakers]


def _tell_breaker(one: Breaker, caps: Caps, now: datetime) -> None:
    whose = "all mailboxes" if one.scope == "all" else one.scope.replace(":", " ")
    if is_open(one, caps, now):
        say(
            f"breaker: no automatic letters of {whose} since {ago(one.since, now)}; {one.kept_back} were kept back."
            f" It closes by itself at {one.until:%Y-%m-%d %H:%M} UTC, or later if the flood goes on.",
            "yellow",
        )
    else:
        say(f"breaker of {whose}: closed again; it opened {ago(one.since, now)} and kept back {one.kept_back} letters")
