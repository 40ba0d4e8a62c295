"""The doors of the house: what beats 1 to 3 need of the world, and how it may fail. Pure.

Every method of a door out raises only ``Closed``, ``NotNow``, ``Doubtful`` or ``Refused`` (errors.py).
Every method of the Journal is one transaction; it raises ``JournalError`` when it cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from hd_bridge.findings import Finding
from hd_bridge.model import Ticket
from hd_bridge.ports_answering import Answering
from hd_bridge.ports_contacts import Contacts
from hd_bridge.ports_deciding import Verdicts
from hd_bridge.ports_following import Following
from hd_bridge.ports_guard import Guarding
from hd_bridge.ports_hindsight import Hindsight
from hd_bridge.ports_losses import Losses
from hd_bridge.ports_outgoing import Outgoing
from hd_bridge.ports_tracker import Tracker as Tracker
from hd_bridge.views import (
    Answered,
    Correspondence,
    DoorState,
    MailSummary,
    PageFacts,
    StepSummary,
)
from hd_bridge.views_ticket import TicketRow
from hd_bridge.work import (
    Arrival,
    Claim,
    Effects,
    Event,
    Letter,
    Receipt,
    Received,
    State,
    Step,
    Unreached,
    Wanted,
)


class Clock(Protocol):
    """Time, as the house sees it."""

    def now(self) -> datetime:
        """The wall clock, aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""


class Mailbox(Protocol):
    """A place where support mail arrives. Reading never changes it; only ``file_away`` and ``keep_copy`` do."""

    name: str

    def begin(self, since: datetime | None) -> tuple[str, tuple[str, ...]]:
        """The first cursor, and places that count as seen: with ``None`` all that is there now (RFC 9051 UIDNEXT),
        else all that came before ``since`` (``datetime.min``, aware: nothing)."""

    def since(self, cursor: str, known: Callable[[Sequence[str]], set[str]]) -> Iterator[Arrival]:
        """Mails after ``cursor``, oldest first; ``known`` tells which of some places the journal has already."""

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait until something may have arrived (True), or for ``seconds``, or until ``stop()`` is true."""

    def file_away(self, place: str, how: str) -> None:
        """``flag`` the mail or ``move:<folder>`` it; harmless to repeat, a mail that is gone is done."""

    def keep_copy(self, folder: str, raw: bytes, message_id: str) -> None:
        """Lay a letter of ours, read already, into a folder that is made where missing; harmless to repeat, since one
        with this Message-ID that lies there stays the only one."""

    def check(self) -> tuple[Finding, ...]:
        """Log in read-only and say what is found."""

    def close(self) -> None:
        """Let go of connections; the next call opens them again."""


class Outbox(Protocol):
    """The way letters leave."""

    def send(self, letter: Letter, accepted: Callable[[], None]) -> tuple[Unreached, ...]:
        """Hand a letter over; the recipients who were refused for good where others were taken. ``accepted`` is called
        once all have been asked, just before the content goes (SMTP DATA, RFC 5321 §4.1.1.4): before it failures are
        Closed, NotNow (whoever would take it later is waited for) or Refused (nobody takes it), after it Doubtful
        too."""

    def check(self) -> tuple[Finding, ...]:
        """Log in, try the null sender, send nothing."""


class Publisher(Protocol):
    """Where pages are put: whole files under relative paths."""

    def put(self, path: str, content: bytes) -> None:
        """Write a file whole (atomic rename); harmless to repeat."""

    def remove(self, path: str) -> None:
        """Take a file away if it is there."""

    def check(self) -> tuple[Finding, ...]:
        """Say whether pages can be written."""


class Inbox(Protocol):
    """The Journal: mails, from receipt to verdict."""

    def cursor(self, mailbox: str) -> str | None:
        """Where reading of a mailbox stands; ``None`` before its first start."""

    def begin(self, mailbox: str, cursor: str, seen: Sequence[str]) -> None:
        """Keep the first cursor and the places that count as seen."""

    def known(self, mailbox: str, places: Sequence[str]) -> set[str]:
        """Those of ``places`` that were received or count as seen."""

    def receive(self, mailbox: str, address: str, arrivals: Sequence[Arrival], now: datetime) -> tuple[Receipt, ...]:
        """Keep mails and the cursor after them. A key that is known is not kept again (house.md, receive)."""

    def undecided(self, limit: int) -> tuple[Received, ...]:
        """Mails without a verdict, in order of receipt."""

    def any_undecided(self) -> bool:
        """Whether there are any; reads none of them."""

    def received(self, key: str) -> Received | None:
        """One mail, its bytes included; ``raw`` is empty once retention has forgotten it."""

    def vouch(self, key: str) -> bool:
        """A person releases a held mail: it is undecided again, with ``vouched`` set. False if it is not held."""

    def dismiss(self, key: str, why: str, now: datetime) -> bool:
        """A person drops a held mail: it is ignored from now on. False if it is not held."""

    def mail(self, key: str) -> MailSummary | None:
        """What became of one mail (a unique prefix of its key will do)."""

    def mails_of(self, conversation: str) -> tuple[MailSummary, ...]:
        """The mails of one conversation, oldest first."""


class Steps(Protocol):
    """The Journal: steps, from plan to done. Where a ``worker`` is named, nothing moves unless the claim is theirs:
    one that lost it must not end what another has begun."""

    def claim(self, wanted: Wanted, now: datetime) -> Claim | None:
        """The oldest step that may be done now."""

    def strands(self, now: datetime, doors: frozenset[str], limit: int) -> tuple[str, ...]:
        """Strands with a step that may be done now, the longest waiting first."""

    def doing(self, key: str, worker: str, now: datetime, rest_until: datetime) -> None:
        """Commit that a call is about to be made; ``Doubtful`` if the claim was lost meanwhile."""

    def remember(self, key: str, memo: Mapping[str, str], *, worker: str | None = None) -> None:
        """Keep what a step has learnt so far (upload tokens); who lost the claim only fills what is blank."""

    def finish(
        self, key: str, now: datetime, effects: Effects, *, lasting: bool = True, then: Wanted | None = None
    ) -> Claim | None:
        """The step is done, and so are its effects; what its worker does ``then`` is claimed at once. Not ``lasting``:
        a power cut may take this back, and the step is in doubt then."""

    def again(self, key: str, at: datetime, why: str, *, worker: str | None = None) -> None:
        """Nothing happened; due again at a time."""

    def rest(self, key: str, until: datetime, why: str, *, worker: str | None = None) -> None:
        """It may have happened, if a call was begun; ask at ``until``."""

    def hold(self, key: str, why: str, effects: Effects | None = None, *, worker: str | None = None) -> None:
        """A person must look at it."""

    def drop(self, key: str, why: str, *, worker: str | None = None) -> None:
        """Never to be done; steps that wait for it are dropped too, and mails that these would have added to its
        ticket are undecided again."""

    def release(self, key: str, now: datetime) -> bool:
        """A person lets a held step be tried again. False if it is not held."""

    def add(self, steps: Sequence[Step], events: Sequence[Event] = ()) -> None:
        """Steps that come from no mail (a change in the tracker, the time); those known are left alone."""

    def recover(self, now: datetime, *, alone: bool = False, strand: str | None = None) -> int:
        """When leases end; before that (``alone``) for the only process that works here, at its start, and for the
        only one that works on a ``strand``: lost claims are due again, lost ``doing`` are in doubt and asked about
        now; what was lost time and again is held, as it may be what kills its workers. How many."""

    def letter(self, key: str) -> Letter | None:
        """The rendered letter of a step, if it was stored."""

    def store_letter(self, key: str, letter: Letter) -> Letter:
        """Keep a rendered letter; what was stored first is what is sent."""

    def correspondence(
        self, conversation: str | None, mail: str | None
    ) -> tuple[Correspondence | None, Answered | None]:
        """What a letter is made of: its conversation, and the mail that it answers."""

    def next_due(self, now: datetime) -> datetime | None:
        """When the earliest waiting or resting step comes due."""

    def steps(self, *, conversation: str | None, states: Sequence[State], limit: int) -> tuple[StepSummary, ...]:
        """Steps as people see them, oldest first; no ``states`` means all."""


class People(Protocol):
    """The Journal: tickets as they were seen."""

    def begun(self) -> bool:
        """Whether there is any conversation, whose letters our keys have signed."""

    def see(self, ticket: Ticket, events: Sequence[Event], steps: Sequence[Step], now: datetime) -> None:
        """Keep a ticket's snapshot, the notes seen on it, and what changed since the last one."""

    def snapshot(self, number: int) -> TicketRow | None:
        """How a ticket was when it was last seen."""

    def snapshots(self, numbers: Sequence[int]) -> dict[int, TicketRow]:
        """The same for many."""

    def ripe(self, now: datetime, age: timedelta, limit: int) -> tuple[int, ...]:
        """Tickets in the second of whose newest change another may hide, where that was met so long ago (or, by a clock
        that was set back since, is yet to come); those first where it was met first."""

    def watermark(self) -> datetime | None:
        """The tracker's time up to which changes were read."""

    def set_watermark(self, moment: datetime) -> None:
        """Move it."""


class Site(Protocol):
    """The Journal: what pages and reports show."""

    def page(self, conversation: str) -> PageFacts | None:
        """All that a ticket's page is made of."""

    def meta(self, key: str) -> str | None:
        """A small value of the installation (instance id, last digest)."""

    def set_meta(self, key: str, value: str) -> None:
        """Keep it."""

    def settle(self, key: str, value: str) -> str:
        """Keep it unless there is one; what is kept."""

    def door(self, state: DoorState) -> None:
        """Keep how a door stands."""

    def doors(self) -> tuple[DoorState, ...]:
        """How all doors stand."""

    def tally(self) -> Mapping[str, int]:
        """Counts for ``status``: mails by verdict, steps by state, conversations."""


class Journal(
    Inbox,
    Verdicts,
    Steps,
    People,
    Site,
    Losses,
    Guarding,
    Hindsight,
    Outgoing,
    Contacts,
    Answering,
    Following,
    Protocol,
):
    """All of it: the small memory of the house."""

    def close(self) -> None:
        """Let go of the database."""
