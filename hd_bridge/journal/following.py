"""Open tickets in pieces, those out of sight, and the issues that tickets of ours wait for. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.answering import read_exchange
from hd_bridge.journal.conversations import by_ticket
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import conversations, tickets
from hd_bridge.journal.tables_following import issues, relations
from hd_bridge.journal.tickets import batches
from hd_bridge.prepared import upsert
from hd_bridge.steps import Step
from hd_bridge.views_following import Closing, Issue, Standing, Unseen, Waiter

_KEEP = upsert(issues, "number", columns=issues.columns.keys())


def _ours() -> sa.Select[Any]:
    """Open tickets of conversations."""
    owned = sa.exists().where(conversations.c.ticket == tickets.c.number, ~conversations.c.gone)
    return sa.select(tickets.c.number, tickets.c.updated_on).where(~tickets.c.closed, owned)


def _awaited() -> sa.Select[Any]:
    """Tickets to which ours are related, and that are no conversations themselves."""
    ours = sa.exists().where(conversations.c.ticket == relations.c.other)
    return sa.select(relations.c.other).distinct().where(~ours)


class SqlFollowing(Store):
    """The port ``Following``."""

    def standing_open(self, after: int, limit: int, since: datetime | None = None) -> tuple[Standing, ...]:
        wanted = _ours().where(tickets.c.number > after).order_by(tickets.c.number).limit(limit)
        if since is not None:
            wanted = wanted.where(tickets.c.updated_on > since)
        with self._reading() as db:
            rows = db.execute(wanted).all()
            related: dict[int, set[int]] = {row.number: set() for row in rows}
            for some in batches(list(related)):
                for one in db.execute(sa.select(relations).where(relations.c.ticket.in_(some))):
                    related[one.ticket].add(one.other)
        return tuple(
            Standing(number=row.number, updated_on=row.updated_on, related=frozenset(related[row.number]))
            for row in rows
        )

    def count_open(self, since: datetime | None = None) -> int:
        wanted = _ours() if since is None else _ours().where(tickets.c.updated_on > since)
        with self._reading() as db:
            return db.execute(sa.select(sa.func.count()).select_from(wanted.subquery())).scalar() or 0

    def lose_sight(self, numbers: Sequence[int], now: datetime) -> None:
        with self._writing(lazy=True) as db:
            for some in batches(numbers):
                these = sa.and_(tickets.c.number.in_(some), tickets.c.missing_since.is_(None))
                db.execute(sa.update(tickets).where(these).values(missing_since=now))

    def unseen(self) -> tuple[Unseen, ...]:
        columns = (tickets.c.number, tickets.c.subject, tickets.c.missing_since)
        lost = sa.select(*columns).where(tickets.c.missing_since.is_not(None))
        with self._reading() as db:
            rows = db.execute(lost.order_by(tickets.c.missing_since, tickets.c.number)).all()
        return tuple(Unseen(number=row.number, subject=row.subject, since=row.missing_since) for row in rows)

    def awaited(self, closed_since: datetime | None = None) -> tuple[int, ...]:
        closed = sa.exists().where(issues.c.number == relations.c.other, issues.c.closed)
        which = ~closed if closed_since is None else closed.where(issues.c.closed_on > closed_since)
        with self._reading() as db:
            return tuple(db.scalars(_awaited().where(which).order_by(relations.c.other)))

    def awaited_among(self, numbers: Sequence[int]) -> frozenset[int]:
        found: set[int] = set()
        with self._reading() as db:
            for some in batches(numbers):
                found.update(db.scalars(_awaited().where(relations.c.other.in_(some))))
        return frozenset(found)

    def issue(self, number: int) -> Issue | None:
        with self._reading() as db:
            return _issue(db, number)

    def waiters(self, number: int) -> tuple[Waiter, ...]:
        with self._reading() as db:
            return _waiters(db, number)

    def closed_for(self, ticket: int) -> Closing | None:
        joined = relations.join(issues, issues.c.number == relations.c.other)
        closed = sa.select(issues.c.number).select_from(joined).where(relations.c.ticket == ticket, issues.c.closed)
        with self._reading() as db:
            last = db.scalar(closed.order_by(issues.c.closed_on.desc(), issues.c.number.desc()).limit(1))
            issue = None if last is None else _issue(db, last)
            return None if issue is None else Closing(issue=issue, waiters=_waiters(db, issue.number))

    def hear(self, issue: Issue, steps: Sequence[Step], now: datetime) -> None:
        with self._writing(lazy=True) as db:
            _KEEP.run(
                db,
                number=issue.number,
                project=issue.project,
                subject=issue.subject,
                closed=issue.closed,
                closed_on=issue.closed_on,
                seen_at=now,
            )
            insert_steps(db, steps, now)


def _issue(db: sa.Connection, number: int) -> Issue | None:
    row = db.execute(sa.select(issues).where(issues.c.number == number)).first()
    if row is None:
        return None
    return Issue(
        number=row.number, project=row.project, subject=row.subject, closed=row.closed, closed_on=row.closed_on
    )


def _waiters(db: sa.Connection, number: int) -> tuple[Waiter, ...]:
    related = sa.select(relations).where(relations.c.other == number).order_by(relations.c.ticket)
    known = [(by_ticket(db, row.ticket), row.since) for row in db.execute(related).all()]
    return tuple(
        Waiter(conversation=talk, since=since, exchange=read_exchange(db, talk.id))
        for talk, since in known
        if talk is not None and not talk.gone
    )
