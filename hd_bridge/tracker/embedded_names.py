"""Names and numbers of the embedded tracker, and what a draft's names come to. Touches the disk.

As with Redmine, rows hold numbers and a client speaks in names; a name without a number is left out, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, column, text

from hd_bridge.model import Change, Draft
from hd_bridge.prepared import Prepared
from hd_bridge.tracker import embedded_tables as tables

# Attributes as Redmine's journals name them, and as the house does.
PLAIN = {
    "project_id": "project",
    "tracker_id": "tracker",
    "status_id": "status",
    "priority_id": "priority",
    "category_id": "category",
    "assigned_to_id": "assignee",
}

Value = int | str | bool | None

# The small tables, each with its mark. Read in one statement: eleven of them were a fifth of what a call costs.
MARKS: dict[Table, str] = {
    tables.project: "0",
    tables.tracker: "0",
    tables.status: "closed",
    tables.priority: "is_default",
    tables.category: "0",
    tables.person: "agent",
    tables.custom_field: "hidden",
}
_EVERY_NAME = text(
    " UNION ALL ".join(f"SELECT '{table.name}', id, name, {mark} FROM {table.name}" for table, mark in MARKS.items())
    + " ORDER BY 1, 2"
)
EVERY_NAME = Prepared(_EVERY_NAME.columns(*(column(name) for name in ("kind", "number", "name", "mark"))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the small tables hold now, each as number → name in order of number."""

    project: Mapping[int, str]
    tracker: Mapping[int, str]
    status: Mapping[int, str]
    priority: Mapping[int, str]
    category: Mapping[int, str]
    person: Mapping[int, str]
    field: Mapping[int, str]
    closed: frozenset[int]
    agents: frozenset[int]
    hidden: frozenset[int]
    default_priority: int

    @classmethod
    def read(cls, connection: Connection) -> Names:
        """All names, in one go."""
        named: dict[str, dict[int, str]] = {table.name: {} for table in MARKS}
        marked: dict[str, set[int]] = {table.name: set() for table in MARKS}
        for table, number, name, mark in EVERY_NAME.rows(connection):
            named[table][number] = name
            if mark:
                marked[table].add(number)
        return cls(
            project=named["project"],
            tracker=named["tracker"],
            status=named["status"],
            priority=named["priority"],
            category=named["category"],
            person=named["person"],
            field=named["custom_field"],
            closed=frozenset(marked["status"]),
            agents=frozenset(marked["person"]),
            hidden=frozenset(marked["custom_field"]),
            default_priority=min(marked["priority"]),
        )

    def of(self, column: str) -> Mapping[int, str]:
        """The names that a column of an issue speaks of; empty where it holds plain values."""
        kinds = {
            "project_id": self.project,
            "tracker_id": self.tracker,
            "status_id": self.status,
            "priority_id": self.priority,
            "category_id": self.category,
            "assigned_to_id": self.person,
        }
        return kinds.get(column, {})

    @property
    def assignees(self) -> dict[int, str]:
        """Those who can have a ticket."""
        return {number: name for number, name in self.person.items() if number in self.agents}


@dataclass(slots=True)
class Wish:
    """What is to be written: columns of the issue, values by field number, watchers; and the names that meant nothing.

    ``later`` are fields by name that only the answer can settle.
    """

    columns: dict[str, Value] = field(default_factory=dict)
    fields: dict[int, str] = field(default_factory=dict)
    watchers: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    later: list[tuple[str, str]] = field(default_factory=list)


def number_of(names: Mapping[int, str], wanted: str) -> int | None:
    """The number of a name; ``None`` where nobody has it."""
    return next((number for number, name in names.items() if name == wanted), None)


def wish_of_draft(names: Names, draft: Draft, learnt: Iterable[int], *, private_allowed: bool) -> Wish:
    """What a draft comes to: what the project does not know falls to the defaults."""
    wish = Wish()
    wish.columns = {
        "tracker_id": min(names.tracker),
        "status_id": min(names.status),
        "priority_id": names.default_priority,
        "due_date": draft.due_date.isoformat() if draft.due_date else None,
        "is_private": draft.private and private_allowed,
    }
    if draft.private and not private_allowed:
        wish.unknown.append("the ticket is not private: not allowed")
    _set(wish, "tracker_id", "tracker", names.tracker, draft.tracker)
    _set(wish, "category_id", "category", names.category, draft.category)
    _set(wish, "priority_id", "priority", names.priority, draft.priority)
    _set(wish, "assigned_to_id", "assignee", names.assignees, draft.assignee)
    for watcher in draft.watchers:
        number = number_of(names.person, watcher)
        if number is None:
            wish.unknown.append(f"watcher {watcher!r}")
        else:
            wish.watchers.append(number)
    _fill(wish, names, draft.fields, learnt)
    return wish


def wish_of_change(names: Names, change: Change, learnt: Iterable[int]) -> Wish:
    """What a change comes to; what it names in vain is left out."""
    wish = Wish()
    _set(wish, "status_id", "status", names.status, change.status)
    _fill(wish, names, change.fields, learnt)
    return wish


def _set(wish: Wish, column: str, what: str, names: Mapping[int, str], wanted: str | None) -> None:
    number = number_of(names, wanted) if wanted is not None else None
    if number is not None:
        wish.columns[column] = number
    elif wanted is not None:
        wish.unknown.append(f"{what} {wanted!r}")


def _fill(wish: Wish, names: Names, fields: Iterable[tuple[str, str]], learnt: Iterable[int]) -> None:
    """By name or by decimal number; a hidden field's number must have been learnt first, unless it was given."""
    known = set(names.field) - names.hidden | set(learnt)
    for wanted, value in fields:
        number = number_of(names.field, wanted)
        if number in known and number is not None:
            wish.fields[number] = value
        elif number is not None:
            wish.later.append((wanted, value))
        elif wanted.isdecimal() and int(wanted) in names.field:
            wish.fields[int(wanted)] = value
        else:
            wish.unknown.append(f"custom field {wanted!r}")
