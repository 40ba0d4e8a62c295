"""Who is awaited on a ticket, as the tracker shows it: a custom field and statuses of its own. Pure."""

from __future__ import annotations

from hd_bridge.policy import Policy
from hd_bridge.steps import SetFields


def mirrored(policy: Policy, who: str) -> tuple[tuple[str, str], ...]:
    """The field that says so, if there is to be one."""
    name = policy.follow_ups.field
    return ((name, who),) if name else ()


def mirror(policy: Policy, who: str, conversation: str, source: str, after: str | None = None) -> tuple[SetFields, ...]:
    """The step that sets it on a ticket that is there."""
    fields = mirrored(policy, who)
    if not fields:
        return ()
    key = f"{source}/awaiting/1"
    return (SetFields(key=key, lane=conversation, conversation=conversation, after=after, fields=fields, over=True),)
