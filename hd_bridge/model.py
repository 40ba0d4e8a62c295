"""The words of the house: mails, tickets, contacts, plans and what they are made of. Pure.

All are frozen values. Times are aware datetimes in UTC. Addresses are lower-case addr-specs (RFC 5322 §3.4.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hd_bridge.relations import Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox of RFC 5322 §3.4: display name (may be empty) and lower-case addr-spec."""

    name: str = ""
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a mail: safe unique ``name``, decoded ``content`` (see Reader); ``inline`` if the HTML shows it."""

    name: str
    media_type: str
    content: bytes
    sha256: str
    inline: bool = False
    content_id: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a delivery status notification says (RFC 3464); ``permanent`` is status class 5."""

    failed: tuple[str, ...]
    permanent: bool
    original_message_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The mail within a mail that passes it on: ``text`` is what its sender wrote, ``markup`` the same as CommonMark
    where it is HTML; ``comment`` is what the one who passed it on wrote above it, ``attachments`` are its files."""

    sender: Address
    subject: str
    date: datetime | None
    text: str
    markup: str | None
    comment: str
    message_id: str | None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """A mail as it was read, whatever it did wrong. ``key`` is the first 24 hex digits of its receipt key.
    ``text`` is the whole plain text, ``html`` the whole HTML body (empty: none), ``reply`` only what the customer wrote
    now (never empty when ``text`` is not), ``quoted`` the rest; ``passages`` (is it quoted, its lines) are both in
    order, only where answers stand below or within quoted lines. ``markup`` is ``reply``, with quotes that it answers,
    as CommonMark, ``cid:`` links resolved to attachment names where the mail is HTML, else ``None``. ``automatic`` is
    the sign that proves a machine wrote (``None``: none), ``unanswerable`` the sign that only forbids answering (a
    list, RFC 2369). ``headers`` are decoded and unfolded. ``forwarded`` is looked for only where one of us wrote.
    """

    key: str
    message_id: str | None
    date: datetime | None
    sender: Address | None
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    reply: str = ""
    quoted: str = ""
    passages: tuple[tuple[bool, str], ...] = ()
    html: str = ""
    markup: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    automatic: str | None = None
    unanswerable: str | None = None
    bounce: Bounce | None = None
    language: str | None = None
    size: int = 0
    defects: tuple[str, ...] = ()
    forwarded: Forwarded | None = None

    def header(self, name: str) -> str:
        """The first header of that name, decoded and unfolded; empty where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


class Verdict(StrEnum):
    """What becomes of a mail."""

    NEW = "new"
    FOLLOW_UP = "follow-up"
    IGNORE = "ignore"
    BOUNCE = "bounce"
    HOLD = "hold"


class Trust(StrEnum):
    """How far a sender is believed to belong to a ticket (mail.md)."""

    VERIFIED = "verified"
    PARTICIPANT = "participant"
    BEARER = "bearer"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One rule that was tried on a mail, what it found and on what evidence."""

    rule: str
    outcome: str
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A conversation that a mail points at, how it does so, and how far its sender is trusted there.

    ``proven`` is true for a valid signed token, ``by_agent`` where From is one of us who is not on the ticket as its
    customer. ``closed_at`` is when the ticket was closed, if it is.
    """

    conversation: str
    ticket: int | None
    matched_by: str
    trust: Trust
    proven: bool = False
    by_agent: bool = False
    closed: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person who writes to us: several addresses, earlier tickets newest first (numbers in the tracker)."""

    id: int | None = None
    name: str = ""
    company: str = ""
    language: str | None = None
    addresses: tuple[str, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    ticket_count: int = 0
    last_tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A ticket to be opened. Names are the tracker's; ``None`` leaves the choice to the project's defaults.

    ``fields`` are custom fields by name (or by decimal id). ``subject`` has at most 255 characters (Redmine).
    """

    project: str
    subject: str
    description: str
    tracker: str | None = None
    category: str | None = None
    priority: str | None = None
    assignee: str | None = None
    due_date: date | None = None
    private: bool = False
    watchers: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that lies in the tracker, not yet on a ticket: single-use ``token``, as it shall be named there."""

    token: str
    name: str
    media_type: str = "application/octet-stream"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change to a ticket; only what is set is changed. ``status`` and ``fields`` are by name."""

    notes: str = ""
    private: bool = False
    status: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One line of a journal's details: ``kind`` is ``attr``, ``cf``, ``attachment`` or ``relation`` (Redmine)."""

    kind: str
    name: str
    old: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One journal of a ticket, as the tracker tells it: text, author, time (whole seconds), changed details."""

    id: int
    user_id: int
    user: str
    created_on: datetime
    notes: str = ""
    private: bool = False
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFile:
    """A file on a ticket."""

    id: int
    name: str
    size: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as the tracker tells it now; ``notes`` (by id) and ``relations`` only where it is told whole."""

    number: int
    project: str
    tracker: str
    subject: str
    status: str
    closed: bool
    priority: str
    author_id: int = 0
    category: str | None = None
    assignee: str | None = None
    due_date: date | None = None
    private: bool = False
    description: str = ""
    created_on: datetime
    updated_on: datetime
    closed_on: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[TicketFile, ...] = ()
    notes: tuple[Note, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The answer to a created ticket: as it was read back, and what the tracker did not know or take, in words.

    ``unsettled`` are custom fields whose ids were learnt only from this answer: one change completes the ticket.
    """

    ticket: Ticket
    unknown: tuple[str, ...] = ()
    unsettled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The names that a project of the tracker knows; ``closed`` of a status tells whether it ends a ticket."""

    project: str
    trackers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    statuses: tuple[tuple[str, bool], ...] = ()
    assignees: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Tickets changed since a moment, oldest change first, without notes; ``server_time`` is a time that the tracker's
    clock has passed, or (``by_clock``) what it showed."""

    tickets: tuple[Ticket, ...]
    server_time: datetime | None = None
    by_clock: bool = False
