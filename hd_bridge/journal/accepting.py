"""A bearer is let in: their address joins the ticket and its contact, their earlier mails count. Touches the disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.contacts import give_address
from hd_bridge.journal.conversations import join
from hd_bridge.journal.queue import insert_steps
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import conversations, mails
from hd_bridge.model import Trust, Verdict
from hd_bridge.work import Step

_THEIRS = sa.and_(
    mails.c.conversation == sa.bindparam("talk"),
    mails.c.verdict == Verdict.FOLLOW_UP.value,
    mails.c.trust == Trust.BEARER.value,
    mails.c.sender_email == sa.bindparam("of"),
)


def _nothing(mails: tuple[str, ...]) -> Sequence[Step]:
    return ()


class SqlAccepting(Store):
    """Of the port ``Verdicts`` what a person says of a sender."""

    def accept(
        self,
        conversation: str,
        address: str,
        now: datetime,
        then: Callable[[tuple[str, ...]], Sequence[Step]] = _nothing,
    ) -> tuple[str, ...]:
        named = {"talk": conversation, "of": address}
        with self._writing() as db:
            talk = db.execute(sa.select(conversations.c.contact).where(conversations.c.id == conversation)).first()
            if talk is None:
                return ()
            join(db, conversation, (address,), now)
            if talk.contact is not None:
                give_address(db, talk.contact, address)
            keys = tuple(db.execute(sa.select(mails.c.key).where(_THEIRS).order_by(mails.c.id), named).scalars())
            db.execute(sa.update(mails).where(_THEIRS).values(trust=Trust.PARTICIPANT.value), named)
            insert_steps(db, then(keys), now)
        return keys
