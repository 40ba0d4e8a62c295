"""The journal's inbox: mails from receipt to verdict. Touches the disk."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from hd_bridge.errors import JournalError
from hd_bridge.journal import news
from hd_bridge.journal.codec import choices_to_json, trail_to_json
from hd_bridge.journal.contacts import mark_address, save_contact
from hd_bridge.journal.conversations import begin_conversation, join, succeed
from hd_bridge.journal.dialect import MOST_PARAMETERS
from hd_bridge.journal.guarding import set_breaker
from hd_bridge.journal.mails import mail_by_prefix, mails_of_conversation, read_received, received_mail
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.record import record_events, record_message_id
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import mailboxes, mails, places, raws
from hd_bridge.mail.key import receipt_key
from hd_bridge.model import Match, Verdict
from hd_bridge.prepared import Prepared, fresh, upsert
from hd_bridge.views import MailSummary
from hd_bridge.work import Arrival, Outline, Plan, Receipt, Received

AGENT = "agent"
AT_ONCE = 16 * 2**20  # bytes of undecided mails in one answer

_BEGIN = fresh(mailboxes, "name", columns=("name", "cursor"))
_STANDS = Prepared(sa.select(mailboxes.c.cursor).where(mailboxes.c.name == sa.bindparam("of")))
_CURSOR = upsert(mailboxes, "name", columns=("name", "cursor"))
_PLACE = fresh(places, columns=("mailbox", "place"))
_ARRIVED = ("key", "sha256", "content_sha256", "mailbox", "place", "size", "truncated")
_KEEP = fresh(mails, "sha256", columns=(*_ARRIVED, "internal_date", "received_at", "also_at"), returning="id")
_RAW = Prepared(sa.insert(raws), ("mail", "raw"))
_SAME = Prepared(
    sa.select(mails.c.mailbox)
    .where(mails.c.content_sha256 == sa.bindparam("content"), mails.c.mailbox != sa.bindparam("mine"))
    .order_by(mails.c.id)
    .limit(1)
)
_UNDECIDED = Prepared(
    sa.select(mails.c.id, mails.c.size)
    .where(mails.c.verdict.is_(None))
    .order_by(mails.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_WAITING = Prepared(sa.select(mails.c.id).where(mails.c.verdict.is_(None)).limit(1))
_VERDICT = Prepared(sa.select(mails.c.verdict).where(mails.c.key == sa.bindparam("mail")))
_TOLD = (
    "verdict",
    "decided_at",
    "why",
    "acknowledge",
    "why_not_acknowledged",
    "trust",
    "conversation",
    "trail",
    "choices",
)
_OUTLINED = ("message_id", "subject", "sender_name", "sender_email", "reply", "files", "language", "automatic")
_DECIDE = Prepared(sa.update(mails).where(mails.c.key == sa.bindparam("of_mail")), (*_TOLD, *_OUTLINED))


class SqlInbox(Store):
    """The port ``Inbox``."""

    def cursor(self, mailbox: str) -> str | None:
        with self._reading() as db:
            return cast(str | None, _STANDS.scalar(db, of=mailbox))

    def begin(self, mailbox: str, cursor: str, seen: Sequence[str]) -> None:
        """The first cursor only: moved ahead later, mails would be passed over."""
        with self._writing() as db:
            _BEGIN.run(db, name=mailbox, cursor=cursor)
            _place(db, mailbox, seen)

    def known(self, mailbox: str, places: Sequence[str]) -> set[str]:
        found: set[str] = set()
        with self._reading() as db:
            for start in range(0, len(places), MOST_PARAMETERS):
                found.update(_known(db, mailbox, places[start : start + MOST_PARAMETERS]))
        return found

    def receive(self, mailbox: str, address: str, arrivals: Sequence[Arrival], now: datetime) -> tuple[Receipt, ...]:
        if not arrivals:
            return ()
        # Hashing 50 MB takes a while: before the transaction, so that nobody waits for it.
        keys = [receipt_key(address, arrival.raw) for arrival in arrivals]
        with self._writing() as db:
            receipts = tuple(_keep(db, mailbox, arrival, key, now) for arrival, key in zip(arrivals, keys, strict=True))
            _place(db, mailbox, [arrival.place for arrival in arrivals])
            _CURSOR.run(db, name=mailbox, cursor=arrivals[-1].cursor)
        return receipts

    def undecided(self, limit: int) -> tuple[Received, ...]:
        """As many as fit into ``AT_ONCE`` bytes, but always one: fifty large mails at once would fill the memory."""
        with self._reading() as db:
            rows = _UNDECIDED.rows(db, most=limit)
            if not rows:
                return ()
            sums = itertools.accumulate(row.size for row in rows)
            some = [row.id for i, (row, total) in enumerate(zip(rows, sums, strict=True)) if i == 0 or total <= AT_ONCE]
            return read_received(db, sa.and_(mails.c.verdict.is_(None), mails.c.id.in_(some)), limit)

    def any_undecided(self) -> bool:
        with self._reading() as db:
            return _WAITING.first(db) is not None

    def received(self, key: str) -> Received | None:
        with self._reading() as db:
            return received_mail(db, key)

    def commit(self, plan: Plan, outline: Outline, now: datetime) -> None:
        """A mail that has its verdict already keeps it: it was committed before, or a person was faster."""
        with self._writing() as db:
            row = _VERDICT.first(db, mail=plan.mail)
            if row is None:
                raise JournalError(f"there is no mail {plan.mail} to decide")
            if row.verdict is None:
                _commit(db, plan, outline, now)

    def vouch(self, key: str) -> bool:
        return self._answer(key, {"verdict": None, "vouched": True})

    def dismiss(self, key: str, why: str, now: datetime) -> bool:
        return self._answer(key, {"verdict": Verdict.IGNORE.value, "why": why, "decided_at": now})

    def _answer(self, key: str, told: dict[str, Any]) -> bool:
        """A person's word on a held mail."""
        held = sa.and_(mails.c.key == key, mails.c.verdict == Verdict.HOLD.value)
        with self._writing() as db:
            news.arrived(db)
            return db.execute(sa.update(mails).where(held).values(told)).rowcount == 1

    def mail(self, key: str) -> MailSummary | None:
        with self._reading() as db:
            return mail_by_prefix(db, key)

    def mails_of(self, conversation: str) -> tuple[MailSummary, ...]:
        with self._reading() as db:
            return mails_of_conversation(db, conversation)


def _known(db: sa.Connection, mailbox: str, some: Sequence[str]) -> set[str]:
    found = sa.select(places.c.place).where(places.c.mailbox == mailbox, places.c.place.in_(some))
    return set(db.execute(found).scalars())


def _place(db: sa.Connection, mailbox: str, some: Sequence[str]) -> None:
    _PLACE.each(db, [{"mailbox": mailbox, "place": place} for place in some])


def _keep(db: sa.Connection, mailbox: str, arrival: Arrival, key: tuple[str, str, str], now: datetime) -> Receipt:
    """The whole key decides whether a mail is known, never its place: a server may give a place again."""
    name, full, content = key
    row = {
        "key": name,
        "sha256": full,
        "content_sha256": content,
        "mailbox": mailbox,
        "place": arrival.place,
        "size": arrival.size,
        "truncated": arrival.truncated,
        "internal_date": arrival.internal_date,
        "received_at": now,
        "also_at": _first_mailbox(db, content, mailbox),
    }
    id = _KEEP.scalar(db, **row)
    if id is not None:
        _RAW.run(db, mail=id, raw=arrival.raw)
        news.arrived(db)
    return Receipt(key=name, new=id is not None)


def _first_mailbox(db: sa.Connection, content: str, mailbox: str) -> str | None:
    """Another mailbox of ours that had the same content first."""
    return cast(str | None, _SAME.scalar(db, content=content, mine=mailbox))


def _commit(db: sa.Connection, plan: Plan, outline: Outline, now: datetime) -> None:
    conversation = plan.begins.id if plan.begins else plan.conversation
    contact = save_contact(db, plan.contact, now) if plan.contact else None
    if plan.begins:
        begin_conversation(db, plan.begins, contact, now)
        if plan.succeeds:
            succeed(db, plan.succeeds, plan.begins.id)
    _decide(db, plan, outline, conversation, now)
    if conversation:
        join(db, conversation, plan.joins, now)
    if conversation and outline.message_id:
        record_message_id(db, conversation, outline.message_id)
    for address, mark in plan.marks:
        mark_address(db, address, mark, now)
    if plan.breaker:
        set_breaker(db, plan.breaker)
    record_events(db, plan.events)
    insert_steps(db, plan.steps, now)


def _trust(match: Match) -> str:
    """One of us is none of the ticket's people, however well believed: their mail is no customer's, on no page."""
    return AGENT if match.by_agent else match.trust.value


def _decide(db: sa.Connection, plan: Plan, outline: Outline, conversation: str | None, now: datetime) -> None:
    _DECIDE.run(
        db,
        of_mail=plan.mail,
        verdict=plan.verdict.value,
        decided_at=now,
        why=plan.why,
        acknowledge=plan.acknowledge,
        why_not_acknowledged=plan.why_not_acknowledged,
        trust=_trust(plan.match) if plan.match else None,
        conversation=conversation,
        trail=trail_to_json(plan.trail),
        choices=choices_to_json(plan.choices),
        message_id=outline.message_id,
        subject=outline.subject,
        sender_name=outline.sender_name,
        sender_email=outline.sender_email,
        reply=outline.reply,
        files=list(outline.files),
        language=outline.language,
        automatic=outline.automatic,
    )
