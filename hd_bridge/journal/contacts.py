"""Who is who: contacts by any of their addresses, and what a mail adds to them. Touches the disk."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hd_bridge.journal.dialect import insert
from hd_bridge.journal.tables import addresses, contacts, conversations
from hd_bridge.model import Contact

LAST_TICKETS = 3


def contact_of(db: sa.Connection, address: str) -> int | None:
    """The id of the contact that owns an address."""
    return db.execute(sa.select(addresses.c.contact).where(addresses.c.address == address)).scalar()


def read_contact(db: sa.Connection, id: int) -> Contact:
    """A contact whole; the tickets are counted in an index and only the newest three are read."""
    row = db.execute(sa.select(contacts).where(contacts.c.id == id)).one()
    owned = sa.select(addresses.c.address).where(addresses.c.contact == id).order_by(addresses.c.id)
    theirs = sa.and_(conversations.c.contact == id, conversations.c.ticket.is_not(None))
    newest = sa.select(conversations.c.ticket).where(theirs).order_by(conversations.c.ticket.desc())
    return Contact(
        id=row.id,
        name=row.name,
        company=row.company,
        language=row.language,
        addresses=tuple(db.execute(owned).scalars()),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        ticket_count=db.execute(sa.select(sa.func.count()).select_from(conversations).where(theirs)).scalar_one(),
        last_tickets=tuple(db.execute(newest.limit(LAST_TICKETS)).scalars()),
    )


def save_contact(db: sa.Connection, contact: Contact, now: datetime) -> int:
    """Add what is known now; an address that belongs to somebody already stays theirs. The contact's id.

    A contact that was read before (it has an id) is written as given; one that was met without knowing that it
    exists only fills what is blank.
    """
    id = _existing(db, contact)
    seen = {"first_seen": contact.first_seen or now, "last_seen": contact.last_seen or now}
    if id is None:
        told = {"name": contact.name, "company": contact.company, "language": contact.language}
        id = db.execute(sa.insert(contacts).values(told | seen).returning(contacts.c.id)).scalar_one()
    else:
        _fill(db, id, contact, seen)
    for address in contact.addresses:
        _own(db, id, address)
    return id


def _existing(db: sa.Connection, contact: Contact) -> int | None:
    if contact.id is not None:
        return db.execute(sa.select(contacts.c.id).where(contacts.c.id == contact.id)).scalar()
    owners = sa.select(addresses.c.contact).where(addresses.c.address.in_(contact.addresses))
    return db.execute(owners.where(addresses.c.contact.is_not(None)).order_by(addresses.c.contact).limit(1)).scalar()


def _fill(db: sa.Connection, id: int, contact: Contact, seen: dict[str, datetime]) -> None:
    row = db.execute(sa.select(contacts).where(contacts.c.id == id)).one()
    first, second = (contact, row) if contact.id is not None else (row, contact)
    told = {name: getattr(first, name) or getattr(second, name) for name in ("name", "company", "language")}
    span = {
        "first_seen": min(row.first_seen, seen["first_seen"]),
        "last_seen": max(row.last_seen, seen["last_seen"]),
    }
    db.execute(sa.update(contacts).where(contacts.c.id == id).values(told | span))


def _own(db: sa.Connection, id: int, address: str) -> None:
    """The address is this contact's, unless it is somebody else's."""
    fresh = insert(db, addresses).values(address=address, contact=id)
    free = addresses.c.contact.is_(None)
    db.execute(fresh.on_conflict_do_update(index_elements=["address"], set_={"contact": id}, where=free))


def mark_address(db: sa.Connection, address: str, mark: str, now: datetime) -> None:
    """Remember that delivery to an address failed; the latest word counts."""
    told = {"mark": mark, "marked_at": now}
    fresh = insert(db, addresses).values(address=address, **told)
    db.execute(fresh.on_conflict_do_update(index_elements=["address"], set_=told))
