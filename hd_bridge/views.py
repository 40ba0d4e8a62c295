"""What the journal tells when it is asked: conversations, summaries, pages, counts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hd_bridge.model import Contact, Trace
from hd_bridge.policy import Choices
from hd_bridge.views_ticket import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConversation:
    """A conversation: its ticket once it has one, and who takes part in it (lower-case addresses).

    ``opened_step`` is the key of the step that opens its ticket: steps planned before there is one wait for it. It is
    ``abandoned`` when a person has dropped that step: nothing that belongs to it would ever be done. It is ``gone``
    when its ticket was deleted in the tracker; its ``heir`` is the conversation that its people go on in;
    ``moved_to`` is the project that the ticket was last seen in.
    """

    id: str
    mailbox: str
    project: str
    subject: str
    language: str
    address: str
    ticket: int | None = None
    participants: frozenset[str] = frozenset()
    closed: bool = False
    closed_at: datetime | None = None
    opened_step: str | None = None
    abandoned: bool = False
    gone: bool = False
    heir: str | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Automatic letters of the last hours, as the governor counts them."""

    sender: int = 0
    same_subject: int = 0
    mailbox: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSummary:
    """What became of one mail, and why; ``choices`` are what configuration chose for a new ticket, ``automatic`` one is
    a machine's."""

    key: str
    mailbox: str
    received_at: datetime
    internal_date: datetime
    message_id: str | None = None
    subject: str = ""
    sender_name: str = ""
    sender_email: str = ""
    verdict: str | None = None
    why: str = ""
    acknowledge: bool = False
    why_not_acknowledged: str = ""
    conversation: str | None = None
    ticket: int | None = None
    reply: str = ""
    files: tuple[str, ...] = ()
    trail: tuple[Trace, ...] = ()
    choices: Choices | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A mail that was decided, with what was known at its receipt (as ``work.Received``) and at its decision."""

    mail: MailSummary
    decided_at: datetime
    place: str = ""
    truncated: bool = False
    also_at: str | None = None
    vouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquaintance:
    """A contact, and those of their addresses where mail fails ("temporary" or "permanent")."""

    contact: Contact
    failing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealing:
    """A conversation with a contact, and its ticket as it was last seen."""

    conversation: str
    ticket: int | None
    subject: str
    address: str
    mailbox: str
    opened_at: datetime
    status: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """What a letter says of its conversation: the contact who owns the address, the ticket as it was last seen.

    ``status`` is ``None`` until there is a snapshot of the ticket; other texts are empty where nothing is known.
    """

    conversation: str
    address: str
    project: str
    ticket: int | None
    subject: str
    name: str
    company: str
    status: str | None
    closed: bool
    category: str
    assignee: str
    due_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The mail that a letter answers, as its customer meant it: of one that was passed on ``sender_email`` and
    ``message_id`` are the customer's, ``raw`` is not. No bytes where retention has forgotten them."""

    message_id: str | None
    subject: str
    sender_name: str
    sender_email: str
    reply: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSummary:
    """A step as people see it."""

    key: str
    kind: str
    state: str
    conversation: str | None = None
    ticket: int | None = None
    tries: int = 0
    due: datetime | None = None
    why: str = ""
    created_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSummary:
    """A letter as people see it: ``subject`` is its own once it was rendered, before that the conversation's; ``after``
    is the step that must be done first, ``due`` the time that must come."""

    key: str
    kind: str
    template: str
    language: str
    mailbox: str
    to: tuple[str, ...]
    automatic: bool
    state: str
    ticket: int | None = None
    subject: str = ""
    message_id: str | None = None
    tries: int = 0
    why: str = ""
    created_at: datetime
    after: str | None = None
    due: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorState:
    """How a door stands: ``open`` or not, since when, why, and when it last let something through."""

    name: str
    open: bool
    since: datetime
    why: str = ""
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMessage:
    """One message on a page: ``kind`` is customer or team; ``text`` is plain."""

    kind: str
    at: datetime
    name: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEvent:
    """One line of what happened when; kinds as in ``work.Event``."""

    kind: str
    at: datetime
    new: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """All that a ticket's page is made of, from mails received and letters sent, never from the tracker's notes."""

    conversation: str
    mailbox: str
    subject: str
    language: str
    opened_at: datetime
    ticket: TicketRow | None = None
    messages: tuple[PageMessage, ...] = ()
    events: tuple[PageEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A ticket that a mail opened, when the tracker says that it did, and what its step remembers of its files."""

    number: int
    mail: str
    at: datetime | None = None
    uploads: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedMail:
    """A mail by its key, with the server's date and the verdict, if it has one."""

    key: str
    mailbox: str
    internal_date: datetime
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerStep:
    """A step through the tracker's door: ``mail`` where it carries one, ``ticket`` as its conversation has it."""

    key: str
    kind: str
    state: str
    conversation: str | None = None
    mail: str | None = None
    ticket: int | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation in three words."""

    id: str
    opened_step: str | None = None
    ticket: int | None = None
