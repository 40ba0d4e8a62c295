"""The journal's guard: blocked senders, how many mails one sender sent, breakers of letters. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import COUNTED, mails
from hd_bridge.journal.tables_guard import blocked_senders, breakers
from hd_bridge.mail.senders import MOST
from hd_bridge.prepared import Prepared, fresh, upsert
from hd_bridge.views_guard import BlockedSender, Breaker, Standing

PATTERNS = 2 * MOST  # those of the sender, and of the address in the envelope
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_STATE = ("scope", "since", "until", "kept_back", "lately")


_ARRIVED = mails.c.internal_date
_LATELY = Prepared(
    sa.select(mails.c.id)
    .where(
        mails.c.sender_email == sa.bindparam("sender"),
        COUNTED,
        sa.bindparam("since", type_=_ARRIVED.type) < _ARRIVED,
        sa.bindparam("until", type_=_ARRIVED.type) >= _ARRIVED,
        mails.c.decided_at < sa.bindparam("before", type_=mails.c.decided_at.type),
    )
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_LISTED = Prepared(
    sa.select(sa.func.max(blocked_senders.c.pattern)).where(
        blocked_senders.c.pattern.in_([sa.bindparam(f"p{n}") for n in range(PATTERNS)])
    )
)
_BREAKERS = Prepared(sa.select(breakers).order_by(breakers.c.scope))
_SET_BREAKER = upsert(breakers, "scope", columns=_STATE)
_BLOCK = fresh(blocked_senders, "pattern", columns=("pattern", "since", "by"))
_UNBLOCK = Prepared(sa.delete(blocked_senders).where(blocked_senders.c.pattern == sa.bindparam("gone")))


class SqlGuarding(Store):
    """The port ``Guarding``."""

    def standing(self, address: str, patterns: Sequence[str], since: datetime, until: datetime, most: int) -> Standing:
        return self._standing(address, patterns, since, until, most, before=NEVER)

    def _standing(
        self, address: str, patterns: Sequence[str], since: datetime, until: datetime, most: int, *, before: datetime
    ) -> Standing:
        """By the list of today; of mails only those that were decided ``before``."""
        named = {f"p{n}": patterns[n] if n < len(patterns) else "" for n in range(PATTERNS)}
        with self._reading() as db:
            lately: Sequence[Any] = ()
            if address:
                lately = _LATELY.rows(db, sender=address, since=since, until=until, most=most, before=before)
            return Standing(blocked=_LISTED.scalar(db, **named), mails=len(lately))

    def breakers(self) -> tuple[Breaker, ...]:
        with self._reading() as db:
            return tuple(Breaker(**{name: getattr(row, name) for name in _STATE}) for row in _BREAKERS.rows(db))

    def block(self, pattern: str, by: str, now: datetime) -> bool:
        with self._writing() as db:
            return _BLOCK.run(db, pattern=pattern, since=now, by=by) == 1

    def unblock(self, pattern: str) -> bool:
        with self._writing() as db:
            return _UNBLOCK.run(db, gone=pattern) == 1

    def blocked(self) -> tuple[BlockedSender, ...]:
        listed = sa.select(blocked_senders).order_by(blocked_senders.c.pattern)
        with self._reading() as db:
            return tuple(BlockedSender(pattern=r.pattern, since=r.since, by=r.by) for r in db.execute(listed))


def set_breaker(db: sa.Connection, state: Breaker) -> None:
    """How a breaker stands from now on."""
    _SET_BREAKER.run(db, **{name: getattr(state, name) for name in _STATE})
