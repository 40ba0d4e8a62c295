"""What ``hd-bridge check`` finds at a Redmine: key, rights by name, filters, version. Touches the network.

Redmine tells neither its version nor its settings; what cannot be known is said, not passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hd_bridge.errors import BridgeError, Closed, Refused
from hd_bridge.findings import Finding, Level
from hd_bridge.tracker.redmine_api import Api, understood
from hd_bridge.tracker.redmine_faults import Effect
from hd_bridge.tracker.redmine_names import NameBook
from hd_bridge.tracker.redmine_reading import Json

DOOR = "tracker"
NEEDED = {
    "view_issues": "without it no ticket can be seen",
    "add_issues": "without it no ticket can be opened",
    "add_issue_notes": "without it no mail can be added to its ticket",
    "edit_issues": "without it Redmine drops status, category and fields of a change without a word",
    "set_notes_private": "dangerous: without it a note that is meant to be private becomes public, without a word",
}
USEFUL = {
    "set_issues_private": "without it no ticket can be opened as private",
    "manage_issue_relations": "without it no ticket can be related to another",
    "add_issue_watchers": "without it nobody can be made a watcher",
}


def findings(
    api: Api, book: NameBook, projects: tuple[str, ...], try_filters: Callable[[], None]
) -> tuple[Finding, ...]:
    """Everything that can be told without writing."""
    try:
        api.prove()
        found = [_finding(Level.OK, "the API key is good")]
        me = _json(api, "/users/current.json", {"include": "memberships"})["user"]
        if me.get("admin"):
            found.append(_finding(Level.WARNING, "the key is an administrator's", "make a user of its own for it"))
        for project in projects:
            found += _of_project(api, book, project, me)
        found += _in_general(api, try_filters)
    except BridgeError as error:
        return (_finding(Level.PROBLEM, error.why, "check the address, the key, and Administration > Settings > API"),)
    return tuple(found)


def _of_project(api: Api, book: NameBook, project: str, me: Json) -> Iterator[Finding]:
    try:
        names = book.project(project, anew=True)
    except Refused as error:
        yield _finding(Level.PROBLEM, error.why, f"check the identifier, and make {me['login']} a member")
        return
    roles = _roles(api, me, names.id)
    if not roles:
        yield _finding(Level.PROBLEM, f"{me['login']} is no member of {project}", "give it a role there")
        return
    rights = {right for role in roles for right in role["permissions"]}
    for wanted, level in ((NEEDED, Level.PROBLEM), (USEFUL, Level.WARNING)):
        for right, why in wanted.items():
            if right not in rights:
                yield _finding(level, f"{project}: permission {right} is missing; {why}", "give it to the role")
    if all(role.get("issues_visibility", "all") == "own" for role in roles):
        text = f"{project}: only tickets of its own are shown to {me['login']}"
        yield _finding(Level.PROBLEM, text, 'set the role\'s "Issues visibility" to all issues')
    elif all(role.get("issues_visibility", "all") == "default" for role in roles):
        text = f"{project}: private tickets are hidden from {me['login']}"
        yield _finding(Level.WARNING, text, 'set the role\'s "Issues visibility" to all issues')


def _roles(api: Api, me: Json, project: int) -> list[Json]:
    with understood(Effect.READ):
        ids = {
            int(role["id"])
            for membership in me.get("memberships", ())
            if membership["project"]["id"] == project
            for role in membership["roles"]
        }
    return [_json(api, f"/roles/{id}.json", {})["role"] for id in sorted(ids)]


def _in_general(api: Api, try_filters: Callable[[], None]) -> Iterator[Finding]:
    try:
        try_filters()
        yield _finding(Level.OK, "tickets can be found by their files")
    except Closed as error:
        yield _finding(Level.PROBLEM, error.why)
    issues = _json(api, "/issues.json", {"status_id": "*", "limit": 1})["issues"]
    if not issues:
        yield _finding(Level.OK, "its version is not yet known: there is no ticket to tell it by")
    elif "is_closed" in issues[0]["status"]:
        yield _finding(Level.OK, "it is Redmine 5.0 or later")
    else:
        yield _finding(Level.PROBLEM, "it is older than Redmine 5.0", "update it")
    yield _finding(Level.OK, "how large a file it takes cannot be asked; one that is too large is refused alone")


def _json(api: Api, path: str, params: dict[str, object]) -> Json:
    with understood(Effect.READ):
        return dict(api.get(path, params).body)


def _finding(level: Level, text: str, mend: str = "") -> Finding:
    return Finding(level=level, door=DOOR, text=text, mend=mend)
