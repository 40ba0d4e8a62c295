"""What an agent's note leads to: a letter, changes of the ticket, or a word back to the agent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hd_bridge.decide.follow_ups import mirror
from hd_bridge.decide.orders import Orders, known
from hd_bridge.model import Catalogue, Note, Ticket
from hd_bridge.people import Agent
from hd_bridge.policy import MailboxPolicy, Policy
from hd_bridge.policy_answers import BY_FIELD, MARKED
from hd_bridge.steps import PrivateNote, ReadNote, Relate, SendLetter, SetStatus, Step
from hd_bridge.tracker.markup import quote_plain
from hd_bridge.views import KnownConversation
from hd_bridge.views_answers import Exchange
from hd_bridge.views_following import CUSTOMER, Closing

KIND_OF_TEMPLATE = {"status-in-progress": "in-progress", "status-waiting": "waiting", "status-solved": "solved"}
YES = ("1", "yes", "true", "ja", "sim", "sí", "si")
NOBODY = "the customer of this ticket has no address that a letter could go to; name one with “!cc jane@example.org”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A note that is to be done, and what is known of its ticket (``Exchange``): ``other`` is the conversation of the
    ticket that it is to be merged into, ``closing`` the issue whose end is to be told.

    An agent's ``mail`` (its key) is done in the same way; its words are ``pieces`` in order, each with the markup that
    it is written in, and ``note`` says who wrote it, no more."""

    ticket: Ticket
    note: Note
    orders: Orders
    conversation: KnownConversation
    mailbox: MailboxPolicy
    agent: Agent
    catalogue: Catalogue | None = None
    exchange: Exchange = field(default_factory=Exchange)
    other: KnownConversation | None = None
    mail: str | None = None
    pieces: tuple[tuple[str, str], ...] = ()
    closing: Closing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is to be done. ``letter`` is still to be rendered; ``cc`` are those of its recipients who are not the
    contact; ``why`` tells in words what became of the note, ``obeyed`` whether its commands are to be done."""

    why: str
    letter: SendLetter | None = None
    cc: tuple[str, ...] = ()
    kind: str = ""
    steps: tuple[Step, ...] = ()
    joins: tuple[str, ...] = ()
    obeyed: bool = False


def answer(step: ReadNote, question: Question, policy: Policy) -> Reply:
    """The plan for one note. Where it has a mistake nothing of it is done."""
    orders = question.orders
    mistakes = (*orders.mistakes, *cannot(question, policy))
    if mistakes:
        return _mended(step, question, mistakes, policy)
    if orders.later is not None and not step.put_off:
        return _put_off(step, question)
    to, cc = recipients(question, policy)
    wanted = sends(question, policy)
    if wanted and not to and not cc:
        return _mended(step, question, (NOBODY,), policy)
    steps: tuple[Step, ...] = tuple(_changes(step, question, policy, answered=wanted))
    if wanted:
        steps += mirror(policy, CUSTOMER, question.conversation.id, source_of(question))
    if not wanted:
        return Reply(why=_unsent(question), steps=steps, joins=orders.cc, obeyed=True)
    letter = SendLetter(
        key=f"{source_of(question)}/letter/1",
        lane=f"{question.conversation.id}/letters",
        conversation=question.conversation.id,
        kind="answer",
        template="answer",
        language=orders.language or question.conversation.language,
        mailbox=question.mailbox.name,
        to=to or cc,
        mail=question.exchange.mail,
        automatic=False,
        agent=question.agent.name or question.note.user,
    )
    return Reply(
        why=f"a letter to {', '.join((*to, *cc))}",
        letter=letter,
        cc=cc if to else (),
        kind=kind_of(question, policy),
        steps=steps,
        joins=orders.cc,
        obeyed=True,
    )


def cannot(question: Question, policy: Policy) -> tuple[str, ...]:
    """Commands that make no sense on this ticket, in words."""
    orders, talk, found = question.orders, question.conversation, list[str]()
    if orders.accept is not None:
        found += _not_accepted(orders.accept, waiting(question, policy))
    found += [
        f"!cc: {one} is one of us; “watchers” in the tracker are for us" for one in orders.cc if policy.is_ours(one)
    ]
    if orders.merge == question.ticket.number:
        found.append("!merge: this is the ticket itself; name the one to go on with")
    elif orders.merge is not None and question.other is None:
        found.append(f"!merge: #{orders.merge} is no ticket of a customer that I know")
    if orders.customer and orders.customer != talk.address:
        found.append(f"!customer: this ticket has its customer already ({talk.address}); “!cc” adds another reader")
    if orders.tell is not None and question.closing is None:
        found.append("!tell: no issue to which this ticket is related is known to be closed; relate them, and close it")
    if orders.block and not talk.address:
        found.append("!block: this ticket's customer has no address")
    return tuple(found)


def waiting(question: Question, policy: Policy) -> tuple[str, ...]:
    """Who waits to be let in: never nobody, nor one of us."""
    return tuple(one for one in question.exchange.bearers if one and not policy.is_ours(one))


def let_in(question: Question, policy: Policy) -> tuple[str, ...]:
    """Whom ``!accept`` means: those that it names, or the only one who waits."""
    accept = question.orders.accept
    return () if accept is None else accept or waiting(question, policy)


def _not_accepted(accept: tuple[str, ...], waiting: tuple[str, ...]) -> list[str]:
    """Everybody who has a letter of ours can write to its ticket: who is let in is said by name, where several wait."""
    if not waiting:
        return ["!accept: nobody waits to be let in here; it is for mails that are marked as not yet trusted"]
    those = " and ".join(waiting)
    if not accept and len(waiting) > 1:
        return [f"!accept: {those} wait here; name the one who belongs to this ticket, as in “!accept {waiting[0]}”"]
    return [f"!accept: {one} does not wait here; {those} would" for one in accept if one not in waiting]


def sends(question: Question, policy: Policy) -> bool:
    """Whether the note goes to the customer (``policy_answers``: every, marked, field)."""
    orders, answers = question.orders, policy.answers
    if not orders.body.strip() or orders.noreply or _says_yes(question, answers.noreply_field):
        return False
    way = answers.way(question.ticket.project)
    if orders.send or way not in (MARKED, BY_FIELD):
        return True
    return way == BY_FIELD and dict(question.ticket.fields).get(answers.field or "", "").strip().lower() in YES


def _says_yes(question: Question, name: str | None) -> bool:
    """Whether a custom field was set to yes together with the note."""
    set_now = [d.new or "" for d in question.note.details if name and d.kind == "cf" and d.name == name]
    return any(value.strip().lower() in YES for value in set_now)


def recipients(question: Question, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The contact, and the others who take part: never ourselves, nor whoever takes no mail any more."""
    more = (*let_in(question, policy), *question.orders.cc)
    return readers(question.conversation, question.exchange.failing, more, policy)


def readers(
    talk: KnownConversation, failing: frozenset[str], more: tuple[str, ...], policy: Policy
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same for any conversation, with ``more`` who shall read it."""

    def reachable(address: str) -> bool:
        return bool(address) and not policy.is_ours(address) and address not in failing

    contact = (talk.address,) if reachable(talk.address) else ()
    others = (*sorted(talk.participants - {talk.address}), *more)
    return contact, tuple(one for one in dict.fromkeys(others) if reachable(one) and one not in contact)


def kind_of(question: Question, policy: Policy) -> str:
    """The kind of letter (render_values.KINDS): what the same note did to the status, else which answer it is."""
    if question.orders.close or question.ticket.closed:
        return "solved"
    told = next((d.new for d in question.note.details if d.kind == "attr" and d.name == "status"), None)
    kind = KIND_OF_TEMPLATE.get(policy.answers.letter_of(told or ""), "")
    return kind or ("follow-up" if question.exchange.answers else "first-answer")


def source_of(question: Question) -> str:
    """What the keys of all that a note leads to begin with."""
    return question.mail or f"note-{question.ticket.number}-{question.note.id}"


def _unsent(question: Question) -> str:
    if not question.orders.body.strip() and not question.orders.any:
        return "not sent: it says nothing"
    if not question.orders.any:
        return "not sent: in this project only marked notes are"
    return "done without a letter"


def _put_off(step: ReadNote, question: Question) -> Reply:
    """Read again when its time has come; what was changed or taken back by then counts."""
    later = replace(
        step,
        key=f"{source_of(question)}/read/2",
        lane=f"{question.conversation.id}/notes/{question.mail or question.note.id}",
        due=question.orders.later,
        after=None,
        held="",
        put_off=True,
    )
    return Reply(why=f"put off until {question.orders.later:%Y-%m-%d %H:%M %Z}", steps=(later,))


def _mended(step: ReadNote, question: Question, mistakes: tuple[str, ...], policy: Policy) -> Reply:
    """A word back to the agents, on the ticket, that only they can see."""
    said = "\n".join(f"– {mistake}" for mistake in mistakes)
    what = f"The answer that {question.note.user} sent by mail" if question.mail else f"Note {question.note.id}"
    text = (
        f"{what} was not sent, and nothing in it was done:\n\n{said}\n\nWrite it once more without the"
        f" mistake. Commands are {', '.join(f'!{one}' for one in known())}."
    )
    note = PrivateNote(
        key=f"{source_of(question)}/private/mend",
        lane=question.conversation.id,
        conversation=question.conversation.id,
        notes=quote_plain(text, policy.markup),
    )
    return Reply(why=f"nothing was done: {'; '.join(mistakes)}", steps=(note,))


def _changes(step: ReadNote, question: Question, policy: Policy, *, answered: bool) -> list[Step]:
    """The status that the note asks for, or that an answer leads to."""
    ends = question.orders.close or question.orders.merge is not None
    if ends and not question.ticket.closed:
        status = policy.answers.close_status or _ending(question.catalogue)
    elif answered and not question.ticket.closed:
        status = policy.follow_ups.on_answer
    else:
        status = None
    if not status or status == question.ticket.status:
        return _merging(question, policy)
    id = question.conversation.id
    return [
        *_merging(question, policy),
        SetStatus(
            key=f"{source_of(question)}/status/1",
            lane=id,
            conversation=id,
            status=status,
            unless_not=question.ticket.status,
        ),
    ]


def _merging(question: Question, policy: Policy) -> list[Step]:
    """The tracker learns that this ticket is a duplicate; agents read on the other one where its people come from."""
    number, other = question.orders.merge, question.other
    if number is None or other is None:
        return []
    text = f"#{question.ticket.number} was merged into this ticket; its people take part here from now on."
    told = PrivateNote(key=f"{source_of(question)}/private/merged", lane=other.id, conversation=other.id, notes=text)
    id = question.conversation.id
    return [
        Relate(key=f"{source_of(question)}/relate/1", lane=id, conversation=id, other=number, kind="duplicates"),
        told,
    ]


def _ending(catalogue: Catalogue | None) -> str | None:
    statuses: Mapping[str, bool] = dict(catalogue.statuses) if catalogue else {}
    return next((name for name, closed in statuses.items() if closed), None)
