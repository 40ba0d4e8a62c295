"""The journal's side of answering: tickets that we begin, who is let in, answers kept for the FAQ. Touches the disk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.conversations import begin_conversation, by_ticket, join
from hd_bridge.journal.pages import is_public
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.record import record_events
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import addresses, conversations, mails, participants, steps
from hd_bridge.journal.tables_answers import faq_drafts
from hd_bridge.journal.tickets import keep_seen
from hd_bridge.model import Ticket, Trust
from hd_bridge.prepared import Prepared, fresh
from hd_bridge.steps import SendLetter, State, Step
from hd_bridge.views_answers import Exchange, FaqDraft
from hd_bridge.work import Event, NewConversation

_OF: sa.BindParameter[str] = sa.bindparam("talk")
# As in pages.py: what is believed is told apart after reading.
_MAILS = Prepared(
    sa.select(mails.c.key, mails.c.verdict, mails.c.trust, mails.c.sender_email)
    .where(mails.c.conversation == _OF)
    .order_by(mails.c.id.desc())
)
_SENT = Prepared(
    sa.select(steps.c.payload).where(
        steps.c.conversation == _OF, steps.c.kind == SendLetter.__name__, steps.c.state == State.DONE
    )
)
_FAILING = Prepared(
    sa.select(participants.c.address)
    .select_from(participants.join(addresses, addresses.c.address == participants.c.address))
    .where(participants.c.conversation == _OF, addresses.c.mark == "permanent")
)
_DRAFT = ("key", "question", "answer", "category", "language", "ticket", "kept_at")
_KEEP_FAQ = fresh(faq_drafts, "key", columns=_DRAFT)


def read_exchange(db: sa.Connection, conversation: str) -> Exchange:
    """How a conversation stands for whoever answers it."""
    rows = _MAILS.rows(db, talk=conversation)
    sent = _SENT.scalars(db, talk=conversation)
    return Exchange(
        mail=next((row.key for row in rows if is_public(row)), None),
        answers=sum(not payload["automatic"] for payload in sent),
        failing=frozenset(_FAILING.scalars(db, talk=conversation)),
        bearers=tuple(dict.fromkeys(row.sender_email for row in rows if row.trust == Trust.BEARER)),
    )


class SqlAnswering(Store):
    """The port ``Answering``."""

    def exchange(self, conversation: str) -> Exchange:
        with self._reading() as db:
            return read_exchange(db, conversation)

    def adopt(
        self, new: NewConversation, ticket: Ticket, steps: Sequence[Step], events: Sequence[Event], now: datetime
    ) -> bool:
        with self._writing() as db:
            if by_ticket(db, ticket.number) is not None:
                return False
            begin_conversation(db, new, None, now)
            db.execute(sa.update(conversations).where(conversations.c.id == new.id).values(ticket=ticket.number))
            keep_seen(db, ticket, now)
            record_events(db, events)
            insert_steps(db, steps, now)
            return True

    def let_in(self, conversation: str, addresses: Sequence[str], now: datetime) -> None:
        with self._writing() as db:
            join(db, conversation, addresses, now)

    def keep_faq(self, draft: FaqDraft) -> None:
        with self._writing() as db:
            _KEEP_FAQ.run(db, **{name: getattr(draft, name) for name in _DRAFT})

    def faq_drafts(self) -> tuple[FaqDraft, ...]:
        with self._reading() as db:
            rows = db.execute(sa.select(faq_drafts).order_by(faq_drafts.c.id)).all()
        return tuple(FaqDraft(**{name: getattr(row, name) for name in _DRAFT}) for row in rows)

    def drop_faq(self, key: str) -> bool:
        with self._writing() as db:
            return db.execute(sa.delete(faq_drafts).where(faq_drafts.c.key == key)).rowcount == 1
