"""Mails decided once more, by today's rules; nothing is written. Pure.

A mail that the journal has decided is put before today's rules as it was then: with the conversations, people and
letters of that moment, so that what differs comes from the rules and from nothing that has happened since. It is also
compared with what was decided for it and not with what would have become of the mails before it: one changed rule is
one difference, not a hundred. A mail that the journal does not know is decided as if it had come at its own time, on
top of the mails before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from hd_bridge import consider
from hd_bridge.decide.differences import Difference, differences
from hd_bridge.house import House
from hd_bridge.imagined import Imagined
from hd_bridge.mail.key import receipt_key
from hd_bridge.model import Email
from hd_bridge.policy import MailboxPolicy
from hd_bridge.views import Decided
from hd_bridge.work import Plan, Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A mail of a source: its bytes (of one over the cap the beginning), when it came, and the mailbox where that is
    known. ``trouble`` says why there are none."""

    name: str
    raw: bytes = b""
    truncated: bool = False
    at: datetime
    mailbox: str | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What would become of one mail now; ``then`` is what became of it, where the journal knows it."""

    name: str
    at: datetime
    email: Email
    plan: Plan
    then: Decided | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stopped:
    """A clock that stands at the moment of a decision."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return 0.0


@dataclass(slots=True)
class Replay:
    """One run over mails, oldest first. ``box`` is the mailbox of mails that do not tell theirs, else the one that
    they are addressed to."""

    house: House
    box: MailboxPolicy | None = None
    tally: Counter[str] = field(default_factory=Counter)
    _imagined: Imagined = field(init=False)

    def __post_init__(self) -> None:
        self._imagined = Imagined(self.house.journal)

    def replay(self, piece: Piece) -> Replayed:
        """One mail."""
        then = self._then(piece)
        done = self._once_more(piece, then) if then else self._as_if_new(piece)
        self._count(done)
        return done

    def _then(self, piece: Piece) -> Decided | None:
        """Its decision in this mailbox; of a mail that came to several, the one of its first receipt."""
        known = self.house.journal.decided(receipt_key("", piece.raw)[2])
        wanted = piece.mailbox or (self.box.name if self.box else None)
        here = (one for one in known if one.mail.mailbox == wanted)
        return next(here, None) if piece.mailbox else next(here, next(iter(known), None))

    def _once_more(self, piece: Piece, then: Decided) -> Replayed:
        mail = then.mail
        received = Received(
            key=mail.key,
            mailbox=mail.mailbox,
            place=then.place,
            raw=piece.raw,
            internal_date=mail.internal_date,
            received_at=mail.received_at,
            truncated=then.truncated,
            also_at=then.also_at,
            vouched=then.vouched,
        )
        email = consider.read(self.house, received)
        journal = self.house.journal.past(then.decided_at, mail.received_at)
        plan = consider.decide_or_hold(replace(self.house, clock=_Stopped(then.decided_at)), email, received, journal)
        known = journal.conversation(plan.conversation) if plan.conversation else None
        return Replayed(
            name=piece.name,
            at=mail.received_at,
            email=email,
            plan=plan,
            then=then,
            differences=differences(
                mail,
                plan,
                ticket_now=known.ticket if known else None,
                steps_then=[step.key for step in self.house.journal.steps_from(mail.key)],
            ),
        )

    def _as_if_new(self, piece: Piece) -> Replayed:
        received = Received(
            key="",
            mailbox="",
            place="",
            raw=piece.raw,
            internal_date=piece.at,
            received_at=piece.at,
            truncated=piece.truncated,
        )
        email = consider.read(self.house, received)
        policy = self.house.policy
        box = policy.mailbox(piece.mailbox) if piece.mailbox else self.box or consider.addressed(policy, email)
        key = receipt_key(box.address, piece.raw)[0]
        email, received = replace(email, key=key), replace(received, key=key, mailbox=box.name)
        plan = consider.decide_or_hold(replace(self.house, clock=_Stopped(piece.at)), email, received, self._imagined)
        self._imagined.commit(plan, consider.outline(email), piece.at)
        return Replayed(name=piece.name, at=piece.at, email=email, plan=plan)

    def _count(self, done: Replayed) -> None:
        self.tally["mails"] += 1
        self.tally["known" if done.then else "unknown"] += 1
        self.tally["different"] += bool(done.differences)
        if done.then and done.then.mail.choices is None and done.plan.choices is not None and not done.differences:
            self.tally["choices unknown"] += 1
        for one in done.differences:
            kind = f"{one.what}: {one.then} → {one.now}" if one.what in ("verdict", "acknowledge") else one.what
            self.tally[f"difference {kind}"] += 1
        self.tally[f"now {done.plan.verdict.value}"] += 1
