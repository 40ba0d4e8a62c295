"""What a letter is made of, in two statements: its conversation with ticket and contact, and the mail it answers.
Touches the disk."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import addresses, contacts, conversations, mails, raws, tickets
from hd_bridge.prepared import Prepared
from hd_bridge.views import Answered, Correspondence

_OF: sa.BindParameter[str] = sa.bindparam("talk")
_TALK = Prepared(
    sa.select(
        *(conversations.c[name] for name in ("id", "address", "project", "ticket", "subject")),
        contacts.c.name,
        contacts.c.company,
        *(tickets.c[name] for name in ("status", "closed", "category", "assignee", "due_date")),
    )
    .select_from(
        conversations.outerjoin(tickets, tickets.c.number == conversations.c.ticket)
        .outerjoin(addresses, addresses.c.address == conversations.c.address)
        .outerjoin(contacts, contacts.c.id == addresses.c.contact)
    )
    .where(conversations.c.id == sa.bindparam("talk"))
)
_ANSWERED = ("message_id", "subject", "sender_name", "sender_email", "reply")
_MAIL = Prepared(
    sa.select(*(mails.c[name] for name in _ANSWERED), raws.c.raw)
    .select_from(mails.outerjoin(raws, raws.c.mail == mails.c.id))
    .where(mails.c.key == sa.bindparam("mail"))
)


class SqlCorrespondence(Store):
    """Of the port ``Steps`` what letters ask for."""

    def correspondence(
        self, conversation: str | None, mail: str | None
    ) -> tuple[Correspondence | None, Answered | None]:
        with self._reading() as db:
            talk = _TALK.first(db, talk=conversation) if conversation else None
            answered = _MAIL.first(db, mail=mail) if mail else None
        return _correspondence(talk) if talk else None, _answered(answered) if answered else None


def _correspondence(row: Any) -> Correspondence:
    return Correspondence(
        conversation=row.id,
        address=row.address,
        project=row.project,
        ticket=row.ticket,
        subject=row.subject,
        name=row.name or "",
        company=row.company or "",
        status=row.status,
        closed=bool(row.closed),
        category=row.category or "",
        assignee=row.assignee or "",
        due_date=row.due_date,
    )


def _answered(row: Any) -> Answered:
    return Answered(
        message_id=row.message_id,
        subject=row.subject,
        sender_name=row.sender_name,
        sender_email=row.sender_email,
        reply=row.reply,
        raw=row.raw or b"",
    )
