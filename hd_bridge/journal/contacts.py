"""Who is who: contacts by any of their addresses, and what a mail adds to them. Touches the disk."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from hd_bridge.journal.tables import addresses, contacts, conversations
from hd_bridge.model import Contact
from hd_bridge.prepared import Prepared, upsert

LAST_TICKETS = 3

_ONE = contacts.c.id == sa.bindparam("contact")
_THEIRS = sa.and_(conversations.c.contact == sa.bindparam("contact"), conversations.c.ticket.is_not(None))
_TOLD = ("name", "company", "language", "first_seen", "last_seen")
_OF = Prepared(sa.select(addresses.c.contact).where(addresses.c.address == sa.bindparam("of")))
_READ = Prepared(sa.select(contacts).where(_ONE))
_OWNED = Prepared(
    sa.select(addresses.c.address).where(addresses.c.contact == sa.bindparam("contact")).order_by(addresses.c.id)
)
_COUNT = Prepared(sa.select(sa.func.count().label("tickets")).select_from(conversations).where(_THEIRS))
_NEWEST = Prepared(
    sa.select(conversations.c.ticket).where(_THEIRS).order_by(conversations.c.ticket.desc()).limit(LAST_TICKETS)
)
_NEW = Prepared(sa.insert(contacts).returning(contacts.c.id), _TOLD)
_WRITE = Prepared(
    sa.update(contacts)
    .where(_ONE)
    .values({name: sa.bindparam(f"new_{name}", type_=contacts.c[name].type) for name in _TOLD})
)
_OWN = upsert(addresses, "address", columns=("address", "contact"), where=addresses.c.contact.is_(None))
_MARK = upsert(addresses, "address", columns=("address", "mark", "marked_at"))


def contact_of(db: sa.Connection, address: str) -> int | None:
    """The id of the contact that owns an address."""
    return cast(int | None, _OF.scalar(db, of=address))


def read_contact(db: sa.Connection, id: int) -> Contact:
    """A contact whole; the tickets are counted in an index and only the newest three are read."""
    row: Any = _READ.first(db, contact=id)
    return Contact(
        id=row.id,
        name=row.name,
        company=row.company,
        language=row.language,
        addresses=tuple(_OWNED.scalars(db, contact=id)),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        ticket_count=_COUNT.scalar(db, contact=id),
        last_tickets=tuple(_NEWEST.scalars(db, contact=id)),
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
        id = int(_NEW.scalar(db, **told, **seen))
    else:
        _fill(db, id, contact, seen)
    if contact.addresses:  # this contact's, unless somebody else's
        _OWN.each(db, [{"address": address, "contact": id} for address in contact.addresses])
    return id


def _existing(db: sa.Connection, contact: Contact) -> int | None:
    if contact.id is not None:
        return contact.id if _READ.first(db, contact=contact.id) else None
    owners = (contact_of(db, address) for address in contact.addresses)
    return min((id for id in owners if id is not None), default=None)


def _fill(db: sa.Connection, id: int, contact: Contact, seen: dict[str, datetime]) -> None:
    row: Any = _READ.first(db, contact=id)
    first, second = (contact, row) if contact.id is not None else (row, contact)
    told = {name: getattr(first, name) or getattr(second, name) for name in ("name", "company", "language")}
    span = {
        "first_seen": min(row.first_seen, seen["first_seen"]),
        "last_seen": max(row.last_seen, seen["last_seen"]),
    }
    _WRITE.run(db, contact=id, **{f"new_{name}": value for name, value in {**told, **span}.items()})


def give_address(db: sa.Connection, contact: int, address: str) -> None:
    """An address is this contact's from now on, unless it is somebody else's."""
    _OWN.each(db, [{"address": address, "contact": contact}])


def mark_address(db: sa.Connection, address: str, mark: str, now: datetime) -> None:
    """Remember that delivery to an address failed; the latest word counts."""
    _MARK.run(db, address=address, mark=mark, marked_at=now)
