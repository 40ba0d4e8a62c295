"""An issue that customers' tickets are related to was closed: who hears of it, and how. Pure.

The agents are asked (a private note on each ticket, ``!tell`` answers for all), or the customers are told at once.
Every key comes from the issue and the time of its closing: seen again it leads to the same, closed again to more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hd_bridge.decide.answering import readers
from hd_bridge.decide.machines import nobody_at
from hd_bridge.model import Ticket
from hd_bridge.policy import Policy
from hd_bridge.policy_answers import ASK, LETTER
from hd_bridge.steps import PrivateNote, SendLetter, Step
from hd_bridge.tracker.markup import quote_plain
from hd_bridge.views_following import Closing, Issue, Waiter

MOST_NAMED = 20


def issue_of(ticket: Ticket) -> Issue:
    """What is remembered of an issue. A tracker that tells no time of closing tells that of its last change."""
    return Issue(
        number=ticket.number,
        project=ticket.project,
        subject=ticket.subject,
        closed=ticket.closed,
        closed_on=(ticket.closed_on or ticket.updated_on) if ticket.closed else None,
    )


def is_news(before: Issue | None, now: Issue) -> bool:
    """Whether it was closed since it was last seen; one that was not seen yet may have been."""
    return now.closed and (before is None or not before.closed or before.closed_on != now.closed_on)


def decide_closing(closing: Closing, closer: str, status: str, since: datetime | None, policy: Policy) -> list[Step]:
    """Steps for all who were waiting when it was closed; what was closed before ``since`` is nobody's business."""
    at = closing.issue.closed_on
    if at is None or (since is not None and at <= since):
        return []
    waiting = [one for one in closing.waiters if one.since <= at]
    if policy.answers.related == LETTER:
        return [letter for one in waiting for letter in _letter(closing, one, policy)]
    if policy.answers.related == ASK:
        return [_asking(closing, one, waiting, _words(closing.issue, closer, status), policy) for one in waiting]
    return []


def closer_of(issue: Ticket) -> str:
    """Who made the last change of status; empty where the tracker does not tell."""
    changes = (
        note.user
        for note in reversed(issue.notes)
        if any(detail.kind == "attr" and detail.name == "status" for detail in note.details)
    )
    return next(changes, "")


def _words(issue: Issue, closer: str, status: str) -> str:
    by = f" by {closer}" if closer else ""
    what = f"#{issue.number} “{issue.subject}” in {issue.project}, to which this ticket is related,"
    return f"{what} was closed{by} ({status})."


def _asking(closing: Closing, waiter: Waiter, waiting: list[Waiter], said: str, policy: Policy) -> PrivateNote:
    numbers = [f"#{one.conversation.ticket}" for one in waiting]
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    whom = "the customer of this ticket"
    if len(numbers) > 1:
        those = f"{', '.join(numbers[:MOST_NAMED])}{more}"
        whom = f"the customers of all {len(numbers)} tickets that are related to it ({those})"
    text = f"{said}\n\nA public note here that begins with “!tell TEXT” sends TEXT to {whom}."
    talk = waiter.conversation
    return PrivateNote(
        key=f"{closing.source}/ask/{talk.id}",
        lane=talk.id,
        conversation=talk.id,
        notes=quote_plain(text, policy.markup),
    )


def _letter(closing: Closing, waiter: Waiter, policy: Policy) -> Iterator[SendLetter]:
    talk = waiter.conversation
    contact, others = readers(talk, waiter.exchange.failing, (), policy)
    to = tuple(address for address in (contact or others[:1]) if not nobody_at(address))
    if to:
        yield SendLetter(
            key=f"{closing.source}/letter/{talk.id}",
            lane=f"{talk.id}/letters",
            conversation=talk.id,
            kind="related",
            template="related-closed",
            language=talk.language,
            mailbox=talk.mailbox,
            to=to,
            mail=waiter.exchange.mail,
        )


def told_key(closing: Closing, conversation: str) -> str:
    """One letter by ``!tell`` for each closing and conversation, whichever of the tickets it was written on."""
    return f"{closing.source}/tell/{conversation}"
