"""What a Redmine calls things, kept for a while: names to ids to write, ids to names to read. Touches the network.

Names are asked for when the first is needed, again when one is unknown (at most once a minute), and learnt from every
issue that passes: categories and fields of later, and on 5.0 the fields "for all projects", which no list names.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from hd_bridge.errors import Refused
from hd_bridge.model import Catalogue
from hd_bridge.people import Member
from hd_bridge.tracker.redmine_api import Api, understood
from hd_bridge.tracker.redmine_faults import Effect
from hd_bridge.tracker.redmine_reading import Json

REFRESH_AFTER = 60.0
PAGE = 100
INCLUDED = "issue_custom_fields,issue_categories,trackers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The ids of one project's names; ``closed`` are the names of statuses that end a ticket."""

    id: int
    identifier: str
    trackers: Mapping[str, int]
    categories: Mapping[str, int]
    priorities: Mapping[str, int]
    statuses: Mapping[str, int]
    closed: frozenset[str]
    assignees: Mapping[str, int]
    people: tuple[Member, ...]
    fields: Mapping[str, int]

    @property
    def members(self) -> dict[str, int]:
        """The numbers of the project's people by their names."""
        return {member.name: member.user_id for member in self.people}

    def catalogue(self) -> Catalogue:
        """The names alone."""
        return Catalogue(
            project=self.identifier,
            trackers=tuple(self.trackers),
            categories=tuple(self.categories),
            priorities=tuple(self.priorities),
            statuses=tuple((name, name in self.closed) for name in self.statuses),
            assignees=tuple(self.assignees),
            fields=tuple(self.fields),
        )


def id_of(names: Mapping[str, int], wanted: str) -> int | None:
    """The id of a name; upper and lower case may differ, and a decimal id that is known will do."""
    if wanted in names:
        return names[wanted]
    folded = {name.casefold(): id for name, id in names.items()}
    if wanted.casefold() in folded:
        return folded[wanted.casefold()]
    return int(wanted) if wanted.isdecimal() and int(wanted) in names.values() else None


class NameBook:
    """Everything learnt so far; safe from several threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = threading.RLock()
        self._projects: dict[str, tuple[float, Names]] = {}
        self._statuses: tuple[float, dict[str, int]] | None = None
        self._listed_at = -math.inf
        self._fields: dict[str, int] = {}
        self._told: dict[tuple[str, str], str] = {}

    def project(self, wanted: str, *, anew: bool = False) -> Names:
        """The names of a project, by identifier or decimal id; ``anew`` asks again if what is known is a minute old.
        ``Refused`` if there is no such project for us."""
        with self._lock:
            known = self._projects.get(wanted)
            if known is None or (anew and self._old(known[0])):
                with understood(Effect.READ):
                    known = (self._api.monotonic(), self._load(wanted))
                for alias in (wanted, known[1].identifier, str(known[1].id)):
                    self._projects[alias] = known
            return known[1]

    def identify(self, project: str) -> None:
        """See to it that the identifier of a project is known, if its decimal id can be found at all."""
        with self._lock:
            if ("project", project) in self._told or not self._old(self._listed_at):
                return
            with understood(Effect.READ):
                for one in self._pages("/projects.json", "projects"):
                    self._told["project", str(one["id"])] = str(one["identifier"])
            self._listed_at = self._api.monotonic()

    def status(self, name: str) -> int | None:
        """The id of a status, which all projects share."""
        found = id_of(self._all_statuses(), name)
        return found if found is not None else id_of(self._all_statuses(anew=True), name)

    def field(self, name: str) -> int | None:
        """The id of a custom field; names are unique in a Redmine (custom_field.rb)."""
        with self._lock:
            return id_of(self._fields, name)

    def member(self, member: Member, *, logins: bool) -> Member:
        """The same with the login, if it is wanted and told; it is asked for once."""
        kind, id = "login", str(member.user_id)
        if logins and (kind, id) not in self._told:
            with understood(Effect.READ):
                body = self._api.look(f"/users/{id}.json") or {"user": {}}
                self._told[kind, id] = str(body["user"].get("login", ""))
        return replace(member, login=self._told.get((kind, id), "")) if logins else member

    def told(self, kind: str, id: str) -> str | None:
        """The name that belongs to an id, if it ever passed."""
        return self._told.get((kind, id))

    def learn(self, issue: Json) -> None:
        """Keep the names that an issue carries."""
        for key in ("status", "category", "priority", "tracker"):
            self._keep(key, issue.get(key))
        writers = [journal.get("user") for journal in issue.get("journals", ())]
        for person in (issue.get("assigned_to"), issue.get("author"), *writers):
            self._keep("assignee", person)
        with self._lock:
            self._fields.update(self._ids("cf", issue.get("custom_fields", ())))

    def _load(self, wanted: str) -> Names:
        body = self._api.look(f"/projects/{quote(wanted, safe='')}.json", {"include": INCLUDED})
        if body is None:
            raise Refused(f"there is no project {wanted!r} in the tracker, or not for us")
        project = body["project"]
        identifier = str(project["identifier"])
        self._told["project", str(project["id"])] = identifier
        priorities = self._api.get("/enumerations/issue_priorities.json").body["issue_priorities"]
        people, assignees = self._people(identifier)
        statuses = self._all_statuses(anew=True)
        return Names(
            id=int(project["id"]),
            identifier=identifier,
            trackers=self._ids("tracker", project.get("trackers", ())),
            categories=self._ids("category", project.get("issue_categories", ())),
            priorities=self._ids("priority", [one for one in priorities if one.get("active", True)]),
            statuses=statuses,
            closed=frozenset(name for name, id in statuses.items() if self.told("closed", str(id))),
            assignees=assignees,
            people=people,
            fields=self._field_ids(project),
        )

    def _all_statuses(self, *, anew: bool = False) -> dict[str, int]:
        with self._lock:
            known = self._statuses
            if known is None or (anew and self._old(known[0])):
                with understood(Effect.READ):
                    listed = self._api.get("/issue_statuses.json").body["issue_statuses"]
                    for one in listed:
                        self._told["closed", str(one["id"])] = "closed" if one["is_closed"] else ""
                    known = self._statuses = (self._api.monotonic(), self._ids("status", listed))
            return known[1]

    def _field_ids(self, project: Json) -> dict[str, int]:
        """Fields that the project lists, and those that its newest issue shows."""
        newest = {"project_id": project["identifier"], "status_id": "*", "sort": "id:desc", "limit": 1}
        found = self._ids("cf", project.get("issue_custom_fields", ()))
        for issue in self._api.get("/issues.json", newest).body["issues"]:
            self.learn(issue)
            found |= self._ids("cf", issue.get("custom_fields", ()))
        self._fields.update(found)
        return found

    def _people(self, project: str) -> tuple[tuple[Member, ...], dict[str, int]]:
        """Members, and those of them to whom a ticket may be given (a role says so). Groups can be given tickets
        only under a setting that no answer tells, so they are left out."""
        people: list[Member] = []
        assignees: dict[str, int] = {}
        # Where we may not see them there are none, and then nobody can be named as assignee.
        for one in self._pages(f"/projects/{project}/memberships.json", "memberships"):
            if not (person := one.get("user")):
                continue
            self._keep("assignee", person)
            roles = tuple(dict.fromkeys(str(role["name"]) for role in one["roles"]))
            people.append(Member(user_id=int(person["id"]), name=str(person["name"]), roles=roles))
            if any(self._assignable(str(role["id"])) for role in one["roles"]):
                assignees[person["name"]] = int(person["id"])
        return tuple(people), assignees

    def _pages(self, path: str, kind: str) -> list[Json]:
        """A whole list; nothing if it is not for us."""
        found: list[Json] = []
        while body := self._api.look(path, {"limit": PAGE, "offset": len(found)}):
            found += body[kind]
            if not body[kind] or len(found) >= int(body["total_count"]):
                break
        return found

    def _assignable(self, role: str) -> bool:
        if ("role", role) not in self._told:
            body = self._api.look(f"/roles/{role}.json") or {"role": {}}
            self._told["role", role] = "assignable" if body["role"].get("assignable", True) else ""
        return bool(self._told["role", role])

    def _ids(self, kind: str, things: Iterable[Json]) -> dict[str, int]:
        found = {}
        for one in things:
            self._keep(kind, one)
            found[str(one["name"])] = int(one["id"])
        return found

    def _keep(self, kind: str, thing: Json | None) -> None:
        if thing:
            self._told[kind, str(thing["id"])] = str(thing["name"])

    def _old(self, since: float) -> bool:
        return self._api.monotonic() - since > REFRESH_AFTER
