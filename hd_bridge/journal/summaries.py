"""Steps and mails as people see them in lists: what is on its way, and what waits for a person. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.tables import conversations, events, mails, steps
from hd_bridge.model import Verdict
from hd_bridge.views import StepSummary
from hd_bridge.views_guard import HeldItem
from hd_bridge.work import State

STOPPED = ("blocked", "flood")  # events, as decide/plans.py names them
TALK = steps.outerjoin(conversations, conversations.c.id == steps.c.conversation)


def read_steps(
    db: sa.Connection, conversation: str | None, states: Sequence[State], limit: int
) -> tuple[StepSummary, ...]:
    """Steps, oldest first; one state after the other, because only so an index hands them out in order."""
    wanted = sa.select(steps, conversations.c.ticket).select_from(TALK).order_by(steps.c.seq).limit(limit)
    if conversation is not None:
        wanted = wanted.where(steps.c.conversation == conversation)
    each = [wanted.where(steps.c.state == state) for state in dict.fromkeys(states)] or [wanted]
    rows = sorted((row for query in each for row in db.execute(query)), key=lambda row: row.seq)
    return tuple(step_summary(row) for row in rows[:limit])


def step_summary(row: sa.Row[Any]) -> StepSummary:
    """A step in short, from its row and its ticket's number."""
    ended = row.state in (State.DONE, State.DROPPED)
    return StepSummary(
        key=row.key,
        kind=row.kind,
        state=row.state,
        conversation=row.conversation,
        ticket=row.ticket,
        tries=row.tries,
        due=row.wakes or row.due,
        why=row.why,
        created_at=row.created_at,
        finished_at=row.ended_at if ended else None,
    )


def read_held(db: sa.Connection) -> tuple[HeldItem, ...]:
    """Everything that waits for a person, mails and steps, oldest first."""
    return tuple(sorted((*_held_mails(db), *_held_steps(db)), key=lambda item: item.since))


# The rule that held a mail says what must be seen about it; where none did, a fault of ours did.
_CAUSES = {"unreadable": "unreadable", "flood": "flood", "belongs to ticket": "trust", "first start": "old"}
_MAILS = (mails.c.key, mails.c.decided_at, mails.c.why, mails.c.trail, mails.c.subject)
_HELD_MAILS = sa.select(*_MAILS, mails.c.sender_email, mails.c.sender_name).where(mails.c.verdict == Verdict.HOLD.value)


def _cause(row: Any) -> str:
    cause = _CAUSES.get(row.trail[-1]["rule"] if row.trail else "", "fault")
    return "caps" if cause == "unreadable" and "over the cap" in row.why else cause


def _held_mails(db: sa.Connection) -> Iterator[HeldItem]:
    for row in db.execute(_HELD_MAILS):
        yield HeldItem(
            key=row.key,
            kind="mail",
            since=row.decided_at,
            why=row.why,
            cause=_cause(row),
            subject=row.subject,
            sender=row.sender_email or row.sender_name,
        )


def _held_steps(db: sa.Connection) -> Iterator[HeldItem]:
    talk = (conversations.c.ticket, conversations.c.subject, conversations.c.address)
    for row in db.execute(sa.select(steps, *talk).select_from(TALK).where(steps.c.state == State.HELD)):
        yield HeldItem(
            key=row.key,
            kind=row.kind,
            since=row.ended_at,
            why=row.why,
            cause="refused",
            subject=row.subject or "",
            sender=row.address or "",
            ticket=row.ticket,
        )


def read_tally(db: sa.Connection) -> dict[str, int]:
    """Counts from indexes alone: ``mails.<verdict>`` (``mails.undecided``), those that
    were ``mails.blocked`` or ever held as ``mails.flood``, ``steps.<state>``, ``conversations``."""
    verdict = sa.func.coalesce(mails.c.verdict, "undecided")
    by_verdict = sa.select(verdict, sa.func.count()).group_by(mails.c.verdict)
    by_state = sa.select(steps.c.state, sa.func.count()).group_by(steps.c.state)
    counts = {f"mails.{name}": count for name, count in db.execute(by_verdict)}
    counts |= {f"steps.{name}": count for name, count in db.execute(by_state)}
    stopped = sa.select(events.c.kind, sa.func.count()).where(events.c.kind.in_(STOPPED)).group_by(events.c.kind)
    counts |= {f"mails.{name}": count for name, count in db.execute(stopped)}
    total = db.execute(sa.select(sa.func.count()).select_from(conversations)).scalar_one()
    return counts | {"conversations": total}
