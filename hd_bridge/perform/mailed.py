"""An agent's answer that came by mail, as a note to be done: its words and files come from the journal. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hd_bridge.decide.agent_mail import COMMON_MARK
from hd_bridge.decide.answering import Question
from hd_bridge.decide.orders import Orders, Scene, canned_in, read_orders
from hd_bridge.errors import NotNow, ReaderError, Refused, Unreadable
from hd_bridge.house import House
from hd_bridge.mail.glance import may_hold_files
from hd_bridge.model import Attachment, Note, Ticket
from hd_bridge.people import Agent, same
from hd_bridge.perform.saved import with_saved
from hd_bridge.policy import MailboxPolicy
from hd_bridge.steps import ReadNote
from hd_bridge.tracker.markup import from_common_mark
from hd_bridge.views import KnownConversation
from hd_bridge.work import Received

Pieces = tuple[tuple[str, str], ...]


def question_of_mail(house: House, step: ReadNote, ticket: Ticket) -> Question:
    """What an agent's mail asks for."""
    assert step.conversation is not None and step.mail is not None
    known = house.journal.conversation(step.conversation)
    if known is None:
        raise Refused("there is no such conversation")
    mailbox, agent = house.policy.mailbox(known.mailbox), _agent(house, step)
    languages = frozenset(house.templates.languages("answer"))
    received = _received(house, step.mail)
    scene = Scene(written=received.internal_date, timezone=mailbox.timezone, languages=languages)
    orders, pieces = _filled(house, read_orders(step.text, scene), known, mailbox, ticket.project)
    return Question(
        ticket=ticket,
        note=Note(id=0, user_id=0, user=agent.name, created_on=received.internal_date),
        orders=orders,
        conversation=known,
        mailbox=mailbox,
        agent=agent,
        catalogue=house.catalogues.get(ticket.project),
        exchange=house.journal.exchange(known.id),
        other=house.journal.conversation_by_ticket(orders.merge) if orders.merge else None,
        closing=house.journal.closed_for(ticket.number) if orders.tell is not None else None,
        mail=step.mail,
        pieces=pieces,
    )


def _agent(house: House, step: ReadNote) -> Agent:
    """Who wrote it: as the configuration names them, else the tracker, else their mail."""
    known = house.policy.agents.at(step.sender) or Agent(address=step.sender)
    told = (one.name for one in house.roster.members if known.login and same(one.login, known.login))
    name = known.name or next(told, "") or step.sender_name or step.sender.partition("@")[0]
    return replace(known, name=name)


def _filled(
    house: House, orders: Orders, known: KnownConversation, mailbox: MailboxPolicy, project: str
) -> tuple[Orders, Pieces]:
    """The words in pieces, each in the markup that it is written in; ``body`` is all of it in the tracker's."""
    pieces, mistakes, markup = list[tuple[str, str]](), orders.mistakes, house.policy.markup
    for saved, text in _parted(orders.body):
        if saved:
            filled = with_saved(house, replace(orders, body=text, mistakes=()), known, mailbox, project)
            mistakes = (*mistakes, *filled.mistakes)
            pieces.append((markup, filled.body))
        else:
            pieces.append((COMMON_MARK, text))
    written = (text if how == markup else from_common_mark(text, markup, {}) for how, text in pieces)
    return replace(orders, body="\n\n".join(written), mistakes=mistakes), tuple(pieces)


def _parted(body: str) -> Iterator[tuple[bool, str]]:
    """What stands between lines that stand for saved answers, and those lines."""
    lines = list[str]()
    for line in body.split("\n"):
        if canned_in(line) is None:
            lines.append(line)
            continue
        if text := "\n".join(lines).strip("\n"):
            yield False, text
        yield True, line
        lines.clear()
    if text := "\n".join(lines).strip("\n"):
        yield False, text


def files_of_mail(house: House, mail: str) -> tuple[Attachment, ...]:
    """What is attached to it. One that is hard to read is held: the customer would get half an answer."""
    raw = _received(house, mail).raw
    try:
        return house.reader.files(raw) if may_hold_files(raw) else ()
    except Unreadable as unreadable:
        raise Refused(f"the files of this mail cannot be read: {unreadable.why}") from unreadable
    except ReaderError as error:
        raise NotNow(str(error)) from error


def _received(house: House, mail: str) -> Received:
    received = house.journal.received(mail)
    if received is None or not received.raw:
        raise Refused("the journal does not hold this mail's original any more")
    return received
