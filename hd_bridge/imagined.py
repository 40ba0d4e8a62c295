"""The journal as it would be had some mails come in that never did: nothing of it is written anywhere. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hd_bridge.journal.subjects import normalised
from hd_bridge.model import Contact, Verdict
from hd_bridge.ports import Journal
from hd_bridge.views import Counts, KnownConversation
from hd_bridge.views_guard import Breaker, Standing
from hd_bridge.work import Outline, Plan, SendLetter

HOUR = timedelta(hours=1)
MOST_SENDERS = 5000  # mails back that a flood is looked for in
WORK = (Verdict.NEW, Verdict.FOLLOW_UP, Verdict.HOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    at: datetime
    to: tuple[str, ...]
    subject: str
    mailbox: str


@dataclass(slots=True)
class Imagined:
    """A ``Deciding`` over a journal that is only read: what it was told comes first, what the journal has after it."""

    journal: Journal
    _talks: dict[str, KnownConversation] = field(default_factory=dict)
    _ids: dict[str, list[str]] = field(default_factory=dict)
    _joined: dict[str, frozenset[str]] = field(default_factory=dict)
    _contacts: dict[str, Contact] = field(default_factory=dict)
    _letters: deque[_Letter] = field(default_factory=deque)
    _senders: deque[tuple[str, datetime]] = field(default_factory=lambda: deque(maxlen=MOST_SENDERS))
    _breakers: dict[str, Breaker] = field(default_factory=dict)

    def contact(self, address: str) -> Contact | None:
        """Who has this address."""
        return self._contacts.get(address) or self.journal.contact(address)

    def conversations_by_message_id(self, ids: Sequence[str]) -> tuple[KnownConversation, ...]:
        """Conversations to which these Message-IDs belong, imagined ones first."""
        names = dict.fromkeys(name for id in ids for name in self._ids.get(id, ()))
        own = [known for name in names if (known := self.conversation(name))]
        real = [self._with(known) for known in self.journal.conversations_by_message_id(ids) if known.id not in names]
        return (*own, *real)

    def conversation_by_ticket(self, number: int) -> KnownConversation | None:
        """The conversation of a ticket; imagined ones have none."""
        known = self.journal.conversation_by_ticket(number)
        return self._with(known) if known else None

    def conversation(self, id: str) -> KnownConversation | None:
        """One conversation."""
        known = self._talks.get(id) or self.journal.conversation(id)
        return self._with(known) if known else None

    def counts(self, address: str, subject: str, mailbox: str, now: datetime, hours: int) -> Counts:
        """Letters of the hours before ``now``, which need not be the present."""
        told = self.journal.past(now, now).counts(address, subject, mailbox, now, hours)
        since, hour = now - timedelta(hours=hours), now - HOUR
        while self._letters and self._letters[0].at <= min(since, hour):
            self._letters.popleft()
        theirs = [letter for letter in self._letters if address in letter.to and letter.at > since]
        lately = [letter for letter in self._letters if letter.at > hour]
        return Counts(
            sender=told.sender + len(theirs),
            same_subject=told.same_subject + sum(letter.subject == normalised(subject) for letter in theirs),
            mailbox=told.mailbox + sum(letter.mailbox == mailbox for letter in lately),
            total=told.total + len(lately),
        )

    def standing(self, address: str, patterns: Sequence[str], since: datetime, until: datetime, most: int) -> Standing:
        """The journal's word on a sender, and their mails that never came."""
        told = self.journal.standing(address, patterns, since, until, most)
        theirs = sum(who == address and since < at <= until for who, at in self._senders)
        return replace(told, mails=min(most, told.mails + theirs))

    def breakers(self) -> tuple[Breaker, ...]:
        """Those of the journal, as mails that never came would have changed them."""
        return tuple(({one.scope: one for one in self.journal.breakers()} | self._breakers).values())

    def commit(self, plan: Plan, outline: Outline, now: datetime) -> None:
        """What the plan would bring, for the mails after it."""
        if plan.breaker is not None:
            self._breakers[plan.breaker.scope] = plan.breaker
        if plan.verdict in WORK:
            self._senders.append((outline.sender_email, now))
        begins = plan.begins
        if begins is not None:
            self._talks[begins.id] = KnownConversation(
                id=begins.id,
                mailbox=begins.mailbox,
                project=begins.project,
                subject=begins.subject,
                language=begins.language,
                address=begins.address,
                participants=frozenset({begins.address}),
                opened_step=f"{plan.mail}/open/1",
            )
        if plan.contact is not None:
            met = replace(plan.contact, ticket_count=plan.contact.ticket_count + (begins is not None))
            self._contacts.update(dict.fromkeys(met.addresses, met))
        id = begins.id if begins else plan.conversation
        if id is not None:
            self._joined[id] = self._joined.get(id, frozenset()) | set(plan.joins)
            if outline.message_id:
                self._ids.setdefault(outline.message_id, []).append(id)
        letters = (step for step in plan.steps if isinstance(step, SendLetter) and step.automatic)
        about = normalised(outline.subject)
        self._letters.extend(_Letter(at=now, to=one.to, subject=about, mailbox=one.mailbox) for one in letters)

    def _with(self, known: KnownConversation) -> KnownConversation:
        joined = self._joined.get(known.id)
        return replace(known, participants=known.participants | joined) if joined else known
