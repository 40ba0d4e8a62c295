"""Every name of the tracker that a configuration speaks of: what an embedded tracker is filled with. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hd_bridge.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names in the order in which they are first mentioned, each once."""

    projects: tuple[str, ...] = ()
    trackers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    watchers: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def names_in(policy: Policy) -> Names:
    """All names in mailboxes, rules, categories and custom fields; fields given by number are left out."""
    thens = [rule.then for rule in policy.rules]
    mirrored = (policy.fields.customer_name, policy.fields.customer_email, policy.fields.company, policy.fields.tags)
    fields = (*mirrored, policy.answers.tell_field, *(name for then in thens for name, _ in then.fields))
    return Names(
        projects=_once((*(box.project for box in policy.mailboxes), *(then.project for then in thens))),
        trackers=_once((*(box.tracker for box in policy.mailboxes), *(then.tracker for then in thens))),
        categories=_once((*(name for name, _ in policy.reply_within), *(then.category for then in thens))),
        priorities=_once(then.priority for then in thens),
        assignees=_once(then.assignee for then in thens),
        watchers=_once(name for then in thens for name in then.watchers),
        fields=_once(name for name in fields if name and not name.isdecimal()),
    )


def _once(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
