"""Redmine's JSON made into our words: tickets, notes, details, files. Pure.

Anything that is not as Redmine's views write it raises KeyError, TypeError or ValueError: the caller says what that
means for its promise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hd_bridge.model import Detail, Note, Ticket, TicketFile
from hd_bridge.relations import MIRRORED, Relation

Json = dict[str, Any]
Told = Callable[[str, str], str | None]
"""(kind, decimal id) -> name, where it is known; kinds are the names of ``Detail``, and ``cf``."""

# Journals name attributes by column; these hold ids (issue.rb), or are ours by another name.
ATTRIBUTES = {
    "status_id": "status",
    "category_id": "category",
    "assigned_to_id": "assignee",
    "project_id": "project",
    "priority_id": "priority",
    "tracker_id": "tracker",
}


def ticket_of(issue: Json, told: Told) -> Ticket:
    """One issue, of a list or alone."""
    due = issue.get("due_date")
    return Ticket(
        number=int(issue["id"]),
        project=told("project", str(issue["project"]["id"])) or issue["project"]["name"],
        tracker=issue["tracker"]["name"],
        subject=issue["subject"],
        status=issue["status"]["name"],
        closed=bool(issue["status"].get("is_closed", told("closed", str(issue["status"]["id"])))),
        priority=issue["priority"]["name"],
        author_id=int((issue.get("author") or {}).get("id", 0)),
        category=_name(issue, "category"),
        assignee=_name(issue, "assigned_to"),
        due_date=date.fromisoformat(due) if due else None,
        private=bool(issue.get("is_private", False)),
        description=_text(issue.get("description")),
        created_on=time_of(issue["created_on"]),
        updated_on=time_of(issue["updated_on"]),
        closed_on=time_of(issue["closed_on"]) if issue.get("closed_on") else None,
        fields=tuple((field["name"], value_of(field)) for field in issue.get("custom_fields", ())),
        files=tuple(sorted((file_of(one) for one in issue.get("attachments", ())), key=lambda file: file.id)),
        notes=tuple(sorted((note_of(one, told) for one in issue.get("journals", ())), key=lambda note: note.id)),
        relations=tuple(relation_of(int(issue["id"]), one) for one in issue.get("relations", ())),
    )


def relation_of(number: int, relation: Json) -> Relation:
    """One relation as the issue ``number`` sees it; Redmine tells it from one of its ends, always the same."""
    kind, ours = str(relation["relation_type"]), int(relation["issue_id"]) == number
    other = int(relation["issue_to_id"] if ours else relation["issue_id"])
    return Relation(kind=kind if ours else MIRRORED.get(kind, kind), other=other)


def note_of(journal: Json, told: Told) -> Note:
    """One journal. Redmine may list them newest first (a preference of the API user): the caller sorts."""
    user = journal.get("user") or {}
    return Note(
        id=int(journal["id"]),
        user_id=int(user.get("id", 0)),
        user=user.get("name", ""),
        created_on=time_of(journal["created_on"]),
        notes=_text(journal.get("notes")),
        private=bool(journal.get("private_notes", False)),
        details=tuple(detail_of(one, told) for one in journal.get("details", ())),
    )


def detail_of(detail: Json, told: Told) -> Detail:
    """One line of a journal, ids turned into names where they are known."""
    kind, name = detail["property"], str(detail["name"])
    old, new = _value(detail.get("old_value")), _value(detail.get("new_value"))
    if kind == "cf":
        return Detail(kind=kind, name=told("cf", name) or name, old=old, new=new)
    if kind == "attr" and (ours := ATTRIBUTES.get(name)):
        return Detail(kind=kind, name=ours, old=_known(told, ours, old), new=_known(told, ours, new))
    return Detail(kind=kind, name=name, old=old, new=new)


def tells_ids(issue: Json, told: Told) -> bool:
    """Whether its journals tell ids of names that never passed."""
    details = [one for journal in issue.get("journals", ()) for one in journal.get("details", ())]
    ids = [
        (ATTRIBUTES[one["name"]], value)
        for one in details
        if one["property"] == "attr" and one["name"] in ATTRIBUTES
        for value in (_value(one.get("old_value")), _value(one.get("new_value")))
    ]
    ids += [("cf", str(one["name"])) for one in details if one["property"] == "cf"]
    return any(value and told(kind, value) is None for kind, value in ids)


def file_of(attachment: Json) -> TicketFile:
    """One attachment."""
    return TicketFile(
        id=int(attachment["id"]),
        name=attachment["filename"],
        size=int(attachment["filesize"]),
        description=_text(attachment.get("description")),
    )


def value_of(field: Json) -> str:
    """A custom field's value; several values are joined by a comma, none is empty."""
    return _value(field.get("value")) or ""


def time_of(value: str) -> datetime:
    """A time as Redmine writes it: ISO 8601, UTC, whole seconds."""
    return datetime.fromisoformat(value).astimezone(UTC).replace(microsecond=0)


def _known(told: Told, kind: str, value: str | None) -> str | None:
    return value and (told(kind, value) or value)


def _value(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _text(value: str | None) -> str:
    return (value or "").replace("\r\n", "\n")


def _name(issue: Json, key: str) -> str | None:
    found = issue.get(key)
    return str(found["name"]) if found else None
