"""What a conversation's page is made of: mails received and letters sent, never the tracker's notes. Touches the disk.

A page is read by whoever has its address, so what is private stays away: mails of senders who were not believed to
belong to the ticket, and letters that went to none of its people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.conversations import people_of
from hd_bridge.journal.tables import conversations, events, letters, mails, steps, tickets
from hd_bridge.journal.tickets import ticket_row
from hd_bridge.model import Trust, Verdict
from hd_bridge.prepared import Prepared
from hd_bridge.views import PageEvent, PageFacts, PageMessage
from hd_bridge.work import SendLetter, State

SHOWN = ("opened", "acknowledged", "status", "solved", "reopened", "noted")

_TALK: sa.BindParameter[str] = sa.bindparam("talk")
_ABOUT = Prepared(
    sa.select(
        conversations.c.mailbox,
        conversations.c.subject.label("about"),
        conversations.c.language,
        conversations.c.opened_at,
        tickets,
    )
    .select_from(conversations.outerjoin(tickets, tickets.c.number == conversations.c.ticket))
    .where(conversations.c.id == _TALK)
)
# What is public is told apart after reading: in SQL a planner would go through all mails of a verdict for it.
_SHORT = (mails.c.verdict, mails.c.trust, mails.c.files, mails.c.internal_date, mails.c.sender_name, mails.c.reply)
_MAILS = Prepared(sa.select(*_SHORT).where(mails.c.conversation == _TALK).order_by(mails.c.id))
_LETTERS = Prepared(
    sa.select(steps.c.payload, steps.c.ended_at, letters.c.text, letters.c.recipients)
    .select_from(steps.join(letters, letters.c.step == steps.c.key))
    .where(steps.c.conversation == _TALK, steps.c.kind == SendLetter.__name__, steps.c.state == State.DONE)
    .order_by(steps.c.seq)
)
_EVENTS = Prepared(
    sa.select(events.c.kind, events.c.at, events.c.new)
    .where(events.c.conversation == _TALK, sa.or_(*(events.c.kind == kind for kind in SHOWN)))
    .order_by(events.c.at, events.c.id)
)


def read_page(db: sa.Connection, id: str) -> PageFacts | None:
    """All of it in one moment; ``None`` where there is no such conversation."""
    about = _ABOUT.first(db, talk=id)
    if about is None:
        return None
    messages = sorted((*_received(db, id), *_sent(db, id)), key=lambda message: message.at)
    return PageFacts(
        conversation=id,
        mailbox=about.mailbox,
        subject=about.about,
        language=about.language,
        opened_at=about.opened_at,
        ticket=ticket_row(about, id) if about.number is not None else None,
        messages=tuple(messages),
        events=tuple(_events(db, id)),
    )


def _received(db: sa.Connection, id: str) -> Iterator[PageMessage]:
    for row in _MAILS.rows(db, talk=id):
        if is_public(row):
            files = tuple(row.files)
            yield PageMessage(kind="customer", at=row.internal_date, name=row.sender_name, text=row.reply, files=files)


def is_public(row: Any) -> bool:
    """Whether a mail of a conversation (verdict, trust) is one of its people's own."""
    believed = row.trust in (None, Trust.VERIFIED, Trust.PARTICIPANT)
    return row.verdict == Verdict.NEW or (row.verdict == Verdict.FOLLOW_UP and believed)


def _sent(db: sa.Connection, id: str) -> Iterator[PageMessage]:
    """Letters to its people. One with ready lines is for the operator, even where he takes part."""
    rows = _LETTERS.rows(db, talk=id)
    people = people_of(db, id) if rows else frozenset()
    for row in rows:
        if not row.payload["lines"] and people & set(row.recipients):
            said = row.payload.get("said")  # of a person's letter, what they say in it; the rest is on the page already
            name, files = row.payload.get("agent", ""), tuple(row.payload.get("files", ()))
            yield PageMessage(kind="team", at=row.ended_at, name=name, text=said or row.text, files=files)


def _events(db: sa.Connection, id: str) -> Iterator[PageEvent]:
    for row in _EVENTS.rows(db, talk=id):
        yield PageEvent(kind=row.kind, at=row.at, new=row.new)
