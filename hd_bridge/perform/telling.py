"""``!tell``: what an agent says goes to the customers of all tickets that waited for the same issue. Pure."""

from __future__ import annotations

from dataclasses import replace

from hd_bridge.decide.agent_mail import COMMON_MARK
from hd_bridge.decide.answering import Question, Reply, recipients, source_of
from hd_bridge.decide.related import told_key
from hd_bridge.house import House
from hd_bridge.perform.answers import render_answer
from hd_bridge.steps import PrivateNote, SendLetter, Step
from hd_bridge.tracker.markup import quote_plain
from hd_bridge.views_following import Closing, Waiter
from hd_bridge.work import Effects, Letter

Told = tuple[SendLetter, Letter]


def tell_all(house: House, question: Question, reply: Reply, closing: Closing) -> Effects:
    """One letter for each conversation that has not been told of this closing. On the other tickets a private note
    says what their customers were told; where nobody is left, one on this ticket says so."""
    told = [one for waiter in closing.waiters if (one := _letter(house, question, reply, closing, waiter))]
    if not told:
        return Effects(steps=(_nobody(question, closing, house.policy.markup),), note="nobody was left to be told")
    steps: list[Step] = [letter for letter, _ in told]
    here = question.conversation.id
    steps += [_noted(question, letter, house.policy.markup) for letter, _ in told if letter.conversation != here]
    return Effects(
        steps=tuple(steps),
        letters=tuple((letter.key, rendered) for letter, rendered in told),
        note=f"{len(told)} told that #{closing.issue.number} is closed",
    )


def _letter(house: House, question: Question, reply: Reply, closing: Closing, waiter: Waiter) -> Told | None:
    talk = waiter.conversation
    key = told_key(closing, talk.id)
    if house.journal.step(key) is not None:
        return None
    said = question.orders.tell or ""
    theirs = replace(
        question,
        pieces=((COMMON_MARK, said),) if question.mail else (),
        conversation=talk,
        mailbox=house.policy.mailbox(talk.mailbox),
        exchange=waiter.exchange,
        orders=replace(question.orders, body=said, cc=(), accept=None),
    )
    to, cc = recipients(theirs, house.policy)
    if not to and not cc:
        return None
    letter = SendLetter(
        key=key,
        lane=f"{talk.id}/letters",
        conversation=talk.id,
        kind="answer",
        template="related-closed",
        language=question.orders.language or talk.language,
        mailbox=talk.mailbox,
        to=to or cc,
        mail=waiter.exchange.mail,
        automatic=False,
        agent=question.agent.name or question.note.user,
    )
    theirs_reply = replace(reply, letter=letter, cc=cc if to else (), kind="related")
    return render_answer(house, theirs, theirs_reply, letter)


def _noted(question: Question, letter: SendLetter, markup: str) -> PrivateNote:
    assert letter.conversation is not None
    text = f"{letter.agent} has told the customer, by !tell on #{question.ticket.number}:\n\n{letter.said}"
    return PrivateNote(
        key=f"{letter.key}/noted",
        lane=letter.conversation,
        conversation=letter.conversation,
        notes=quote_plain(text, markup),
    )


def _nobody(question: Question, closing: Closing, markup: str) -> PrivateNote:
    text = (
        f"Nothing was sent: the customers of all tickets related to #{closing.issue.number} have been told that it is"
        " closed, or have no address. A note without !tell goes to the customer of this ticket."
    )
    return PrivateNote(
        key=f"{source_of(question)}/private/told",
        lane=question.conversation.id,
        conversation=question.conversation.id,
        notes=quote_plain(text, markup),
    )
