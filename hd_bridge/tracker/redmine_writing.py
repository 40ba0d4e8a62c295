"""Our words made into what Redmine takes, and the answer compared with what was asked. Pure.

Redmine drops what it does not know or allow without a word and answers 201 all the same (redmine.md, section 1), so
every drop is looked for and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hd_bridge.model import Change, Draft, Ticket, Upload
from hd_bridge.tracker.redmine_names import Names, id_of
from hd_bridge.tracker.redmine_reading import Json
from hd_bridge.tracker.redmine_text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An issue to be sent, the names nobody knew (in words), and custom fields whose ids are not known yet."""

    issue: Json
    unknown: tuple[str, ...] = ()
    pending: tuple[tuple[str, str], ...] = ()


def draft_asked(draft: Draft, uploads: Sequence[Upload], names: Names, field: Callable[[str], int | None]) -> Asked:
    """What a new ticket is sent as."""
    issue: Json = {
        "project_id": names.id,
        "subject": clean(draft.subject),
        "description": clean(draft.description),
        "uploads": uploads_asked(uploads),
    }
    unknown = []
    for key, kind, wanted, known in (
        ("tracker_id", "tracker", draft.tracker, names.trackers),
        ("category_id", "category", draft.category, names.categories),
        ("priority_id", "priority", draft.priority, names.priorities),
        ("assigned_to_id", "assignee", draft.assignee, names.assignees),
    ):
        if wanted and (id := id_of(known, wanted)) is not None:
            issue[key] = id
        elif wanted:
            unknown.append(f"{kind} {wanted!r} is not known in {names.identifier}")
    if draft.due_date:
        issue["due_date"] = draft.due_date.isoformat()
    if draft.private:
        issue["is_private"] = True
    watchers = {name: id_of(names.members, name) for name in draft.watchers}
    issue["watcher_user_ids"] = [id for id in watchers.values() if id is not None]
    unknown += [f"watcher {name!r} is not known in {names.identifier}" for name, id in watchers.items() if id is None]
    issue["custom_fields"], pending = fields_asked(draft.fields, field)
    return Asked(issue=issue, unknown=tuple(unknown), pending=pending)


def change_asked(change: Change, status: int | None, field: Callable[[str], int | None]) -> Asked:
    """What a change is sent as; a status or a field that nobody knows is left out."""
    issue: Json = {"uploads": uploads_asked(change.uploads)}
    if change.notes:
        issue |= {"notes": clean(change.notes), "private_notes": change.private}
    if status is not None:
        issue["status_id"] = status
    issue["custom_fields"], pending = fields_asked(change.fields, field)
    return Asked(issue=issue, pending=pending)


def uploads_asked(uploads: Iterable[Upload]) -> list[Json]:
    """Files by token."""
    return [
        {
            "token": one.token,
            "filename": clean(one.name),
            "content_type": one.media_type,
            "description": clean(one.description)[:255],
        }
        for one in uploads
    ]


def fields_asked(
    fields: Iterable[tuple[str, str]], field: Callable[[str], int | None]
) -> tuple[list[Json], tuple[tuple[str, str], ...]]:
    """Custom fields whose ids are known, and the others."""
    sent, pending = [], []
    for name, value in fields:
        if (id := field(name)) is None:
            pending.append((name, value))
        else:
            sent.append({"id": id, "value": clean(value)})
    return sent, tuple(pending)


def dropped(asked: Json, got: Json, draft: Draft, ticket: Ticket) -> tuple[str, ...]:
    """What was asked for and did not come, in words: ``asked`` is the issue sent, ``got`` the one answered."""
    lines = []
    for key, kind, wanted in (
        ("project", "project", draft.project),
        ("tracker", "tracker", draft.tracker),
        ("category", "category", draft.category),
        ("priority", "priority", draft.priority),
        ("assigned_to", "assignee", draft.assignee),
    ):
        if f"{key}_id" in asked and (got.get(key) or {}).get("id") != asked[f"{key}_id"]:
            lines.append(f"{kind} {wanted!r} was not taken")
    if ticket.due_date != draft.due_date and draft.due_date:
        lines.append(f"due date {draft.due_date} was not taken")
    if draft.private and not ticket.private:
        lines.append("the ticket was to be private and is not (permission set_issues_private)")
    lines += _dropped_fields(asked["custom_fields"], got)
    lines += _dropped_files(asked["uploads"], ticket)
    return tuple(lines)


def _dropped_fields(asked: Iterable[Json], got: Json) -> list[str]:
    shown: Mapping[int, Json] = {int(one["id"]): one for one in got.get("custom_fields", ())}
    lines = []
    for one in asked:
        answer = shown.get(one["id"])
        if answer is None:
            lines.append(f"custom field {one['id']} does not belong to this ticket's tracker or project")
        elif one["value"] not in _values(answer.get("value")):
            lines.append(f"custom field {answer['name']!r} was not taken")
    return lines


def _values(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value or "")]


def _dropped_files(asked: Iterable[Json], ticket: Ticket) -> list[str]:
    here = {file.id for file in ticket.files}
    return [f"file {one['filename']!r} is not on the ticket" for one in asked if file_id(one["token"]) not in here]


def file_id(token: str) -> int:
    """The number of an uploaded file: what stands before the dot of its token; ValueError if nothing does."""
    return int(token.split(".", 1)[0])
