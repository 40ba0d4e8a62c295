"""Mails as they are read back: with their bytes for the decider, in short for people. Touches the disk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.codec import choices_from_json, trail_from_json
from hd_bridge.journal.tables import conversations, mails, raws
from hd_bridge.prepared import Prepared
from hd_bridge.views import MailSummary
from hd_bridge.work import Received

AFTER_HEX = "g"  # sorts after every hex digit: the end of a range of keys

_WITH_BYTES = sa.select(mails, raws.c.raw).select_from(mails.outerjoin(raws, raws.c.mail == mails.c.id))
IN_SHORT = sa.select(mails, conversations.c.ticket).select_from(
    mails.outerjoin(conversations, conversations.c.id == mails.c.conversation)
)
_RECEIVED = Prepared(_WITH_BYTES.where(mails.c.key == sa.bindparam("mail")))
_BY_PREFIX = Prepared(IN_SHORT.where(mails.c.key >= sa.bindparam("begin"), mails.c.key < sa.bindparam("end")).limit(2))
_OF_TALK = Prepared(IN_SHORT.where(mails.c.conversation == sa.bindparam("talk")).order_by(mails.c.id))


def read_received(db: sa.Connection, which: sa.ColumnElement[bool], limit: int) -> tuple[Received, ...]:
    """Mails with their bytes, in order of receipt; no bytes where retention has forgotten them."""
    return tuple(map(_received, db.execute(_WITH_BYTES.where(which).order_by(mails.c.id).limit(limit))))


def received_mail(db: sa.Connection, key: str) -> Received | None:
    """One mail with its bytes."""
    row = _RECEIVED.first(db, mail=key)
    return _received(row) if row else None


def _received(row: Any) -> Received:
    return Received(
        key=row.key,
        mailbox=row.mailbox,
        place=row.place,
        raw=row.raw or b"",
        internal_date=row.internal_date,
        received_at=row.received_at,
        truncated=row.truncated,
        also_at=row.also_at,
        vouched=row.vouched,
    )


def mail_by_prefix(db: sa.Connection, prefix: str) -> MailSummary | None:
    """The one mail whose key begins so; none if there are two."""
    if not prefix:
        return None
    rows = _BY_PREFIX.rows(db, begin=prefix, end=prefix + AFTER_HEX)
    return summary_of(rows[0]) if len(rows) == 1 else None


def mails_of_conversation(db: sa.Connection, conversation: str) -> tuple[MailSummary, ...]:
    """The mails of one conversation, in order of receipt."""
    return tuple(map(summary_of, _OF_TALK.rows(db, talk=conversation)))


def summary_of(row: Any) -> MailSummary:
    """A mail in short, from its row and its ticket's number."""
    return MailSummary(
        key=row.key,
        mailbox=row.mailbox,
        received_at=row.received_at,
        internal_date=row.internal_date,
        message_id=row.message_id,
        subject=row.subject,
        sender_name=row.sender_name,
        sender_email=row.sender_email,
        verdict=row.verdict,
        why=row.why,
        acknowledge=row.acknowledge,
        why_not_acknowledged=row.why_not_acknowledged,
        conversation=row.conversation,
        ticket=row.ticket,
        reply=row.reply,
        files=tuple(row.files),
        trail=trail_from_json(row.trail),
        choices=choices_from_json(row.choices),
        automatic=row.automatic,
    )
