"""Delivery reports: which addresses failed, for good or for now, and which letter it was about. Pure.

Structure first (RFC 3464). A mail without it is a report only where its sender, its subject and its words agree:
people write about bounces, forward them, and some of them are postmasters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from hd_bridge.mail.addresses import addr_spec
from hd_bridge.mail.bounce_report import Recipient, is_permanent, recipients
from hd_bridge.mail.bounce_text import head_of, named, searched
from hd_bridge.mail.bounce_words import DAEMONS, DELAYS, FAILURES, LASTING, POSTMASTERS, SUBJECTS, SYSTEMS
from hd_bridge.mail.guard import OUR_ID, is_away_subject
from hd_bridge.mail.headers import Fields, message_ids
from hd_bridge.mail.payload import children, content_of
from hd_bridge.mail.tree import header_of
from hd_bridge.model import Bounce

QUOTED_ID = re.compile(
    r"^[> \t|]{0,40}Message-ID:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE
)
STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
RETURNED = ("message/rfc822", "message/global")
RETURNED_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
# Reports about other things: that a mail was read, was called spam, failed authentication (RFC 8098, 5965, 6591).
OTHER_REPORTS = re.compile(rb"report-type\s*=\s*\"?(?:feedback-report|tlsrpt)", re.IGNORECASE)
READ_REPORTS = re.compile(rb"report-type\s*=\s*\"?disposition-notification", re.IGNORECASE)
ANSWERED = re.compile(r"^(?:re|aw|fwd?|wg|tr|enc|rv|sv|vs|odp|i|antw)(?:\[\d+\])?\s*:")
DEEPEST = 6
MOST_TEXT = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the header says of who sent this. ``daemon`` is surely a mail system, ``postmaster`` may be a person."""

    daemon: bool
    postmaster: bool
    named_person: bool
    subject: bool
    silent: bool
    away: bool
    person: bool
    ends: frozenset[str]
    named: tuple[str, ...]


def read_bounce(message: Message, headers: Sequence[tuple[str, str]], text: str) -> Bounce | None:
    """What the report says; ``None`` for everything else, also for reports of delay or of success.

    ``headers`` are decoded, ``text`` is the plain text of the mail.
    """
    signs = _signs(headers)
    kind = Fields(message).first("content-type") or b""
    if OTHER_REPORTS.search(kind):
        return None
    read = READ_REPORTS.search(kind) is not None  # Dovecot says so of a mail that a mailbox had no room for
    if read and not (signs.daemon or "automatically rejected" in text[:MOST_TEXT].lower()):
        return None
    reporting = message.get_content_type() == "multipart/report" and not read
    if not (reporting or signs.daemon or signs.postmaster or signs.subject or signs.silent or signs.named):
        return None
    head = head_of(text)
    believed = reporting or signs.daemon or signs.postmaster or (signs.silent and signs.subject)
    told = list(_told(message, text)) if believed or (signs.subject and FAILURES.search(head)) else []
    if told:
        return _structured(message, headers, told, signs, text)
    return _unstructured(message, headers, text, head, signs, reporting)


def _signs(headers: Sequence[tuple[str, str]]) -> _Signs:
    found = {name.lower(): value for name, value in reversed(headers)}
    sender = found.get("from", "").casefold()
    spec = addr_spec(sender.rpartition("<")[2]) or ""
    who = [sender.rpartition("<")[0].strip('" '), spec.partition("@")[0], "" if spec else sender]
    subject = " ".join(found.get("subject", "").casefold().split())
    nobody = not sender.strip("<> \"'")
    return _Signs(
        daemon=any(DAEMONS.search(one) for one in who),
        postmaster=nobody or any(map(POSTMASTERS.search, who)),
        named_person=bool(who[0]) and not SYSTEMS.search(who[0]),
        subject=not ANSWERED.match(subject) and SUBJECTS.search(subject) is not None,
        silent=_silent(found),
        away=is_away_subject(subject),
        person=found.get("auto-submitted", "").strip().lower() == "no" or "list-id" in found,
        ends=frozenset({spec, *(one for one in map(addr_spec, found.get("to", "").split(",")) if one)} - {""}),
        named=tuple(filter(None, map(addr_spec, found.get("x-failed-recipients", "").split(",")))),
    )


def _silent(found: dict[str, str]) -> bool:
    """Whether it has no return address and does not call itself an answer: those are absent people's."""
    answers = "x-autoreply" in found or found.get("auto-submitted", "").lower().startswith("auto-replied")
    return found.get("return-path", "-").replace(" ", "") in ("<>", "") and not answers


def _told(message: Message, text: str) -> Iterator[Recipient]:
    """What reports say of recipients: in parts made for it, else in any text of a mail whose structure is broken."""
    parts = [part for part in _own_parts(message) if part.get_content_type() in STATUS_PARTS]
    texts = [content_of(part).decode("utf-8", "replace") for part in parts]
    if not parts:
        leaves = (part for part in _own_parts(message) if not part.is_multipart())
        texts = [text, *(content_of(leaf)[:MOST_TEXT].decode("utf-8", "replace") for leaf in leaves)]
    for one in texts:
        if found := list(recipients(one)):
            yield from found
            if not parts:
                return


def _own_parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts of this mail itself, not those of a mail that lies in it."""
    yield message
    if message.get_content_maintype() == "multipart" and depth < DEEPEST:
        for part in children(message):
            yield from _own_parts(part, depth + 1)


def _structured(
    message: Message, headers: Sequence[tuple[str, str]], told: Sequence[Recipient], signs: _Signs, text: str
) -> Bounce | None:
    failed = [one for one in told if one.failed]
    if not failed:
        return None
    specs = dict.fromkeys(spec for one in failed for spec in one.addresses)
    whom = tuple(specs) or signs.named or named(head_of(text), signs.ends)
    lasting = any(one.permanent for one in failed)
    return Bounce(failed=whom, permanent=lasting, original_message_id=_original_id(message, headers, text))


def _unstructured(
    message: Message, headers: Sequence[tuple[str, str]], text: str, head: str, signs: _Signs, reporting: bool
) -> Bounce | None:
    """By its words. Failure must be spoken of; and who may be a person must do more than speak of it."""
    says = FAILURES.search(head) is not None
    if (DELAYS.search(head) and not LASTING.search(head)) or (signs.away and not signs.named):
        return None
    sure = signs.daemon or reporting or bool(signs.named)
    machine = bool(_machine_words(head))
    agreeing = signs.subject or machine  # a null return path alone may be an absent person's
    postmaster = signs.postmaster and (machine or not signs.named_person)
    likely = not signs.person and ((postmaster and (agreeing or signs.silent)) or (signs.silent and agreeing))
    bare = not signs.person and signs.subject and machine
    if not (sure or likely or bare) or not (says or signs.named or (signs.daemon and signs.subject)):
        return None
    temporary, permanent = searched(message, text) if sure or likely else (set(), set())
    if temporary and not permanent and not signs.named and not LASTING.search(head):
        return None  # that library's word for a delay
    whom = signs.named or tuple(sorted(permanent - signs.ends)) or named(head, signs.ends)
    if not whom and not (sure or (likely and signs.subject)):
        return None
    lasting = is_permanent(head)
    return Bounce(failed=whom, permanent=lasting, original_message_id=_original_id(message, headers, text))


MACHINE_WORDS = re.compile(
    r"this is the (?:mail system|mailer-daemon|qmail-send|deliver program|postfix)|created automatically by"
    r"|automatically[ -]generated|this is the mail delivery|hi\. this is the|had permanent fatal errors"
    r"|did not reach the following recipient|returning (?:your )?message to sender"
    r"|your (?:message|document)\b[^.]{0,200}(?:not|n.t)"
)


def _machine_words(head: str) -> re.Match[str] | None:
    """What no person begins a mail with."""
    return MACHINE_WORDS.search(head[:1500])


def _original_id(message: Message, headers: Sequence[tuple[str, str]], text: str) -> str | None:
    """The Message-ID of the returned letter: one of ours wherever it stands, else the surest."""
    found = list(dict.fromkeys(_ids(message, headers, text)))
    return next((id for id in found if OUR_ID.match(id)), next(iter(found), None))


def _ids(message: Message, headers: Sequence[tuple[str, str]], text: str) -> Iterator[str]:
    """From the returned letter's header, from where the report quotes it, from what the report says it answers."""
    for part in _own_parts(message):
        kind, broken = part.get_content_type(), part.get_content_maintype() == "multipart" and not children(part)
        if kind in RETURNED and (id := Fields(header_of(content_of(part))).message_id()):
            yield id
        if kind in (*RETURNED, *RETURNED_HEADERS) or broken:
            yield from _quoted_ids(content_of(part)[:MOST_TEXT].decode("latin-1"))
    yield from _quoted_ids(text[: 4 * MOST_TEXT])
    for name, value in headers:
        if name.lower() in ("x-original-message-id", "original-message-id", "in-reply-to", "references"):
            yield from message_ids(value)


def _quoted_ids(text: str) -> Iterator[str]:
    yield from (found[1] for found in QUOTED_ID.finditer(text))
