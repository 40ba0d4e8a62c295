"""What the journal tells of senders, breakers and held items when it is asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """What stopped automatic letters of ``scope`` (``mailbox:NAME``, or ``all``): open from ``since`` to ``until``,
    or longer; ``kept_back`` letters were not sent, ``lately`` of them since it was last looked at."""

    scope: str
    since: datetime
    until: datetime
    kept_back: int = 1
    lately: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedSender:
    """An address or a domain whose mail is ignored: since when, and by whose word."""

    pattern: str
    since: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the journal knows against a mail's sender: ``blocked`` is the pattern of the list that means them, ``mails``
    how many of theirs were taken or held lately (counted as far as it matters)."""

    blocked: str | None = None
    mails: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """Something that waits for a person: a mail or a step, since when and why. ``cause`` is unreadable, caps (too
    large, too many parts), flood, trust, old (it may be from before the first start) or fault for a mail, refused for
    a step."""

    key: str
    kind: str
    since: datetime
    why: str
    cause: str = ""
    subject: str = ""
    sender: str = ""
    ticket: int | None = None
