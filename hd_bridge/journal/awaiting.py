"""Who is awaited on each open ticket, and since when: told from the mails and letters themselves. Touches the disk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import conversations, is_one_of, mails, steps, tickets
from hd_bridge.model import Trust, Verdict
from hd_bridge.steps import SendLetter, State
from hd_bridge.views_following import CUSTOMER, US, Awaiting


def _answered() -> sa.ScalarSelect[Any]:
    """When the last letter of a person went out."""
    letters = sa.and_(
        steps.c.conversation == conversations.c.id,
        is_one_of(steps.c.state, (State.DONE,)),
        steps.c.kind == SendLetter.__name__,
        ~steps.c.payload["automatic"].as_boolean(),
    )
    return sa.select(sa.func.max(steps.c.ended_at)).where(letters).correlate(conversations).scalar_subquery()


def _asked(answered: sa.ScalarSelect[Any]) -> sa.ScalarSelect[Any]:
    """When the oldest mail of its people arrived that no letter came after (pages.py: which mails these are); what a
    machine wrote waits for nothing."""
    believed = sa.or_(mails.c.trust.is_(None), mails.c.trust.in_([Trust.VERIFIED, Trust.PARTICIPANT]))
    theirs = sa.and_(
        mails.c.conversation == conversations.c.id,
        ~mails.c.automatic,
        sa.or_(mails.c.verdict == Verdict.NEW, sa.and_(mails.c.verdict == Verdict.FOLLOW_UP, believed)),
        sa.or_(answered.is_(None), mails.c.received_at > answered),
    )
    return sa.select(sa.func.min(mails.c.internal_date)).where(theirs).correlate(conversations).scalar_subquery()


class SqlAwaiting(Store):
    """Of the port ``Following`` who is awaited."""

    def awaiting(self, ticket: int | None = None) -> tuple[Awaiting, ...]:
        answered = _answered()
        columns = (tickets.c.number, tickets.c.subject, tickets.c.status, tickets.c.assignee)
        wanted = (
            sa.select(*columns, answered.label("answered"), _asked(answered).label("asked"))
            .select_from(conversations.join(tickets, tickets.c.number == conversations.c.ticket))
            .where(~tickets.c.closed, tickets.c.missing_since.is_(None), ~conversations.c.gone)
        )
        if ticket is not None:
            wanted = wanted.where(tickets.c.number == ticket)
        with self._reading() as db:
            found = [one for row in db.execute(wanted) if (one := _awaiting(row))]
        return tuple(sorted(found, key=lambda one: (one.who != US, one.since, one.ticket)))


def _awaiting(row: Any) -> Awaiting | None:
    """A ticket that we began and have not written about yet awaits nobody."""
    since = row.asked or row.answered
    if since is None:
        return None
    who = US if row.asked else CUSTOMER
    return Awaiting(
        ticket=row.number, who=who, since=since, subject=row.subject, status=row.status, assignee=row.assignee or ""
    )
