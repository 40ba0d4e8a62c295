"""Contacts as people look them up, and as they put them right: merged, or split. Touches the disk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hd_bridge.journal.contacts import contact_of, read_contact
from hd_bridge.journal.store import Store
from hd_bridge.journal.tables import addresses, contacts, conversations, mails, tickets
from hd_bridge.views import Acquaintance, Dealing

TOLD = ("name", "company", "language")
_TALKS = sa.select(conversations, tickets.c.status, tickets.c.closed).select_from(
    conversations.outerjoin(tickets, tickets.c.number == conversations.c.ticket)
)


class SqlAcquaintances(Store):
    """The port ``Contacts``."""

    def contacts(self, words: str, limit: int) -> tuple[Acquaintance, ...]:
        with self._reading() as db:
            found = db.execute(_found(words).order_by(contacts.c.last_seen.desc(), contacts.c.id).limit(limit))
            return tuple(_read(db, id) for id in found.scalars().all())

    def acquaintance(self, contact: int) -> Acquaintance | None:
        with self._reading() as db:
            there = db.execute(sa.select(contacts.c.id).where(contacts.c.id == contact)).scalar()
            return None if there is None else _read(db, contact)

    def dealings(self, contact: int) -> tuple[Dealing, ...]:
        wanted = _TALKS.where(conversations.c.contact == contact).order_by(conversations.c.opened_at.desc())
        with self._reading() as db:
            return tuple(map(_dealing, db.execute(wanted)))

    def merge_contacts(self, keep: int, gone: int) -> bool:
        with self._writing() as db:
            both = sa.select(contacts).where(contacts.c.id.in_((keep, gone)))
            rows = {row.id: row for row in db.execute(both)}
            if len(rows) != 2:
                return False
            db.execute(sa.update(addresses).where(addresses.c.contact == gone).values(contact=keep))
            db.execute(sa.update(conversations).where(conversations.c.contact == gone).values(contact=keep))
            db.execute(sa.update(contacts).where(contacts.c.id == keep).values(_both(rows[keep], rows[gone])))
            db.execute(sa.delete(contacts).where(contacts.c.id == gone))
            return True

    def split_contact(self, address: str, name: str, company: str) -> int | None:
        with self._writing() as db:
            old = contact_of(db, address)
            if old is None or len(read_contact(db, old).addresses) < 2:
                return None
            theirs = sa.and_(conversations.c.contact == old, conversations.c.address == address)
            seen, wrote = _traces(db, address, old)
            told = {"name": name or wrote, "company": company, "language": None}
            row = {**told, "first_seen": seen[0], "last_seen": seen[1]}
            new = int(db.execute(sa.insert(contacts).values(row).returning(contacts.c.id)).scalar_one())
            db.execute(sa.update(addresses).where(addresses.c.address == address).values(contact=new))
            db.execute(sa.update(conversations).where(theirs).values(contact=new))
            return new


def _found(words: str) -> sa.Select[int]:
    """Case counts for nothing (SQLite: of A to Z), and neither do the signs that a database takes for any text."""
    if not words:
        return sa.select(contacts.c.id)
    of_address = sa.select(addresses.c.contact).where(addresses.c.address.icontains(words, autoescape=True))
    named = (column.icontains(words, autoescape=True) for column in (contacts.c.name, contacts.c.company))
    return sa.select(contacts.c.id).where(sa.or_(*named, contacts.c.id.in_(of_address)))


def _read(db: sa.Connection, id: int) -> Acquaintance:
    marked = sa.select(addresses.c.address, addresses.c.mark).where(
        addresses.c.contact == id, addresses.c.mark.is_not(None)
    )
    failing = tuple((row.address, row.mark) for row in db.execute(marked.order_by(addresses.c.id)))
    return Acquaintance(contact=read_contact(db, id), failing=failing)


def _dealing(row: Any) -> Dealing:
    return Dealing(
        conversation=row.id,
        ticket=row.ticket,
        subject=row.subject,
        address=row.address,
        mailbox=row.mailbox,
        opened_at=row.opened_at,
        status=row.status,
        closed=bool(row.closed),
    )


def _both(keep: Any, gone: Any) -> dict[str, Any]:
    told = {name: getattr(keep, name) or getattr(gone, name) for name in TOLD}
    span = {
        "first_seen": min(keep.first_seen, gone.first_seen),
        "last_seen": max(keep.last_seen, gone.last_seen),
    }
    return told | span


def _traces(db: sa.Connection, address: str, contact: int) -> tuple[tuple[datetime, datetime], str]:
    """When an address was seen first and last in a contact's conversations, and under which name the last time."""
    talks = sa.select(conversations.c.id).where(conversations.c.contact == contact)
    wrote = sa.and_(mails.c.conversation.in_(talks), mails.c.sender_email == address)
    rows = db.execute(
        sa.select(mails.c.received_at, mails.c.sender_name).where(wrote).order_by(mails.c.received_at)
    ).all()
    whole: Any = db.execute(sa.select(contacts).where(contacts.c.id == contact)).one()
    if not rows:
        return (whole.first_seen, whole.last_seen), ""
    named = [row.sender_name for row in rows if row.sender_name]
    return (rows[0].received_at, rows[-1].received_at), named[-1] if named else ""
