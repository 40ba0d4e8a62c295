"""What the operator must hear, in one letter now and then, never one mail per event. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from hd_bridge.house import House
from hd_bridge.work import SendLetter

_LAST = "last_digest"
_PATIENCE = timedelta(minutes=15)  # a door that is closed for less mends itself


def plan_digest(house: House, every: timedelta) -> bool:
    """Plan a digest if one is due and there is something new to say. True if one was planned."""
    now, operator = house.clock.now(), house.policy.operator
    last = house.journal.meta(_LAST)
    since = datetime.fromisoformat(last) if last else None
    if operator is None or (since and now - since < every):
        return False
    lines = news(house, since, now)
    if not lines:
        return False
    mailbox = house.policy.mailboxes[0]
    house.journal.add(
        [
            SendLetter(
                key=f"time-digest-{now:%Y%m%dT%H%M%S}/letter/operator",
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
    house.journal.set_meta(_LAST, now.isoformat())
    return True


def news(house: House, since: datetime | None, now: datetime) -> tuple[str, ...]:
    """What waits for a person since the last digest, and doors that have been closed for long; no mail's content."""
    held = [item for item in house.journal.held() if since is None or item.since > since]
    lines = [f"held: {item.key}: {item.why}" for item in held]
    shut = [door for door in house.journal.doors() if not door.open and now - door.since > _PATIENCE]
    lines += [f"closed since {door.since:%Y-%m-%d %H:%M} UTC: {door.name}: {door.why}" for door in shut]
    return tuple(lines)
