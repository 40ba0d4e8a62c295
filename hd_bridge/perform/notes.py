"""A note is read once more and done: its letter is rendered with the step that will send it, or nothing is. Pure.

Everything that a note leads to is kept in the transaction that finishes reading it, under keys that come from the
note: read a second time after a crash it leads to the same, once.
"""

from __future__ import annotations

from dataclasses import replace

from hd_bridge import roster
from hd_bridge.decide.answering import Question, answer
from hd_bridge.decide.orders import Scene, read_orders
from hd_bridge.errors import Refused
from hd_bridge.house import House
from hd_bridge.model import Note, Ticket
from hd_bridge.people import Agent
from hd_bridge.perform.answers import render_answer
from hd_bridge.steps import ReadNote
from hd_bridge.work import Claim, Effects


def read_note(house: House, claim: Claim) -> Effects:
    """Do what a note says, as it is now; one that was deleted or made private meanwhile is nothing any more."""
    step = claim.step
    assert isinstance(step, ReadNote) and step.conversation
    if claim.ticket is None:
        raise Refused("its ticket has no number yet", missing=True)
    ticket = house.tracker.ticket(claim.ticket)
    if ticket is None:
        return Effects(note=f"not sent: ticket #{claim.ticket} is not in the tracker any more")
    note = next((note for note in ticket.notes if note.id == step.note), None)
    if note is None or not note.notes.strip():
        return Effects(note=f"not sent: the note was deleted from #{ticket.number}")
    if note.private:
        return Effects(note=f"not sent: the note on #{ticket.number} was made private")
    return _done(house, step, ticket, note)


def _done(house: House, step: ReadNote, ticket: Ticket, note: Note) -> Effects:
    question = _question(house, step, ticket, note)
    reply = answer(step, question, house.policy)
    if reply.letter is None:
        return Effects(steps=reply.steps, joins=reply.joins, note=reply.why)
    letter, said = render_answer(house, question, reply, reply.letter)
    return Effects(
        steps=(replace(reply.letter, said=said), *reply.steps),
        letters=((reply.letter.key, letter),),
        joins=reply.joins,
        note=reply.why,
    )


def _question(house: House, step: ReadNote, ticket: Ticket, note: Note) -> Question:
    assert step.conversation is not None
    known = house.journal.conversation(step.conversation)
    if known is None:
        raise Refused("there is no such conversation")
    mailbox = house.policy.mailbox(known.mailbox)
    scene = Scene(
        now=house.clock.now(), timezone=mailbox.timezone, languages=frozenset(house.templates.languages("answer"))
    )
    exchange = house.journal.exchange(known.id)
    return Question(
        ticket=ticket,
        note=note,
        orders=read_orders(note.notes, scene),
        conversation=known,
        mailbox=mailbox,
        agent=roster.writer(house, note.user_id) or Agent(name=note.user),
        catalogue=house.catalogues.get(ticket.project),
        mail=exchange.mail,
        failing=exchange.failing,
        answers=exchange.answers,
    )
