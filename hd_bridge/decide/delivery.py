"""What became of a person's letter, told on its ticket where config.yaml asks for it: in a field or a note. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hd_bridge.policy import Policy
from hd_bridge.policy_answers import NOTE
from hd_bridge.steps import PrivateNote, SetFields, Step
from hd_bridge.tracker.markup import quote_plain

LONGEST = 200  # a custom field of Redmine's takes 255 characters


def delivery_steps(
    policy: Policy, state: str, at: datetime, *, mailbox: str, talk: str, key: str, after: str | None = None
) -> tuple[Step, ...]:
    """The step that tells a ``state`` such as "sent", with its time on the mailbox's clock. In a note only what went
    out is told: of all that fails there is a note anyway."""
    field = policy.answers.tell_field
    local = at.astimezone(ZoneInfo(policy.mailbox(mailbox).timezone))
    word, parted, why = state.partition(": ")
    said = f"{word} {local:%Y-%m-%d %H:%M}{parted}{why}"
    if field is not None:
        pair = (field, said[:LONGEST])
        return (SetFields(key=f"{key}/told", lane=talk, conversation=talk, after=after, fields=(pair,), over=True),)
    if policy.answers.tell != NOTE or word != "sent":
        return ()
    notes = quote_plain(f"Our letter was {said}", policy.markup)
    return (PrivateNote(key=f"{key}/told", lane=talk, conversation=talk, after=after, notes=notes),)
