"""A change of status is looked at once more when the grace is over, and told if it stands. Pure."""

from __future__ import annotations

from dataclasses import replace

from hd_bridge.decide.answering import Question
from hd_bridge.decide.statuses import kind_of_status, status_letter, told_by_answer, why_untold
from hd_bridge.errors import Refused
from hd_bridge.house import House
from hd_bridge.perform.letters import written
from hd_bridge.perform.notes import question_of
from hd_bridge.perform.values import letter_values
from hd_bridge.render import status_words
from hd_bridge.steps import ReadStatus, SendLetter
from hd_bridge.work import Claim, Effects, Letter


def read_status(house: House, claim: Claim) -> Effects:
    """The letter is rendered with the status that was just read, and kept with the step that will send it."""
    step = claim.step
    assert isinstance(step, ReadStatus) and step.conversation
    if claim.ticket is None:
        raise Refused("its ticket has no number yet", missing=True)
    ticket = house.tracker.ticket(claim.ticket)
    if ticket is None:
        return Effects(note=f"not told: ticket #{claim.ticket} is not in the tracker any more")
    if why := why_untold(ticket, step.note, house.policy.answers):
        return Effects(note=f"not told: {why}")
    note = next(note for note in ticket.notes if note.id == step.note)
    question = question_of(house, step.conversation, ticket, note)
    if told_by_answer(question, house.policy):
        return Effects(note="not told by a letter of its own: the answer tells it")
    letter, cc = status_letter(question, house.policy)
    if letter is None:
        return Effects(note="not told: nobody would read it")
    return Effects(
        steps=(letter,),
        letters=((letter.key, _rendered(house, question, letter, cc)),),
        note=f"“{ticket.status}” is told by a letter to {', '.join((*letter.to, *cc))}",
    )


def _rendered(house: House, question: Question, letter: SendLetter, cc: tuple[str, ...]) -> Letter:
    known, answered = house.journal.correspondence(letter.conversation, letter.mail)
    language = house.templates.language(letter.template, letter.language, question.mailbox.language)
    values = replace(
        letter_values(house, letter, question.mailbox, known, answered),
        status=status_words(language, question.ticket.status, question.ticket.closed),
        kind=kind_of_status(letter),
        project=question.ticket.project,
        we_began=question.exchange.mail is None,
        marker=house.policy.answers.marker,
    )
    if not house.policy.answers.quote:
        values = replace(values, quoted="")
    return written(house, letter, question.mailbox, values, answered, cc=cc)
