"""What the operator must hear, in one letter now and then, never one mail per event. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from hd_bridge.decide.breaker import ALL, is_open
from hd_bridge.house import House
from hd_bridge.views_guard import Breaker, HeldItem
from hd_bridge.work import SendLetter

_LAST = "last_digest"
_TOLD = "digest_told"
_PATIENCE = timedelta(minutes=15)  # a door that is closed for less mends itself
_DOOR_AGAIN = timedelta(days=1)  # a closed door is told again sooner than a held mail: nothing goes on behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """One thing to tell: told once by its ``mark``, and ``again`` after so long while it lasts."""

    mark: str
    line: str
    again: timedelta


def plan_digest(house: House, every: timedelta) -> bool:
    """Plan a digest if one is due and there is something new to say. True if one was planned."""
    now, operator = house.clock.now(), house.policy.operator
    last = house.journal.meta(_LAST)
    since = datetime.fromisoformat(last) if last else None
    if operator is None or (since and now - since < every):
        return False
    told = _told(house, since or now)
    matters = list(_matters(house, told, now))
    fresh = [one for one in matters if one.mark not in told or now - told[one.mark] >= one.again]
    if not fresh:
        return False
    lines = tuple(one.line for one in fresh)
    house.journal.add([_letter(house, operator, f"time-digest-{_named(last, lines)}", lines)])
    marks = {one.mark: told.get(one.mark, now) for one in matters} | {one.mark: now for one in fresh}
    house.journal.set_meta(_TOLD, json.dumps({mark: at.isoformat() for mark, at in marks.items()}))
    house.journal.set_meta(_LAST, now.isoformat())
    return True


def _letter(house: House, operator: str, source: str, lines: tuple[str, ...]) -> SendLetter:
    mailbox = house.policy.mailboxes[0]
    return SendLetter(
        key=f"{source}/letter/operator",
        lane="operator/letters",
        kind="digest",
        template="digest",
        language=mailbox.language,
        mailbox=mailbox.name,
        to=(operator,),
        lines=lines,
    )


def _named(last: str | None, lines: tuple[str, ...]) -> str:
    """Content only: a digest that is planned again after a crash is the same step, not a second letter."""
    return sha256("\n".join((last or "first", *lines)).encode("utf-8", "replace")).hexdigest()[:16]


def _told(house: House, last: datetime) -> Mapping[str, datetime]:
    """What was told, and when; an earlier version kept no times."""
    kept = json.loads(house.journal.meta(_TOLD) or "{}")
    if isinstance(kept, list):
        return dict.fromkeys(kept, last)
    return {mark: datetime.fromisoformat(at) for mark, at in kept.items()}


def _matters(house: House, told: Mapping[str, datetime], now: datetime) -> Iterator[_Matter]:
    """All that could be told now; no mail's content. Told or not is by item, not by time: what was held while a digest
    was being made would be in none."""
    held, again = house.journal.held(), house.policy.remind
    yield from _held(held, again)
    yield from _floods(held, again)
    yield from _breakers(house, told, now)
    for door in house.journal.doors():
        if not door.open and now - door.since > _PATIENCE:
            line = f"closed since {door.since:%Y-%m-%d %H:%M} UTC: {door.name}: {door.why}"
            yield _Matter(mark=f"door {door.name} {door.since.isoformat()}", line=line, again=_DOOR_AGAIN)


def _held(held: Sequence[HeldItem], again: timedelta) -> Iterator[_Matter]:
    for item in held:
        if item.cause != "flood":
            line = f"held: {item.key}: {item.why}"
            yield _Matter(mark=f"{item.key} {item.since.isoformat()}", line=line, again=again)


def _floods(held: Sequence[HeldItem], again: timedelta) -> Iterator[_Matter]:
    """One line a sender, however many mails, as long as any of them is held."""
    for sender, mails in Counter(item.sender for item in held if item.cause == "flood").items():
        line = (
            f"held as a flood: mails of {sender}, {mails} so far. Take them with “hd-bridge held release --all-from"
            f" {sender}”, drop them with “hd-bridge held drop --all-from {sender}”, or “hd-bridge block {sender}”."
        )
        yield _Matter(mark=f"flood {sender}", line=line, again=again)


def _breakers(house: House, told: Mapping[str, datetime], now: datetime) -> Iterator[_Matter]:
    for one in house.journal.breakers():
        opened = f"breaker {one.scope} {one.since.isoformat()}"
        whose = "all mailboxes" if one.scope == ALL else one.scope.replace(":", " ")
        if is_open(one, house.policy.caps, now):
            yield _Matter(mark=opened, line=_opened(one, whose), again=house.policy.remind)
        elif opened in told or f"{opened} closed" in told:
            line = f"automatic letters of {whose} go out again; {one.kept_back} were kept back and are not sent later."
            yield _Matter(mark=f"{opened} closed", line=line, again=timedelta.max)


def _opened(one: Breaker, whose: str) -> str:
    return (
        f"no automatic letters of {whose} since {one.since:%Y-%m-%d %H:%M} UTC: more were asked for in an hour than"
        " acknowledge.caps allow. Tickets are opened as ever. It mends itself when the flood is over."
    )
