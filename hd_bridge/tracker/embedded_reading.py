"""Rows of the embedded tracker told as tickets, with names for numbers and whole seconds. Touches the disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, bindparam, func, select

from hd_bridge.mail.key import key_of_original
from hd_bridge.model import Detail, Note, Ticket, TicketFile
from hd_bridge.prepared import Prepared
from hd_bridge.relations import Relation
from hd_bridge.tracker import embedded_tables as tables
from hd_bridge.tracker.embedded_names import PLAIN, Names
from hd_bridge.tracker.embedded_relations import relations
from hd_bridge.tracker.embedded_tables import whole_second

LARGEST = 2**31 - 1

_NUMBER: BindParameter[int] = bindparam("number")
_FILE, _JOURNAL, _DETAIL = tables.attachment.c, tables.journal.c, tables.detail.c
_ISSUE = Prepared(select(tables.issue).where(tables.issue.c.id == _NUMBER))
_VALUES = Prepared(
    select(tables.field_value.c.field_id, tables.field_value.c.value).where(tables.field_value.c.issue_id == _NUMBER)
)
_FILES = Prepared(
    select(_FILE.id, _FILE.name, _FILE.size, _FILE.description).where(_FILE.issue_id == _NUMBER).order_by(_FILE.id)
)
_NOTES = Prepared(select(tables.journal).where(_JOURNAL.issue_id == _NUMBER).order_by(_JOURNAL.id))
_DETAILS = Prepared(
    select(tables.detail)
    .where(_DETAIL.journal_id.in_(select(_JOURNAL.id).where(_JOURNAL.issue_id == _NUMBER)))
    .order_by(_DETAIL.id)
)


def tickets(connection: Connection, *where: ColumnElement[bool], limit: int | None = None) -> tuple[Ticket, ...]:
    """Tickets in order of their last change, without notes and files; with ``limit`` the newest so many."""
    names = Names.read(connection)
    issue = tables.issue
    query = select(issue).where(*where)
    if limit is not None:
        query = query.order_by(issue.c.updated_on.desc(), issue.c.id.desc()).limit(limit)
        rows = list(reversed(connection.execute(query).all()))
    else:
        rows = list(connection.execute(query.order_by(issue.c.updated_on, issue.c.id)).all())
    values = _values(connection, where)
    return tuple(_ticket(names, row, values[row.id]) for row in rows)


def whole(connection: Connection, number: int, names: Names | None = None) -> Ticket | None:
    """One ticket with its notes and files; ``None`` where there is none. ``names`` spares reading them again."""
    row = row_of(connection, number)
    if row is None:
        return None
    names = names or Names.read(connection)
    values = dict(_VALUES.rows(connection, number=number))
    notes = _notes(connection, names, number)
    return _ticket(names, row, values, _files(connection, number), notes, relations(connection, number))


def row_of(connection: Connection, number: int) -> Row[Any] | None:
    """An issue's row; numbers that no row can have are asked for too, by customers who make them up."""
    if not 0 < number <= LARGEST:
        return None
    return cast(Row[Any] | None, _ISSUE.first(connection, number=number))


def holder(connection: Connection, name: str) -> int | None:
    """The oldest issue that holds a file of exactly this name."""
    files = tables.attachment.c
    there = files.issue_id.is_not(None)
    number: int | None = connection.scalar(select(func.min(files.issue_id)).where(files.name == name, there))
    return number


def newest_original(connection: Connection, addresses: Collection[str]) -> tuple[int, str] | None:
    """The issue and the name of the newest original that came to one of these addresses."""
    file = tables.attachment.c
    there = select(file.issue_id, file.name).where(file.issue_id.is_not(None), file.description.in_(addresses))
    for row in connection.execute(there.where(file.name.startswith("mail-")).order_by(file.id.desc())):
        if key_of_original(row.name):
            return row.issue_id, row.name
    return None


def with_originals(connection: Connection, after: int, limit: int) -> tuple[Ticket, ...]:
    """The next issues that hold originals, by number, without their notes."""
    file = tables.attachment.c
    named = select(file.issue_id).where(file.name.startswith("mail-"), file.issue_id > after).distinct()
    numbers = connection.scalars(named.order_by(file.issue_id).limit(limit)).all()
    found = (whole(connection, number) for number in numbers)
    return tuple(replace(ticket, notes=(), relations=()) for ticket in found if ticket)


def _values(connection: Connection, where: Sequence[ColumnElement[bool]]) -> defaultdict[int, dict[int, str]]:
    """Custom values of the issues that fit."""
    value = tables.field_value.c
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    wanted = select(tables.issue.c.id).where(*where)
    for row in connection.execute(select(tables.field_value).where(value.issue_id.in_(wanted))):
        found[row.issue_id][row.field_id] = row.value
    return found


def _ticket(
    names: Names,
    row: Row[Any],
    values: dict[int, str],
    files: tuple[TicketFile, ...] = (),
    notes: tuple[Note, ...] = (),
    related: tuple[Relation, ...] = (),
) -> Ticket:
    return Ticket(
        number=row.id,
        project=names.project[row.project_id],
        tracker=names.tracker[row.tracker_id],
        subject=row.subject,
        status=names.status[row.status_id],
        closed=row.status_id in names.closed,
        priority=names.priority[row.priority_id],
        author_id=row.author_id,
        category=names.category.get(row.category_id),
        assignee=names.person.get(row.assigned_to_id),
        due_date=date.fromisoformat(row.due_date) if row.due_date else None,
        private=row.is_private,
        description=row.description,
        created_on=whole_second(row.created_on),
        updated_on=whole_second(row.updated_on),
        closed_on=None if row.closed_on is None else whole_second(row.closed_on),
        fields=tuple((name, values.get(number, "")) for number, name in names.field.items()),
        files=files,
        notes=notes,
        relations=related,
    )


def _files(connection: Connection, number: int) -> tuple[TicketFile, ...]:
    rows = _FILES.rows(connection, number=number)
    return tuple(TicketFile(id=row.id, name=row.name, size=row.size, description=row.description) for row in rows)


def _notes(connection: Connection, names: Names, number: int) -> tuple[Note, ...]:
    rows = _NOTES.rows(connection, number=number)
    if not rows:
        return ()
    details: defaultdict[int, list[Detail]] = defaultdict(list)
    for row in _DETAILS.rows(connection, number=number):
        details[row.journal_id].append(_detail(names, row))
    return tuple(
        Note(
            id=row.id,
            user_id=row.person_id,
            user=names.person[row.person_id],
            created_on=whole_second(row.created_on),
            notes=row.notes,
            private=row.private,
            details=tuple(details[row.id]),
        )
        for row in rows
    )


def _detail(names: Names, row: Any) -> Detail:
    if row.kind == "cf":
        return Detail(kind="cf", name=names.field.get(int(row.name), row.name), old=row.old, new=row.new)
    known = names.of(row.name) if row.kind == "attr" else {}

    def told(value: str | None) -> str | None:
        return known.get(int(value), value) if value and known else value

    return Detail(kind=row.kind, name=PLAIN.get(row.name, row.name), old=told(row.old), new=told(row.new))
