"""What is on its way: arrivals, plans, the claims on steps (steps.py), and what finishing one has changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hd_bridge.model import Contact, Match, Ticket, Trace, Verdict
from hd_bridge.policy import Choices
from hd_bridge.steps import UNFINISHED as UNFINISHED
from hd_bridge.steps import AddNote as AddNote
from hd_bridge.steps import BaseStep as BaseStep
from hd_bridge.steps import FileAway as FileAway
from hd_bridge.steps import KeepCopy as KeepCopy
from hd_bridge.steps import OpenTicket as OpenTicket
from hd_bridge.steps import PrivateNote as PrivateNote
from hd_bridge.steps import PublishPage as PublishPage
from hd_bridge.steps import ReadNote as ReadNote
from hd_bridge.steps import ReadStatus as ReadStatus
from hd_bridge.steps import Relate as Relate
from hd_bridge.steps import SendLetter as SendLetter
from hd_bridge.steps import SetFields as SetFields
from hd_bridge.steps import SetStatus as SetStatus
from hd_bridge.steps import State as State
from hd_bridge.steps import Step as Step
from hd_bridge.steps import door_of as door_of
from hd_bridge.views_guard import Breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail as a mailbox hands it out: untouched bytes, the server's date, where it lies and the cursor after it.

    ``truncated`` marks a mail over the size cap: ``raw`` is then its header and the first part of its body.
    """

    raw: bytes
    size: int
    internal_date: datetime
    place: str
    cursor: str
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail in the journal, with what was known at receipt; ``also_at`` names the mailbox that had it first.

    ``vouched`` is true once a person has released it from hold.
    """

    key: str
    mailbox: str
    place: str
    raw: bytes
    internal_date: datetime
    received_at: datetime
    truncated: bool = False
    also_at: str | None = None
    vouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """A conversation that a plan begins; its id is random, so that its page's address is known before its number."""

    id: str
    mailbox: str
    project: str
    subject: str
    language: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that figures will need: ``kind`` and ``data`` are free words, ``source`` makes it unique.

    Kinds: received, opened, noted, acknowledged, answered, status, category, assignee, project, due, priority,
    tracker, tags, solved, reopened, bounced, blocked, flood, gap. ``at`` is the tracker's time where it tells one.
    """

    source: str
    kind: str
    at: datetime
    conversation: str | None = None
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a mail leads to: a verdict that carries its reason, and steps. Nothing has happened yet.

    ``contact`` is written as given (its ``addresses`` are added to those known); ``joins`` are addresses that
    become participants of the conversation; ``succeeds`` is an earlier conversation that goes on in
    the one that begins; ``marks`` are (address, "temporary" or "permanent") of failed delivery;
    ``breaker`` is how it stands after this mail, if it kept a letter back;
    ``choices`` are what configuration chose for a new ticket, in its own spelling, so that a later one can be compared.
    """

    mail: str
    verdict: Verdict
    why: str
    acknowledge: bool = False
    why_not_acknowledged: str = ""
    match: Match | None = None
    conversation: str | None = None
    begins: NewConversation | None = None
    succeeds: str | None = None
    contact: Contact | None = None
    joins: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    breaker: Breaker | None = None
    steps: tuple[Step, ...] = ()
    events: tuple[Event, ...] = ()
    trail: tuple[Trace, ...] = ()
    choices: Choices | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A step in the hands of one worker. ``in_doubt``: an earlier call may have happened, ask first.

    ``rest_until`` is when an unanswered call can no longer be running; ``memo`` holds what earlier tries have
    learnt (upload tokens), ``ticket`` the conversation's ticket number once there is one.
    """

    step: Step
    worker: str
    tries: int
    in_doubt: bool = False
    rest_until: datetime | None = None
    ticket: int | None = None
    memo: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a worker would do next: a step of a ``strand`` (a conversation with all its lanes, or a lane that belongs to
    none; ``None``: any) that needs none of ``doors`` (those are closed). ``lease`` is how long it may take."""

    worker: str
    lease: timedelta
    doors: frozenset[str] = frozenset()
    strand: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A rendered mail as it is sent: the same bytes and Message-ID however often it is tried.

    ``sender`` is the envelope sender (``None``: the null sender, RFC 5321 §4.5.5).
    """

    message_id: str
    sender: str | None
    to: tuple[str, ...]
    subject: str
    text: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A recipient whom the relay did not take for good, in its words; ``gone`` where there is no such address."""

    address: str
    why: str
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a finished step has changed, written in the transaction that finishes it.

    ``ticket`` is the ticket as read back (and becomes the conversation's if it had none); ``steps`` follow on, and
    ``letters`` are rendered already, by the keys of their steps; ``joins`` are addresses that take part from now on;
    ``sent`` is a Message-ID that now belongs to the conversation; ``marks`` are as a Plan's;
    ``note`` says in words what was done.
    """

    ticket: Ticket | None = None
    sent: str | None = None
    events: tuple[Event, ...] = ()
    steps: tuple[Step, ...] = ()
    letters: tuple[tuple[str, Letter], ...] = ()
    joins: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a journal made of an arrival: its key, and whether it was new here."""

    key: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What the journal shows of a mail without reading it again; ``reply`` and ``files`` are what pages show."""

    message_id: str | None
    subject: str
    sender_name: str
    sender_email: str
    reply: str
    files: tuple[str, ...] = ()
    language: str | None = None
    automatic: bool = False
