"""How one installation wants its mail treated: what config.yaml becomes once it is checked. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from hd_bridge.people import Agents
from hd_bridge.policy_answers import AnswerPolicy, FollowUps


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One condition of a rule: a ``subject`` of the mail compared with ``values``; any value that fits will do.

    ``what``: mailbox, from, domain, to, subject, body, header (``name`` says which), language, file, size,
    has-file, contact, company. ``how``: contains, matches (a pattern of the package ``regex``), is, over, under.
    Texts are compared without regard to case; ``size`` is in bytes; ``has-file`` takes "yes" or "no".
    """

    __test__ = False  # not a test case of pytest

    what: str
    how: str
    values: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """True when every condition is; an empty one is true (a rule that always fits)."""

    of: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """True when one of its conditions is."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """True when its condition is not."""

    of: Condition


Condition = Test | All | Any | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What rules choose for a new ticket; ``None`` leaves it open. ``acknowledge`` is a template, or "" for none."""

    project: str | None = None
    tracker: str | None = None
    category: str | None = None
    priority: str | None = None
    assignee: str | None = None
    due_in: timedelta | None = None
    tags: tuple[str, ...] = ()
    private: bool | None = None
    watchers: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    acknowledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When a mail fits ``when``, ``then`` adds to the choices (the first rule to set a thing wins; tags add up).

    ``stop`` ends the search.
    """

    name: str
    when: Condition
    then: Choices
    stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPolicy:
    """One support address and how its mail is treated; ``afterwards`` is keep, flag or ``move:<folder>``. ``sent`` is
    the folder that gets a copy of what people answer, "" for none.

    ``subaddress`` is the sign between name and detail (``+``) where mail to name+detail@ arrives here too, else "".
    ``authserv_id`` is how its mail server names itself in Authentication-Results (RFC 8601), "" where it writes none.
    ``subject_tag`` is how its letters name a ticket in their subject.
    """

    name: str
    address: str
    aliases: tuple[str, ...] = ()
    project: str
    tracker: str | None = None
    language: str = "en"
    timezone: str = "UTC"
    sender_name: str = ""
    acknowledge: str = "ack"
    afterwards: str = "keep"
    sent: str = ""
    own_ticket: bool = False
    subaddress: str = ""
    authserv_id: str = ""
    subject_tag: str = "[{project} #{ticket}]"

    @property
    def addresses(self) -> frozenset[str]:
        """Every address under which mail for this mailbox comes in, lower-case."""
        return frozenset({self.address, *self.aliases})

    def tag(self, project: str, ticket: int) -> str:
        """How a letter's subject names a ticket."""
        return self.subject_tag.replace("{project}", project).replace("{ticket}", str(ticket))

    def detail(self, address: str) -> str:
        """What stands between sign and @ of a sub-address of ours; "" for every other address."""
        local, _, domain = address.rpartition("@")
        for own in self.addresses if self.subaddress else ():
            name, _, at = own.rpartition("@")
            if domain == at and local.startswith(name + self.subaddress):
                return local.removeprefix(name + self.subaddress)
        return ""

    def subaddressed(self, detail: str) -> str:
        """Our address with a detail."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}{self.subaddress}{detail}@{domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The governor of automatic answers: letters per window of ``hours``; ``same_subject`` and ``sender`` per address.

    ``mailbox`` and ``total`` are for one mailbox and for all of them in one hour: beyond them a breaker opens, which
    closes again when ``cool_down`` has passed without as many more.
    """

    same_subject: int = 2
    sender: int = 10
    hours: int = 3
    mailbox: int = 200
    total: int = 500
    cool_down: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """When a sender's mails are held: after so many ``mails`` ``within`` a time; never those of ``excepted``."""

    mails: int = 50
    within: timedelta = timedelta(hours=1)
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """Custom fields of the tracker (name or decimal id) that mirror what is known of a mail; ``None``: none."""

    customer_name: str | None = None
    customer_email: str | None = None
    company: str | None = None
    tags: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The behaviour of one installation.

    ``reply_within`` is by category; ``site_url`` ends in "/" and is empty where no page is published; ``agents`` are
    our own people; ``reopen_status`` is set when a customer writes to a closed ticket (``None``: it stays closed),
    unless that was closed longer ago than ``reopen_within`` (``None``: never too long); ``markup`` is "textile" or
    "common_mark", as the tracker formats its texts. Mail with a token of ours from an address that is not on its ticket
    is a private note (``bearer`` "private") or waits for a person ("hold"). Whom a customer copies in joins the ticket
    (``copied``): "yes", "no", or those of their "same_domain".
    """

    instance: str
    mailboxes: tuple[MailboxPolicy, ...]
    rules: tuple[Rule, ...] = ()
    acknowledge_within: timedelta = timedelta(hours=24)
    acknowledge_passed_on: bool = True
    reopen_status: str | None = None
    reopen_within: timedelta | None = timedelta(days=30)
    automatic_allow: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    flood: Flood = field(default_factory=Flood)
    free_mail: frozenset[str] = frozenset()
    caps: Caps = field(default_factory=Caps)
    fields: FieldNames = field(default_factory=FieldNames)
    reply_within: tuple[tuple[str, timedelta], ...] = ()
    site_url: str = ""
    faq_url: str = ""
    markup: str = "textile"
    agents: Agents = field(default_factory=Agents)
    operator: str | None = None
    remind: timedelta = timedelta(weeks=1)
    bearer: str = "private"
    copied: str = "yes"
    answers: AnswerPolicy = field(default_factory=AnswerPolicy)
    follow_ups: FollowUps = field(default_factory=FollowUps)

    def mailbox(self, name: str) -> MailboxPolicy:
        """The mailbox of that name; KeyError if there is none."""
        for box in self.mailboxes:
            if box.name == name:
                return box
        raise KeyError(name)

    @property
    def own_addresses(self) -> frozenset[str]:
        """All addresses that are ours, of every mailbox."""
        return frozenset(address for box in self.mailboxes for address in box.addresses)

    def is_ours(self, address: str) -> bool:
        """Whether an address is one of our mailboxes', with or without a detail, or an agent's."""
        mailboxes = address in self.own_addresses or any(box.detail(address) for box in self.mailboxes)
        return mailboxes or self.agents.is_agent_address(address)

    @property
    def projects(self) -> tuple[str, ...]:
        """Every project whose tickets are ours: those of the mailboxes, and those that rules put tickets into."""
        ruled = (rule.then.project for rule in self.rules if rule.then.project)
        return tuple(dict.fromkeys([*(box.project for box in self.mailboxes), *ruled]))
