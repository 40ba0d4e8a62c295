"""Relations of the embedded tracker's tickets, kept in one direction and told in both. Touches the disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from hd_bridge.errors import Refused
from hd_bridge.model import Ticket
from hd_bridge.prepared import Prepared
from hd_bridge.relations import MIRRORED, Relation
from hd_bridge.tracker import embedded_store as store
from hd_bridge.tracker import embedded_tables as tables
from hd_bridge.tracker.embedded_tables import micros

_REVERSED = frozenset({"duplicated", "blocked", "follows", "copied_from"})  # kept from the other end, as Redmine does
_ROW = tables.relation.c
_FROM = Prepared(select(_ROW.id, _ROW.to_id, _ROW.kind).where(_ROW.from_id == bindparam("number")))
_TO = Prepared(select(_ROW.id, _ROW.from_id, _ROW.kind).where(_ROW.to_id == bindparam("number")))


def relations(connection: Connection, number: int) -> tuple[Relation, ...]:
    """A ticket's relations as it sees them, in the order in which they were made."""
    found = [(row.id, row.kind, row.to_id) for row in _FROM.rows(connection, number=number)]
    found += [(row.id, MIRRORED[row.kind], row.from_id) for row in _TO.rows(connection, number=number)]
    return tuple(Relation(kind=kind, other=other) for _, kind, other in sorted(found))


def related(connection: Connection, ticket: Ticket) -> Ticket:
    """A ticket with its relations."""
    return replace(ticket, relations=relations(connection, ticket.number))


def relate(connection: Connection, author: int, number: int, other: int, kind: str, now: datetime) -> None:
    """Both tickets are there. A line in both histories, and no change that a list of changed tickets would show:
    Redmine does the same."""
    if kind not in MIRRORED:
        raise Refused(f"tickets cannot be related as {kind!r}; there are {', '.join(MIRRORED)}")
    if number == other:
        raise Refused("a ticket cannot be related to itself")
    if Relation(kind=kind, other=other) in relations(connection, number):
        return
    ends = (other, number, MIRRORED[kind]) if kind in _REVERSED else (number, other, kind)
    connection.execute(insert(tables.relation).values(from_id=ends[0], to_id=ends[1], kind=ends[2]))
    for one, seen, far in ((number, kind, other), (other, MIRRORED[kind], number)):
        store.write_history(connection, one, author, ("relation", seen, None, str(far)), micros(now))
