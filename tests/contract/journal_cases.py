"""Mails, plans and steps as the journal's tests use them, each with only what the test speaks of. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hd_bridge.model import Draft, Note, Ticket, Verdict
from hd_bridge.ports import Journal
from hd_bridge.work import (
    AddNote,
    Arrival,
    Claim,
    Effects,
    NewConversation,
    OpenTicket,
    Outline,
    Plan,
    PrivateNote,
    SendLetter,
    State,
    Step,
    Wanted,
)

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
LEASE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ANN = "ann@example.com"
SUPPORT = "support@example.org"
ALL_OPEN: frozenset[str] = frozenset()
DRAFT = Draft(project="shop", subject="Broken", description="It is broken.")


def mail(number: int = 1, place: str | None = None, subject: str = "Broken", body: str = "It is broken.") -> Arrival:
    """A small mail; its number makes its Message-ID, its place and the cursor after it."""
    raw = f"Message-ID: <m{number}@example.com>\r\nFrom: {ANN}\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()
    return Arrival(
        raw=raw, size=len(raw), internal_date=NOW + number * SECOND, place=place or f"1/{number}", cursor=f"c{number}"
    )


def receive(journal: Journal, *arrivals: Arrival, mailbox: str = "support", address: str = SUPPORT) -> list[str]:
    """The keys of mails once they are received (one mail if none is given)."""
    receipts = journal.receive(mailbox, address, arrivals or (mail(),), NOW)
    return [receipt.key for receipt in receipts]


def outline(number: int = 1, **more: Any) -> Outline:
    """What a mail says, for the journal."""
    told = {"subject": "Broken", "sender_name": "Ann", "sender_email": ANN, "reply": f"text {number}"}
    return Outline(message_id=f"<m{number}@example.com>", **(told | more))


def new(conversation: str = "talk", **more: Any) -> NewConversation:
    """A conversation that Ann opens."""
    told = {"mailbox": "support", "project": "shop", "subject": "Broken", "language": "en", "address": ANN}
    return NewConversation(id=conversation, **(told | more))


def plan(key: str, verdict: Verdict = Verdict.NEW, **more: Any) -> Plan:
    """A plan for a mail."""
    return Plan(mail=key, verdict=verdict, why="because", **more)


def begin_talk(journal: Journal, number: int = 1, conversation: str = "talk", steps: Sequence[Step] = ()) -> str:
    """Receive a mail and begin a conversation with it; the mail's key."""
    (key,) = receive(journal, mail(number))
    journal.commit(plan(key, begins=new(conversation), steps=tuple(steps)), outline(number), NOW)
    return key


def opening(key: str = "a/open", lane: str = "talk", **more: Any) -> OpenTicket:
    """A step that opens a ticket."""
    return OpenTicket(key=key, lane=lane, mail="a", draft=DRAFT, **more)


def note(key: str, lane: str = "talk", **more: Any) -> AddNote:
    """A step that adds a mail to its ticket."""
    return AddNote(key=key, lane=lane, mail="a", notes="And now it burns.", **more)


def private(key: str, lane: str = "talk", **more: Any) -> PrivateNote:
    """A step that tells the agents something."""
    return PrivateNote(key=key, lane=lane, notes="Look here.", **more)


def letter_to(*to: str, key: str = "a/ack", lane: str = "talk", **more: Any) -> SendLetter:
    """A step that sends an acknowledgement."""
    told = {"kind": "ack", "template": "ack", "language": "en", "mailbox": "support"}
    return SendLetter(key=key, lane=lane, to=to or (ANN,), **(told | more))


def ticket(number: int = 7, **more: Any) -> Ticket:
    """A ticket as the tracker tells it, last changed an hour ago."""
    plain = Ticket(
        number=number,
        project="shop",
        tracker="Support",
        subject="Broken",
        status="New",
        closed=False,
        priority="Normal",
        created_on=NOW - HOUR,
        updated_on=NOW - HOUR,
    )
    return replace(plain, **more)


def tracker_note(id: int, *, private: bool = False) -> Note:
    """A note on a ticket."""
    return Note(id=id, user_id=3, user="Agent", created_on=NOW, notes="Hello", private=private)


def claim(journal: Journal, now: datetime = NOW, worker: str = "w1", doors: frozenset[str] = ALL_OPEN) -> Claim | None:
    """What one worker is given now."""
    return journal.claim(Wanted(worker=worker, lease=LEASE, doors=doors), now)


def claimed(journal: Journal, now: datetime = NOW, worker: str = "w1") -> str | None:
    """The key of what one worker is given now."""
    found = claim(journal, now, worker)
    return found.step.key if found else None


def finish(journal: Journal, key: str, now: datetime = NOW, **effects: Any) -> None:
    """Claim and finish a step."""
    journal.finish(key, now, Effects(**effects))


def state(journal: Journal, key: str) -> State:
    """Where a step stands."""
    return State(
        next(step.state for step in journal.steps(conversation=None, states=(), limit=10_000) if step.key == key)
    )
