"""The small sections: acknowledge, reopen, contacts, journal, operator, reading, log and their like. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationInfo

from hd_bridge.config.duration import Duration, duration
from hd_bridge.config.names import MailAddress
from hd_bridge.config.secrets import resolve
from hd_bridge.config.section import HerePath, Line, Section, default_path, omissible, surroundings
from hd_bridge.mail.senders import DOMAIN, PATTERN
from hd_bridge.policy import Caps, Flood

SQLITE = "sqlite:///"
Count = Annotated[int, Field(ge=1, le=100_000, description="a whole number from 1")]


def _senders(value: Any) -> Any:
    return _checked(value, PATTERN.pattern, "expected addresses, or example.com for a whole domain")


def _domains(value: Any) -> Any:
    return _checked(value, DOMAIN, "expected domains such as example.com")


def _checked(value: Any, pattern: str, expected: str) -> list[str]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"is not a list of words; {expected}")
    words = [word.strip().lower() for word in words]
    if not all(re.fullmatch(pattern, word) for word in words):
        raise ValueError(f"has a word that does not fit; {expected}")
    return words


def _always(value: Any) -> Any:
    return None if value == "always" else duration(value) if isinstance(value, str) else value


class CapSettings(Section):
    """The governor of automatic answers, as in ``policy.Caps``."""

    same_subject: Count = 2
    sender: Count = 10
    hours: int = Field(3, ge=1, le=168, description="hours, from 1 to 168")
    mailbox: Count = 200
    total: Count = 500
    cool_down: Duration = timedelta(hours=1)

    def policy(self) -> Caps:
        """The same as a plain value."""
        return Caps(**self.model_dump())


class AcknowledgeSettings(Section):
    """How late and how often a mail is acknowledged, and whether one that an agent has passed on is, too."""

    within: Duration = timedelta(hours=24)
    passed_on: bool = Field(True, description="yes or no")
    caps: CapSettings = omissible()


class ReopenSettings(Section):
    """The status that a closed ticket gets when its customer writes again; none: it stays closed. One that was closed
    for longer than ``within`` is left alone, and the mail becomes a new ticket; ``always``: never too long."""

    status: Line | None = None
    within: Annotated[timedelta | None, BeforeValidator(_always)] = Field(
        timedelta(days=30), description="a duration such as 30d, or always"
    )


class AutomaticSettings(Section):
    """Machines whose mail may open tickets (monitoring): addresses, or domains for all of their addresses."""

    allow: Annotated[tuple[Line, ...], BeforeValidator(_senders)] = ()


class FloodSettings(Section):
    """When one sender's mails are held: more than so many within a time; never those of some senders."""

    mails: Count = 50
    within: Duration = timedelta(hours=1)
    excepted: Annotated[tuple[Line, ...], BeforeValidator(_senders)] = Field((), alias="except")

    def policy(self) -> Flood:
        """The same as a plain value."""
        return Flood(mails=self.mails, within=self.within, excepted=self.excepted)


class ContactSettings(Section):
    """Domains beside the well-known ones whose addresses say nothing about a company."""

    free_mail: Annotated[tuple[Line, ...], BeforeValidator(_domains)] = ()


class CategorySettings(Section):
    """What customers may expect of a category."""

    reply_within: Duration


class OperatorSettings(Section):
    """Who hears of trouble, and how often at most."""

    email: MailAddress
    digest: Duration = timedelta(hours=1)
    remind: Duration = timedelta(weeks=1)


class ReadingSettings(Section):
    """How long one mail may take to be read before it is held."""

    within: Duration = timedelta(seconds=10)


class LogSettings(Section):
    """One line an event."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


def _journal_url(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        raise ValueError("is not a database address; expected sqlite:///PATH or postgresql+psycopg://…")  # noqa: TRY004
    secret = value.startswith(("env:", "file:"))
    url = resolve(value, surroundings(info)) if secret else value
    if url.startswith(SQLITE) and url != SQLITE and not re.search(r"[?#\0]", url):
        return f"{SQLITE}{surroundings(info).folder / url.removeprefix(SQLITE)}"
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("postgresql", "postgresql+psycopg")
    except ValueError:
        known = False
    if not known:
        raise ValueError("is not a database address; expected sqlite:///PATH or postgresql+psycopg://…")
    if not secret and (parts.password or "password" in parts.query):
        raise ValueError("holds a password; expected env:NAME or file:PATH for the whole address")
    return url


class JournalSettings(Section):
    """The small memory, and the file with the signing keys. ``url`` is an SQLAlchemy address, paths absolute."""

    url: Annotated[str, BeforeValidator(_journal_url)] = Field(
        "sqlite:///var/journal.sqlite", validate_default=True, repr=False
    )
    keys: HerePath = default_path("var/keys.json")

    @property
    def file(self) -> Path | None:
        """The SQLite file, ``None`` where the journal lives in a database server."""
        return Path(self.url.removeprefix(SQLITE)) if self.url.startswith(SQLITE) else None

    @property
    def exists(self) -> bool:
        """Whether there is a journal to open; a database server is taken to have one."""
        return self.file is None or self.file.exists()

    @property
    def end_file(self) -> Path:
        """What tells, outside of the journal, how far it goes: beside its file; of one in a database server beside the
        keys, on each machine."""
        beside = self.file or self.keys
        return beside.with_name(beside.name + ".end")

    @property
    def server(self) -> str | None:
        """The database server's address as libpq writes it, ``None`` where the journal is a file."""
        return None if self.file else re.sub(r"^postgresql\+psycopg:", "postgresql:", self.url)

    @property
    def lock_file(self) -> Path | None:
        """What one daemon at a time holds: beside the journal's file, so that two configurations of one meet. ``None``
        where the journal lives in a database server, which several may share."""
        return self.file and self.file.with_name(self.file.name + ".lock")


BlockedSenders = Annotated[tuple[Line, ...], BeforeValidator(_senders), Field(description="addresses or domains")]
