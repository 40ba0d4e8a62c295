"""A note is read once more and done: its letter is rendered with the step that will send it, or nothing is. Pure.

Everything that a note leads to has a key that comes from the note: read a second time after a crash it leads to the
same, once.
"""

from __future__ import annotations

from dataclasses import replace

from hd_bridge import roster
from hd_bridge.decide.accepting import accepted
from hd_bridge.decide.answering import Question, answer, let_in
from hd_bridge.decide.orders import Orders, Scene, read_orders
from hd_bridge.errors import Refused
from hd_bridge.house import House
from hd_bridge.letters import note_body
from hd_bridge.model import Note, Ticket
from hd_bridge.people import Agent
from hd_bridge.perform.answers import render_answer
from hd_bridge.perform.mailed import question_of_mail
from hd_bridge.perform.saved import with_saved
from hd_bridge.perform.telling import tell_all
from hd_bridge.policy import MailboxPolicy
from hd_bridge.steps import ReadNote, Step
from hd_bridge.views import KnownConversation
from hd_bridge.views_answers import FaqDraft
from hd_bridge.work import Claim, Effects

LET_IN = "let in"  # memo: whom the note accepts; once they are let in, nobody waits, and a second reading must know


def read_note(house: House, claim: Claim) -> Effects:
    """Do what a note says, as it is now; one that was deleted or made private meanwhile is nothing any more."""
    step = claim.step
    assert isinstance(step, ReadNote) and step.conversation
    if claim.ticket is None:
        raise Refused("its ticket has no number yet", missing=True)
    ticket = house.tracker.ticket(claim.ticket)
    if ticket is None:
        return Effects(note=f"not sent: ticket #{claim.ticket} is not in the tracker any more")
    if step.mail is not None:
        return _done(house, claim, step, question_of_mail(house, step, ticket))
    note = next((note for note in ticket.notes if note.id == step.note), None)
    if note is None or not note.notes.strip():
        return Effects(note=f"not sent: the note was deleted from #{ticket.number}")
    if note.private:
        return Effects(note=f"not sent: the note on #{ticket.number} was made private")
    return _done(house, claim, step, question_of(house, step.conversation, ticket, note))


def _done(house: House, claim: Claim, step: ReadNote, question: Question) -> Effects:
    if earlier := claim.memo.get(LET_IN, "").split():
        question = replace(question, exchange=replace(question.exchange, bearers=tuple(earlier)))
    reply = answer(step, question, house.policy)
    effects = Effects(steps=reply.steps, joins=reply.joins, note=reply.why)
    if reply.letter is not None:
        step_of_letter, letter = render_answer(house, question, reply, reply.letter)
        steps = (step_of_letter, *reply.steps)
        effects = replace(effects, steps=steps, letters=((step_of_letter.key, letter),))
    if reply.obeyed and question.closing is not None:
        effects = _together(effects, tell_all(house, question, reply, question.closing))
    if reply.obeyed:
        _obey(house, claim, question)
    return effects


def _together(one: Effects, other: Effects) -> Effects:
    return replace(
        one,
        steps=(*one.steps, *other.steps),
        letters=(*one.letters, *other.letters),
        note="; ".join(filter(None, (one.note, other.note))),
    )


def question_of(house: House, conversation: str, ticket: Ticket, note: Note) -> Question:
    """A note with all that is known of its ticket."""
    known = house.journal.conversation(conversation)
    if known is None:
        raise Refused("there is no such conversation")
    mailbox = house.policy.mailbox(known.mailbox)
    orders = _orders(house, known, mailbox, ticket, note)
    return Question(
        ticket=ticket,
        note=note,
        orders=orders,
        conversation=known,
        mailbox=mailbox,
        agent=roster.writer(house, note.user_id) or Agent(name=note.user),
        catalogue=house.catalogues.get(ticket.project),
        exchange=house.journal.exchange(known.id),
        other=house.journal.conversation_by_ticket(orders.merge) if orders.merge else None,
        closing=house.journal.closed_for(ticket.number) if orders.tell is not None else None,
    )


def _orders(house: House, known: KnownConversation, mailbox: MailboxPolicy, ticket: Ticket, note: Note) -> Orders:
    languages = frozenset(house.templates.languages("answer"))
    scene = Scene(written=note.created_on, timezone=mailbox.timezone, languages=languages)
    orders = read_orders(note.notes, scene)
    field = house.policy.answers.faq_field
    asked = next((d.new for d in note.details if field and d.kind == "cf" and d.name == field and d.new), None)
    if asked and not orders.faq:  # the field holds the question, or only says that this is one
        orders = replace(orders, faq=asked if len(asked) > len("yes") else ticket.subject)
    orders = with_saved(house, orders, known, mailbox, ticket.project)
    return orders if _speaks(house, orders, note) else replace(orders, body="")


def _speaks(house: House, orders: Orders, note: Note) -> bool:
    """Whether a note has anything for a person; what only the tracker understands ({{toc}}) makes no letter."""
    files = any(detail.kind == "attachment" for detail in note.details)
    return files or bool(note_body(orders.body, house.policy.markup, {}).text.strip())


def _obey(house: House, claim: Claim, question: Question) -> None:
    """What a note changes in the journal alone; harmless to repeat."""
    journal, talk, now, orders = house.journal, question.conversation, house.clock.now(), question.orders
    source = question.mail or f"ticket-{question.ticket.number}-{question.note.id}"
    if orders.faq:
        draft = FaqDraft(
            key=source.replace("ticket", "note"),
            question=orders.faq,
            answer=orders.body,
            category=question.ticket.category or "",
            language=orders.language or talk.language,
            ticket=question.ticket.number,
            kept_at=now,
        )
        journal.keep_faq(draft)
    accepted_now = let_in(question, house.policy)
    if accepted_now:
        journal.remember(claim.step.key, {LET_IN: " ".join(accepted_now)}, worker=claim.worker)
    for address in accepted_now:

        def then(mails: tuple[str, ...], address: str = address) -> tuple[Step, ...]:
            page = bool(house.policy.site_url)
            return accepted(source, talk.id, address, mails, markup=house.policy.markup, page=page)

        journal.accept(talk.id, address, now, then)
    if question.other is not None:
        journal.let_in(question.other.id, sorted(talk.participants), now)
    if orders.block:
        journal.block(talk.address, question.agent.name or question.note.user, now)  # an address is its own pattern
