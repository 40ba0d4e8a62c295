"""Tickets that agents open themselves for a customer: who that is, and which of the notes are for them. Pure.

The customer is named by the command ``!customer ADDRESS`` (in the description, or in a public note), or by the custom
field that holds customers' addresses; in each case by an agent, for in many trackers everybody may open tickets.
"""

from __future__ import annotations

from dataclasses import dataclass

from hd_bridge.decide.note import NoteFacts, decide_notes
from hd_bridge.decide.orders import Scene, read_orders
from hd_bridge.mail.addresses import addr_spec
from hd_bridge.mail.key import key_of_original
from hd_bridge.model import Ticket
from hd_bridge.policy import MailboxPolicy, Policy
from hd_bridge.steps import PublishPage, Step
from hd_bridge.views_ticket import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The customer, and the number of the note from which on notes are for them (0: from the first)."""

    address: str
    since: int = 0


def customer_of(ticket: Ticket, facts: NoteFacts, scene: Scene, policy: Policy) -> Named | None:
    """Whom a ticket was opened for; ``None`` where nobody says so, or a mail opened it."""
    if any(key_of_original(file.name) for file in ticket.files):
        return None
    agents = dict(facts.agents)
    for note in ticket.notes:
        if note.private or note.user_id not in agents:
            continue
        if address := read_orders(note.notes, scene).customer:
            return _ours(Named(address=address, since=note.id), policy)
    if address := read_orders(ticket.description, scene).customer:
        by, since = _said_by(ticket, "attr", "description")
    else:
        field = policy.fields.customer_email or ""
        address = addr_spec(dict(ticket.fields).get(field, "")) if field else None
        by, since = _said_by(ticket, "cf", field)
    return _ours(Named(address=address, since=since), policy) if address and by in agents else None


def speakers(ticket: Ticket) -> frozenset[int]:
    """The numbers of all whose word on a ticket may count."""
    return frozenset((ticket.author_id, *(note.user_id for note in ticket.notes)))


def _ours(named: Named, policy: Policy) -> Named | None:
    """Nobody is a customer of their own."""
    own = named.address in policy.own_addresses or policy.agents.is_agent_address(named.address)
    return None if own else named


def _said_by(ticket: Ticket, kind: str, name: str) -> tuple[int, int]:
    """Whose word a part of the ticket is, and since which note: what was written before it was for colleagues, as was
    all before the ticket came to this project."""
    last, since = ticket.author_id, 0
    for note in ticket.notes:
        changed = {(detail.kind, detail.name) for detail in note.details}
        if (kind, name) in changed:
            last = note.user_id
        if changed & {(kind, name), ("attr", "project")}:
            since = note.id
    return last, since


def mailbox_of(project: str, policy: Policy) -> MailboxPolicy | None:
    """The mailbox from which customers of a project's tickets hear."""
    return next((box for box in policy.mailboxes if box.project == project), None)


def first_steps(ticket: Ticket, conversation: str, named: Named, facts: NoteFacts, policy: Policy) -> tuple[Step, ...]:
    """Letters of the notes that are for the customer already, and the page."""
    row = _nothing_seen(ticket, conversation, named)
    steps: list[Step] = list(decide_notes(row, ticket, facts))
    if policy.site_url:
        key = f"ticket-{ticket.number}/page/begun"
        steps.append(PublishPage(key=key, lane=f"{conversation}/page", conversation=conversation))
    return tuple(steps)


def _nothing_seen(ticket: Ticket, conversation: str, named: Named) -> TicketRow:
    """A row as if all before the naming had been seen."""
    return TicketRow(
        number=ticket.number,
        conversation=conversation,
        project=ticket.project,
        tracker=ticket.tracker,
        subject=ticket.subject,
        status=ticket.status,
        closed=ticket.closed,
        priority=ticket.priority,
        category=ticket.category,
        assignee=ticket.assignee,
        due_date=ticket.due_date,
        updated_on=ticket.updated_on,
        notes=frozenset(note.id for note in ticket.notes if note.id < named.since),
    )
