"""The section ``mailboxes``: where support mail arrives, and how the mail of each address is treated. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from hd_bridge.config.duration import Duration
from hd_bridge.config.names import Addresses, Host, Language, MailAddress, Port, Slug, Zone, loopback
from hd_bridge.config.secrets import SecretText
from hd_bridge.config.section import ExistingFile, HerePath, Line, Section
from hd_bridge.config.trust import AuthservId, SubaddressSign, room_for_detail
from hd_bridge.policy import MailboxPolicy


def _afterwards(text: str) -> str:
    if text not in ("keep", "flag") and not re.fullmatch(r"move:\s*[^\s].*", text):
        raise ValueError("is not known; expected keep, flag or move:FOLDER")
    return "move:" + text[5:].strip() if text.startswith("move:") else text


def template(text: str) -> str:
    """The name of a letter's template, or "" for ``none`` and ``no``."""
    if text in ("none", "no"):
        return ""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", text):
        raise ValueError("is not a template; expected a template's name such as ack, or none")
    return text


def _folder(text: str) -> str:
    return "" if text in ("none", "no") else text


def _start(value: Any) -> Any:
    if isinstance(value, str) and value not in ("now", "all"):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError("is not known; expected now, all or a date such as 2026-11-30") from None
    return value


def _tag(text: str) -> str:
    """A tag must be told from the words around it, or every number in a subject would be a ticket's."""
    left = text.replace("{project}", "").replace("{ticket}", "", 1)
    if (
        not re.search(r"\{ticket\}(?![\w{])", text)
        or re.search(r"[{}]", left)
        or not re.search(r"#\{ticket|[\[(]", text)
    ):
        raise ValueError("does not show what is a ticket; expected a tag such as [{project} #{ticket}] or (#{ticket})")
    if len(text) > 60:
        raise ValueError("is too long; expected at most 60 characters")
    return text


QUIET = timedelta(minutes=4)
SubjectTag = Annotated[Line, AfterValidator(_tag), Field(description="a tag such as [{project} #{ticket}]")]
Afterwards = Annotated[Line, AfterValidator(_afterwards)]
SentFolder = Annotated[Line, AfterValidator(_folder), Field(description="a folder's name, or none")]
Template = Annotated[Line, AfterValidator(template), Field(description="a template's name, or none")]
Start = Annotated[Line, BeforeValidator(_start), Field(description="now, all or a date")]


class _Mailbox(Section):
    """What mailboxes of all kinds have."""

    name: Slug
    address: MailAddress
    aliases: Addresses = ()
    project: Line = Field(description="the tracker's identifier of a project")
    tracker: Line | None = None
    language: Language = "en"
    timezone: Zone = "UTC"
    sender_name: Line = "Support"
    acknowledge: Template = "ack"
    afterwards: Afterwards = "keep"
    sent: SentFolder = ""
    start: Start = "now"
    each_mailbox: Literal["once", "own_ticket"] = "once"
    subaddress: SubaddressSign = ""
    authserv_id: AuthservId = ""
    subject_tag: SubjectTag = "[{project} #{ticket}]"

    @field_validator("subaddress")
    @classmethod
    def _fits(cls, value: str, info: ValidationInfo) -> str:
        if not room_for_detail(info.data.get("address", ""), value):
            raise ValueError("has no room: a local part has 64 letters, and we need 33 of them; expected no")
        return value

    @property
    def begins(self) -> datetime | None:
        """From when on mail is taken at the first start: ``None`` only new mail, ``datetime.min`` (UTC) all of it."""
        if self.start == "now":
            return None
        if self.start == "all":
            return datetime.min.replace(tzinfo=UTC)
        midnight = datetime.combine(date.fromisoformat(self.start), time(), ZoneInfo(self.timezone))
        return midnight.astimezone(UTC)

    def policy(self) -> MailboxPolicy:
        """The part of it that decisions need."""
        return MailboxPolicy(
            name=self.name,
            address=self.address,
            aliases=self.aliases,
            project=self.project,
            tracker=self.tracker,
            language=self.language,
            timezone=self.timezone,
            sender_name=self.sender_name,
            acknowledge=self.acknowledge,
            afterwards=self.afterwards,
            sent=self.sent,
            own_ticket=self.each_mailbox == "own_ticket",
            subaddress=self.subaddress,
            authserv_id=self.authserv_id,
            subject_tag=self.subject_tag,
        )


class MaildirMailbox(_Mailbox):
    """A Maildir on this machine."""

    kind: Literal["maildir"]
    path: HerePath
    poll: Duration = timedelta(seconds=2)

    @property
    def waits(self) -> timedelta:
        """How long one wait for news lasts."""
        return self.poll


class ImapMailbox(_Mailbox):
    """A folder on an IMAP server. ``poll`` is how often it is looked at where the server offers no IDLE."""

    kind: Literal["imap"]
    host: Host
    tls: Literal["tls", "starttls", "none"] = Field("tls", description="tls, starttls or none")
    port: Port | None = None
    username: Line
    password: SecretText
    folder: Line = "INBOX"
    ca_file: ExistingFile | None = None
    poll: Duration = timedelta(seconds=60)

    @property
    def waits(self) -> timedelta:
        """How long one wait for news lasts: an IDLE as long as firewalls remember a quiet connection. To begin anew
        each minute costs hundreds of mailboxes a fifth of a core. Without IDLE it is looked at within the wait."""
        return max(self.poll, QUIET)

    @field_validator("tls")
    @classmethod
    def _never_in_the_open(cls, value: str, info: ValidationInfo) -> str:
        if value == "none" and not loopback(info.data.get("host", "localhost")):
            raise ValueError("would send the password in the open; expected tls or starttls for another machine")
        return value

    @model_validator(mode="after")
    def _sent_elsewhere(self) -> ImapMailbox:
        if self.sent.casefold() == self.folder.casefold():
            raise ValueError("keeps copies (sent) in the folder that is read; expected another folder, such as Sent")
        return self

    @property
    def tcp_port(self) -> int:
        """The port as written, else the usual one (RFC 8314: 993, RFC 9051: 143)."""
        return self.port or (993 if self.tls == "tls" else 143)


MailboxSettings = Annotated[MaildirMailbox | ImapMailbox, Field(discriminator="kind")]
