"""Tickets that agents open themselves for a customer become conversations, as if the customer had written. Pure."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from hd_bridge import roster
from hd_bridge.decide.beginning import Named, customer_of, first_steps, mailbox_of, speakers
from hd_bridge.decide.note import NoteFacts
from hd_bridge.decide.orders import Scene
from hd_bridge.house import House
from hd_bridge.mail.tokens import new_conversation_id
from hd_bridge.model import Ticket
from hd_bridge.people import Agent
from hd_bridge.policy import MailboxPolicy
from hd_bridge.work import Event, NewConversation

log = logging.getLogger("hd_bridge.begin")

SETTLED = 5.0  # seconds: within them another note may hide in the second of a change
MOST_KNOWN = 20_000  # tickets of others whose last change we remember
SINCE = "begins_since"  # the tracker's time; tickets of before our first start are nobody's new conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """When its newest change was first met, and whether it was read after another could hide in that second."""

    updated_on: datetime
    at: float
    settled: bool


class Begin:
    """Looks at changed tickets that are no conversation yet; remembers those that were looked at, so that each change
    costs one request, and one more when its second is over."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._met: dict[int, _Met] = {}

    def look(self, listed: Ticket) -> bool:
        """Whether the ticket has become a conversation now. Fails as the tracker does."""
        house = self._house
        mailbox = mailbox_of(listed.project, house.policy)
        if mailbox is None or not self._after_first_start(listed) or not self._is_new(listed):
            return False
        ticket = house.tracker.ticket(listed.number)
        facts = self._facts(ticket) if ticket else None
        self._remember(listed)
        if ticket is None or facts is None:
            return False
        languages = frozenset(house.templates.languages("answer"))
        scene = Scene(written=ticket.created_on, timezone=mailbox.timezone, languages=languages)
        named = customer_of(ticket, facts, scene, house.policy)
        return named is not None and self._begin(ticket, named, mailbox, facts)

    def _is_new(self, listed: Ticket) -> bool:
        met = self._met.get(listed.number)
        return met is None or met.updated_on != listed.updated_on or not met.settled

    def _remember(self, listed: Ticket) -> None:
        before = self._met.pop(listed.number, None)
        same = before is not None and before.updated_on == listed.updated_on
        now = self._house.clock.monotonic()
        at = before.at if before and same else now
        self._met[listed.number] = _Met(updated_on=listed.updated_on, at=at, settled=now - at >= SETTLED)
        if len(self._met) > MOST_KNOWN:
            self._met.pop(next(iter(self._met)))

    def _after_first_start(self, ticket: Ticket) -> bool:
        since = self._house.journal.meta(SINCE)
        return since is None or ticket.created_on >= datetime.fromisoformat(since)

    def _facts(self, ticket: Ticket) -> NoteFacts:
        house = self._house
        known = ((number, roster.writer(house, number)) for number in speakers(ticket))
        agents: tuple[tuple[int, Agent], ...] = tuple((number, agent) for number, agent in known if agent)
        grace = house.policy.answers.grace
        return NoteFacts(bridge=house.tracker.me(), agents=agents, since=None, now=house.clock.now(), grace=grace)

    def _begin(self, ticket: Ticket, named: Named, mailbox: MailboxPolicy, facts: NoteFacts) -> bool:
        house = self._house
        contact = house.journal.contact(named.address)
        new = NewConversation(
            id=new_conversation_id(),
            mailbox=mailbox.name,
            project=ticket.project,
            subject=ticket.subject,
            language=(contact.language if contact else None) or mailbox.language,
            address=named.address,
        )
        event = Event(
            source=f"ticket-{ticket.number}/begun",
            kind="opened",
            at=ticket.created_on,
            conversation=new.id,
            new=str(ticket.number),
        )
        steps = first_steps(ticket, new.id, named, facts, house.policy)
        begun = house.journal.adopt(new, ticket, steps, (event,), facts.now)
        if begun:
            log.info("ticket #%d was opened for a customer", ticket.number)
        return begun


def mark_first_start(house: House, moment: datetime | None) -> None:
    """From when on tickets count as new: kept once."""
    if moment is not None:
        house.journal.settle(SINCE, (moment - timedelta(seconds=1)).isoformat())
