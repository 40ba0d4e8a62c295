"""Which changes of a ticket's status its customer hears of, and by which letter. Pure.

Only what an agent has changed is told, in the statuses that the configuration names, and once: of several changes the
last one, and none that was taken back or that an answer of the same moment tells already. Such a letter is automatic
(at most once) but a person has caused it, so the governor does not count it: who closes three hundred tickets in a
morning must not silence acknowledgements.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hd_bridge.decide.answering import KIND_OF_TEMPLATE, Question, recipients, sends
from hd_bridge.decide.machines import nobody_at
from hd_bridge.decide.note import NoteFacts, is_ours
from hd_bridge.model import Detail, Note, Ticket
from hd_bridge.policy import Policy
from hd_bridge.policy_answers import AnswerPolicy
from hd_bridge.steps import ReadStatus, SendLetter
from hd_bridge.views_ticket import TicketRow


def decide_statuses(row: TicketRow, ticket: Ticket, facts: NoteFacts, answers: AnswerPolicy) -> tuple[ReadStatus, ...]:
    """A step for each change that nobody has looked at yet; the same ticket seen twice gives the same keys."""
    agents = dict(facts.agents)
    return tuple(
        _step(row, ticket, note, facts)
        for note in _telling(row, ticket, answers)
        if note.user_id in agents and note.user_id != facts.bridge and not is_ours(note) and not _before(note, facts)
    )


def changers(row: TicketRow, ticket: Ticket, answers: AnswerPolicy) -> frozenset[int]:
    """The numbers of those who made such changes."""
    return frozenset(note.user_id for note in _telling(row, ticket, answers))


def _telling(row: TicketRow, ticket: Ticket, answers: AnswerPolicy) -> list[Note]:
    if ticket.private or not answers.statuses:
        return []
    fresh = (note for note in ticket.notes if note.id not in row.notes and not note.private)
    return [note for note in fresh if (detail := change_in(note)) and answers.letter_of(detail.new or "")]


def _before(note: Note, facts: NoteFacts) -> bool:
    return facts.since is not None and note.created_on <= facts.since


def change_in(note: Note) -> Detail | None:
    """What a journal did to the status."""
    return next((detail for detail in note.details if detail.kind == "attr" and detail.name == "status"), None)


def _step(row: TicketRow, ticket: Ticket, note: Note, facts: NoteFacts) -> ReadStatus:
    return ReadStatus(
        key=f"note-{ticket.number}-{note.id}/status-read/1",
        lane=f"{row.conversation}/notes",
        conversation=row.conversation,
        due=facts.now + facts.grace if facts.grace else None,
        note=note.id,
    )


def why_untold(ticket: Ticket, note: int, answers: AnswerPolicy) -> str:
    """Why a change is not told, now that the grace is over; empty if it is."""
    changes = [one for one in ticket.notes if change_in(one)]
    place = next((place for place, one in enumerate(changes) if one.id == note), None)
    if place is None:
        return "the change is not in the tracker any more"
    if ticket.private:
        return "the ticket is private"
    if place != len(changes) - 1 or (now := change_in(changes[place])) is None or now.new != ticket.status:
        return "the status has changed again"
    before = _known_to_the_customer(changes, answers.grace)
    if before == ticket.status:
        return "it was changed back"
    template = answers.letter_of(ticket.status)
    if not template:
        return "no letter tells of this status any more"
    return "the status before it was told in the same words" if template == answers.letter_of(before) else ""


def _known_to_the_customer(changes: Sequence[Note], grace: timedelta) -> str:
    """The status before the last change, and before all those that were too quick to be told."""
    place = len(changes) - 1
    while place and _too_quick(changes[place - 1], changes[place], grace):
        place -= 1
    first = change_in(changes[place])
    return (first.old or "") if first else ""


def _too_quick(note: Note, following: Note, grace: timedelta) -> bool:
    """Not told, because another change came within the grace; an answer has told what was changed with it."""
    return following.created_on - note.created_on <= grace and not note.notes.strip()


def told_by_answer(question: Question, policy: Policy) -> bool:
    """Whether the change came with words that are the customer's letter, or that want none."""
    words = question.note.notes.strip()
    orders = question.orders
    return bool(words) and (bool(orders.mistakes) or orders.noreply or sends(question, policy))


def status_letter(question: Question, policy: Policy) -> tuple[SendLetter | None, tuple[str, ...]]:
    """The letter that tells the status, and who gets a copy; ``None`` where nobody could read it."""
    contact, others = recipients(question, policy)
    to = tuple(address for address in contact if not nobody_at(address))
    others = tuple(address for address in others if not nobody_at(address))
    if not to and not others:
        return None, ()
    source = f"note-{question.ticket.number}-{question.note.id}"
    letter = SendLetter(
        key=f"{source}/status-letter/1",
        lane=f"{question.conversation.id}/letters",
        conversation=question.conversation.id,
        kind="status",
        template=policy.answers.letter_of(question.ticket.status),
        language=question.conversation.language,
        mailbox=question.mailbox.name,
        to=to or others,
        mail=question.exchange.mail,
    )
    return letter, others if to else ()


def kind_of_status(letter: SendLetter) -> str:
    """The kind of letter as templates know it (render_values.KINDS)."""
    return KIND_OF_TEMPLATE.get(letter.template, "")
