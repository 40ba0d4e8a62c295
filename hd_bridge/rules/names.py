"""Names that rules and settings give, against the names that the tracker knows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hd_bridge.model import Catalogue, Trace
from hd_bridge.policy import Choices, Policy

SETTLED = ("tracker", "category", "priority", "assignee")


def settle(choices: Choices, catalogue: Catalogue | None) -> tuple[Choices, tuple[Trace, ...]]:
    """The choices in the tracker's spelling; a name that it does not know falls back to the project's default.

    ``catalogue`` is that of the chosen project, or of the mailbox's where there is no such project (then the chosen
    project falls back too); ``None`` where the tracker could not be asked: nothing is changed. Custom fields stay:
    one that was not seen yet may be learnt from the ticket that is opened. Watchers stay: no catalogue lists them.
    """
    if catalogue is None:
        return choices, ()
    trail: list[Trace] = []
    if choices.project is not None and not _same(choices.project, catalogue.project):
        trail.append(_fallback("project", choices.project, "the mailbox's project"))
        choices = replace(choices, project=None)
    found: dict[str, Any] = {}
    for kind in SETTLED:
        name = getattr(choices, kind)
        if name is None:
            continue
        found[kind] = _known(name, known(catalogue, kind))
        if found[kind] is None:
            trail.append(_fallback(kind, name, f"the default of {catalogue.project}"))
    return replace(choices, **found), tuple(trail)


def missing_names(policy: Policy, catalogues: Mapping[str, Catalogue]) -> tuple[str, ...]:
    """Every name in the configuration that the tracker does not know, in words, with its path.

    ``catalogues`` is by project, as the configuration names them; a project without one does not exist for us.
    """
    return tuple(
        dict.fromkeys(
            (*_of_mailboxes(policy, catalogues), *_of_rules(policy, catalogues), *_of_rest(policy, catalogues))
        )
    )


def known(catalogue: Catalogue, kind: str) -> tuple[str, ...] | None:
    """The names of a kind, ``None`` where the tracker told none: only categories and fields can really be none."""
    names: tuple[str, ...] = getattr(
        catalogue, {"category": "categories", "priority": "priorities"}.get(kind, kind + "s")
    )
    return names if names or kind == "category" else None


def _of_mailboxes(policy: Policy, catalogues: Mapping[str, Catalogue]) -> Iterator[str]:
    for i, box in enumerate(policy.mailboxes):
        path = f"mailboxes[{i}]"
        catalogue = catalogues.get(box.project)
        if catalogue is None:
            yield _no_project(path, box.project)
        elif box.tracker is not None:
            yield from _unknown(f"{path}.tracker", "tracker", box.tracker, catalogue)


def _of_rules(policy: Policy, catalogues: Mapping[str, Catalogue]) -> Iterator[str]:
    """A rule that names no project is for the projects of all mailboxes."""
    for i, rule in enumerate(policy.rules):
        path, then = f"rules[{i}].then", rule.then
        if then.project is not None and then.project not in catalogues:
            yield _no_project(path, then.project)
        projects = (then.project,) if then.project is not None else tuple(box.project for box in policy.mailboxes)
        for catalogue in _those(projects, catalogues):
            for kind in SETTLED:
                if getattr(then, kind) is not None:
                    yield from _unknown(f"{path}.{kind}", kind, getattr(then, kind), catalogue)
            for name, _ in then.fields:
                yield from _unseen(f"{path}.fields.{name}", name, catalogue)


def _of_rest(policy: Policy, catalogues: Mapping[str, Catalogue]) -> Iterator[str]:
    used = _those(tuple(box.project for box in policy.mailboxes), catalogues)
    for catalogue in used:
        if policy.reopen_status is not None:
            yield from _reopening("reopen.status", policy.reopen_status, catalogue)
        for key in ("on_customer", "on_answer"):
            if (status := getattr(policy.follow_ups, key)) is not None:
                yield from _reopening(f"follow_ups.{key}", status, catalogue)
        if policy.follow_ups.field is not None:
            yield from _unseen("follow_ups.field", policy.follow_ups.field, catalogue)
        for key in ("customer_name", "customer_email", "company", "tags"):
            name = getattr(policy.fields, key)
            if name is not None:
                yield from _unseen(f"tracker.fields.{key}", name, catalogue)
        if policy.answers.tell_field is not None:
            yield from _unseen("outbox.tell", policy.answers.tell_field, catalogue)
    for name, _ in policy.reply_within:
        if used and all(_known(name, catalogue.categories) is None for catalogue in catalogues.values()):
            yield f"categories.{name}: no project has a category of this name"


def _reopening(path: str, status: str, catalogue: Catalogue) -> Iterator[str]:
    closes = {name.casefold(): closed for name, closed in catalogue.statuses}
    if closes and status.casefold() not in closes:
        yield f"{path}: the tracker has no status {status!r}; it has {_list(catalogue.statuses)}"
    elif closes.get(status.casefold()):
        yield f"{path}: {status!r} is a status that closes tickets"


def _unknown(path: str, kind: str, name: str, catalogue: Catalogue) -> Iterator[str]:
    names = known(catalogue, kind)
    if names is not None and _known(name, names) is None:
        yield f"{path}: project {catalogue.project} has no {kind} {name!r}; it has {', '.join(names) or 'none'}"


def _unseen(path: str, name: str, catalogue: Catalogue) -> Iterator[str]:
    if not name.isdecimal() and _known(name, catalogue.fields) is None:
        yield f"{path}: custom field {name!r} was not yet seen in project {catalogue.project}"


def _no_project(path: str, project: str) -> str:
    return f"{path}.project: the tracker has no project {project!r}, or does not show it to the bridge"


def _those(projects: tuple[str, ...], catalogues: Mapping[str, Catalogue]) -> list[Catalogue]:
    return [catalogues[project] for project in dict.fromkeys(projects) if project in catalogues]


def _fallback(kind: str, name: str, instead: str) -> Trace:
    return Trace(rule=f"names: {kind}", outcome=f"unknown, {instead} instead", evidence=name[:60])


def _known(name: str, names: tuple[str, ...] | None) -> str | None:
    """The tracker's spelling of a name; the name itself where its names could not be read."""
    if names is None:
        return name
    return next((one for one in names if _same(one, name)), None)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _list(statuses: tuple[tuple[str, bool], ...]) -> str:
    return ", ".join(name for name, _ in statuses)
