"""The far side of the embedded tracker: how issues are written, journals made and tokens used. Touches the disk.

It does what Redmine does, its traps included (redmine.md, sections 1 and 2): whoever is safe here is safe there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from hd_bridge.errors import NotNow, Refused
from hd_bridge.model import Draft, Upload
from hd_bridge.prepared import Prepared
from hd_bridge.tracker import embedded_tables as tables
from hd_bridge.tracker.embedded_names import Names, Value, Wish, number_of
from hd_bridge.tracker.embedded_tables import micros

SUBJECT_LENGTH = 255
UNUSED_LIVES = timedelta(days=1)
NAME_LENGTH = 255
_FILE = tables.attachment.c
_UNUSED = Prepared(
    select(_FILE.id).where(
        _FILE.id == bindparam("number"), _FILE.secret == bindparam("token"), _FILE.issue_id.is_(None)
    )
)
_ATTACH = Prepared(
    update(tables.attachment).where(_FILE.id == bindparam("number")), ("issue_id", "name", "description")
)
Files = Sequence[tuple[int, Upload]]
_NOT_IN_NAMES = re.compile(r"[/?%*:|\"'<>\n\r]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What one save of an issue changes."""

    notes: str = ""
    private: bool = False
    columns: Mapping[str, Value] = field(default_factory=dict)
    fields: Mapping[int, str] = field(default_factory=dict)
    files: Files = ()


def clean(text: str) -> str:
    """Text that every database takes: no NUL, no half of a character pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def safe_name(name: str) -> str:
    """A file name as Redmine keeps it: without folders and without signs that file systems have no place for."""
    return _NOT_IN_NAMES.sub("_", re.split(r"[\\/]", clean(name))[-1])[:NAME_LENGTH]


def lay(connection: Connection, name: str, media_type: str, content: bytes, now: datetime) -> str:
    """Keep a file that lies on no issue yet; its token."""
    secret = secrets.token_hex(32)
    row: dict[str, object] = {"secret": secret, "name": safe_name(name), "media_type": clean(media_type)}
    row |= {"description": "", "size": len(content), "content": content, "created_on": micros(now)}
    return f"{_insert(connection, tables.attachment, row)}.{secret}"


def prune(connection: Connection, now: datetime) -> None:
    """Forget files that found no issue within a day, as Redmine's housekeeping does."""
    file = tables.attachment.c
    old = file.created_on < micros(now - UNUSED_LIVES)
    connection.execute(delete(tables.attachment).where(file.issue_id.is_(None), old))


def unused(connection: Connection, token: str) -> int | None:
    """The number of the file of a token that was not used; ``None`` where it was, or never was."""
    number, _, secret = token.partition(".")
    if not number.isdecimal() or len(number) > 18:
        return None
    return cast(int | None, _UNUSED.scalar(connection, number=int(number), token=secret))


def there(connection: Connection, token: str) -> bool:
    """Whether the file of a token is there, used or not (Redmine: GET /attachments/N.json)."""
    number, _, secret = token.partition(".")
    file = tables.attachment.c
    if not number.isdecimal() or len(number) > 18:
        return False
    return connection.scalar(select(file.id).where(file.id == int(number), file.secret == secret)) is not None


def take(connection: Connection, uploads: Sequence[Upload]) -> list[tuple[int, Upload]]:
    """The files of these tokens. Checked before the write begins and not again, as Redmine does: two calls under
    way at once can both pass, and the file ends on one of two issues. Who retries must wait until the first is over.
    """
    found = [(unused(connection, upload.token), upload) for upload in uploads]
    if any(number is None for number, _ in found):
        raise Refused("a file is not there any more, or lies on a ticket already")
    return [(number, upload) for number, upload in found if number is not None]


def left(connection: Connection, files: Files) -> Files:
    """Those that no other call has put on an issue since they were checked."""
    return [(number, upload) for number, upload in files if unused(connection, upload.token) is not None]


def open_issue(
    connection: Connection,
    author: int,
    columns: Mapping[str, Value],
    wish: Wish,
    files: Sequence[tuple[int, Upload]],
    now: datetime,
) -> int:
    """A new issue with its files; its number. Files that come with it have no journal."""
    moment = micros(now)
    row = {**columns, **wish.columns, "author_id": author, "created_on": moment, "updated_on": moment}
    number = _insert(connection, tables.issue, row)
    for field_id, value in wish.fields.items():
        _write_field(connection, number, field_id, value)
    for person in dict.fromkeys(wish.watchers):
        connection.execute(insert(tables.watcher).values(issue_id=number, person_id=person))
    _attach(connection, number, files)
    return number


def save(connection: Connection, before: Row[Any], author: int, edit: Edit, now: datetime) -> None:
    """Change an issue that was read as ``before``; ``NotNow`` if somebody was faster (Redmine: 422 without words)."""
    changed = {name: value for name, value in edit.columns.items() if getattr(before, name) != value}
    details = [("attr", name, _text(getattr(before, name)), _text(value)) for name, value in changed.items()]
    details += _changed_fields(connection, before.id, edit.fields)
    details += [("attachment", str(number), None, safe_name(upload.name)) for number, upload in edit.files]
    if not details and not edit.notes:
        return
    _touch(connection, before, changed, now)
    for field_id, value in edit.fields.items():
        _write_field(connection, before.id, field_id, value)
    _attach(connection, before.id, edit.files)
    _write_journals(connection, before.id, author, edit, details, now)


def _touch(connection: Connection, before: Row[Any], changed: Mapping[str, Value], now: datetime) -> None:
    issue = tables.issue
    row = {**changed, "updated_on": micros(now), "lock_version": before.lock_version + 1}
    if "status_id" in changed and _ends(connection, changed["status_id"]):
        row["closed_on"] = micros(now)  # kept when it is opened again, as in Redmine
    mine = update(issue).where(issue.c.id == before.id, issue.c.lock_version == before.lock_version)
    if connection.execute(mine.values(row)).rowcount == 0:
        raise NotNow("somebody else changed the ticket at the same moment")


def _ends(connection: Connection, status_id: Value) -> bool:
    return bool(connection.scalar(select(tables.status.c.closed).where(tables.status.c.id == status_id)))


def _changed_fields(
    connection: Connection, number: int, fields: Mapping[int, str]
) -> list[tuple[str, str, str | None, str | None]]:
    value = tables.field_value.c
    rows = connection.execute(select(value.field_id, value.value).where(value.issue_id == number))
    held = {row.field_id: row.value for row in rows}
    return [
        ("cf", str(field_id), held.get(field_id), clean(text))
        for field_id, text in fields.items()
        if held.get(field_id, "") != clean(text)
    ]


def _write_journals(
    connection: Connection,
    number: int,
    author: int,
    edit: Edit,
    details: Sequence[tuple[str, str, str | None, str | None]],
    now: datetime,
) -> None:
    """The leak trap: what a private note brings with it goes into a public journal of its own, before the words."""
    private = edit.private and bool(edit.notes)
    row = {"issue_id": number, "person_id": author, "created_on": micros(now)}
    if private and details:
        _write_details(connection, _insert(connection, tables.journal, {**row, "notes": "", "private": False}), details)
        details = ()
    _write_details(
        connection,
        _insert(connection, tables.journal, {**row, "notes": clean(edit.notes), "private": private}),
        details,
    )


def write_history(
    connection: Connection, number: int, author: int, line: tuple[str, str, str | None, str | None], moment: int
) -> None:
    """A journal without words that tells one detail; the issue itself stays as it is."""
    row = {"issue_id": number, "person_id": author, "created_on": moment, "notes": "", "private": False}
    _write_details(connection, _insert(connection, tables.journal, row), [line])


def _insert(connection: Connection, table: Table, row: Mapping[str, object]) -> int:
    return int(_inserting(table, tuple(row)).scalar(connection, **row))


@cache
def _inserting(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table).returning(table.c.id), columns)


def _write_details(
    connection: Connection, journal: int, details: Sequence[tuple[str, str, str | None, str | None]]
) -> None:
    for kind, name, old, new in details:
        row = {"journal_id": journal, "kind": kind, "name": name, "old": old, "new": new}
        connection.execute(insert(tables.detail).values(row))


def _write_field(connection: Connection, number: int, field_id: int, value: str) -> None:
    row = {"issue_id": number, "field_id": field_id, "value": clean(value)}
    wanted = upsert(tables.field_value).values(row)
    keys = [tables.field_value.c.issue_id, tables.field_value.c.field_id]
    connection.execute(wanted.on_conflict_do_update(index_elements=keys, set_={"value": wanted.excluded.value}))


def _attach(connection: Connection, number: int, files: Sequence[tuple[int, Upload]]) -> None:
    for file_id, upload in files:
        name, said = safe_name(upload.name), clean(upload.description)
        _ATTACH.run(connection, number=file_id, issue_id=number, name=name, description=said)


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def checked(names: Names, draft: Draft) -> int:
    """The number of the draft's project; ``Refused`` for what Redmine answers with 422 or 404."""
    subject = clean(draft.subject)
    if not subject.strip() or len(subject) > SUBJECT_LENGTH:
        raise Refused(f"a subject has 1 to {SUBJECT_LENGTH} characters")
    project = number_of(names.project, draft.project)
    if project is None:
        raise Refused("there is no such project in the embedded tracker")
    return project
