"""What the operator must hear, in one letter now and then, never one mail per event. Pure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from hashlib import sha256

from hd_bridge.house import House
from hd_bridge.views import HeldItem
from hd_bridge.work import SendLetter

_LAST = "last_digest"
_TOLD = "digest_told"
_PATIENCE = timedelta(minutes=15)  # a door that is closed for less mends itself


def plan_digest(house: House, every: timedelta) -> bool:
    """Plan a digest if one is due and there is something new to say. True if one was planned."""
    now, operator = house.clock.now(), house.policy.operator
    last = house.journal.meta(_LAST)
    since = datetime.fromisoformat(last) if last else None
    if operator is None or (since and now - since < every):
        return False
    held = house.journal.held()
    lines = news(house, held, now)
    if not lines:
        return False
    mailbox = house.policy.mailboxes[0]
    house.journal.add(
        [
            SendLetter(
                key=f"time-digest-{_named(last, lines)}/letter/operator",
                lane="operator/letters",
                kind="digest",
                template="digest",
                language=mailbox.language,
                mailbox=mailbox.name,
                to=(operator,),
                lines=lines,
            )
        ]
    )
    house.journal.set_meta(_TOLD, json.dumps([_mark(item) for item in held]))
    house.journal.set_meta(_LAST, now.isoformat())
    return True


def _named(last: str | None, lines: tuple[str, ...]) -> str:
    """Content only: a digest that is planned again after a crash is the same step, not a second letter."""
    return sha256("\n".join((last or "first", *lines)).encode("utf-8", "replace")).hexdigest()[:16]


def _mark(item: HeldItem) -> str:
    return f"{item.key} {item.since.isoformat()}"


def news(house: House, held: tuple[HeldItem, ...], now: datetime) -> tuple[str, ...]:
    """What of ``held`` no digest has told yet, and doors that have been closed for long; no mail's content.

    Told or not is by item, not by time: what was held while a digest was being made would be in none.
    """
    told = set(json.loads(house.journal.meta(_TOLD) or "[]"))
    lines = [f"held: {item.key}: {item.why}" for item in held if _mark(item) not in told]
    shut = [door for door in house.journal.doors() if not door.open and now - door.since > _PATIENCE]
    lines += [f"closed since {door.since:%Y-%m-%d %H:%M} UTC: {door.name}: {door.why}" for door in shut]
    return tuple(lines)
