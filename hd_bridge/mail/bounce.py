"""Delivery reports: which addresses failed, for good or for now, and which letter it was about. Pure.

Structure first (RFC 3464). Only a mail that says it comes from a mail system is searched without structure, by
flufl.bounce: judged alone that calls people's mails bounces.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from email.message import Message

from flufl.bounce import all_failures

from hd_bridge.mail.addresses import addr_spec
from hd_bridge.mail.guard import is_away_subject
from hd_bridge.mail.headers import Fields
from hd_bridge.mail.payload import children, content_of
from hd_bridge.model import Bounce

STATUS = re.compile(r"(?<![\d.])([45])\.\d{1,3}\.\d{1,3}(?![\d.])")
SMTP_CODE = re.compile(r"(?<!\d)([45])[0-5]\d(?=[ -])")
QUOTED_ID = re.compile(
    r"^[> \t|]{0,40}Message-ID:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE
)
MOST_SEARCHED = 32 * 1024
POSTMEN = ("mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "mailsystem")
# It would log whole tracebacks of what odd mails do to it.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def read_bounce(message: Message, headers: Sequence[tuple[str, str]], text: str) -> Bounce | None:
    """What the report says; ``None`` for everything else, also for reports of delay or of success.

    ``headers`` are decoded, ``text`` is the plain text of the mail.
    """
    reports = list(_reports(message))
    postman = _from_postman(headers)
    if reports and (postman or message.get_content_type() == "multipart/report"):
        return _structured(message, reports, text)
    if postman:
        return _unstructured(message, headers, text)
    return None


def _reports(message: Message) -> Iterator[Message]:
    """The message/delivery-status parts of this mail itself, not those of a mail attached to it."""
    if message.get_content_type() == "message/delivery-status":
        yield message
    elif message.get_content_maintype() == "multipart":
        for part in children(message):
            if part.get_content_type() == "message/delivery-status":
                yield part


def _from_postman(headers: Sequence[tuple[str, str]]) -> bool:
    """Whether the mail says that a mail system wrote it. A null Return-Path alone may be an absent person's."""
    found = {name.lower(): value for name, value in reversed(headers)}
    sender = found.get("from", "").lower()
    if not sender.strip("<> ") or any(word in sender for word in POSTMEN) or "x-failed-recipients" in found:
        return True
    automatic = found.get("auto-submitted", "").lower().startswith("auto-replied")
    answers = automatic or "x-autoreply" in found or is_away_subject(found.get("subject", ""))
    return found.get("return-path", "-").replace(" ", "") in ("<>", "") and not answers


def _structured(message: Message, reports: Sequence[Message], text: str) -> Bounce | None:
    failed: dict[str, None] = {}
    permanent = False
    for block in (block for report in reports for block in children(report)):
        fields = Fields(block)
        status = fields.text("status") or fields.text("diagnostic-code")
        action = fields.text("action").lower().partition(" ")[0]
        if action == "failed" or (not action and status[:1] in ("4", "5")):
            permanent = permanent or _is_permanent(status)
            failed.update(dict.fromkeys(_recipients(fields)))
    if not failed:
        return None
    return Bounce(failed=tuple(failed), permanent=permanent, original_message_id=_original_id(message, text))


def _recipients(fields: Fields) -> Iterator[str]:
    """The address we wrote to and the one it became; ``rfc822; jo@example.org`` (RFC 3464 §2.3.2)."""
    for name in ("original-recipient", "final-recipient"):
        if spec := addr_spec(fields.text(name).rpartition(";")[2]):
            yield spec


def _is_permanent(status: str) -> bool:
    """Class 5, or no class at all: a system that gives up and does not say why."""
    found = STATUS.search(status) or SMTP_CODE.search(status)
    return found is None or found[1] == "5"


def _original_id(message: Message, text: str) -> str | None:
    """The Message-ID of the returned letter: from its header, else from where the report quotes it."""
    for part in children(message):
        kind = part.get_content_type()
        inner = children(part)
        if kind in ("message/rfc822", "message/global") and inner:
            return Fields(inner[0]).message_id()
        if kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            return _quoted_id(content_of(part).decode("latin-1"))
    return _quoted_id(text)


def _quoted_id(text: str) -> str | None:
    found = QUOTED_ID.search(text)
    return found[1] if found else None


def _unstructured(message: Message, headers: Sequence[tuple[str, str]], text: str) -> Bounce | None:
    temporary, permanent = _searched(message, text)
    named = {spec for name, value in headers if name.lower() == "x-failed-recipients" for spec in _specs(value)}
    failed = permanent or named or temporary
    if not failed:
        return None
    lasting = failed is not temporary and _is_permanent(text)
    return Bounce(failed=tuple(sorted(failed)), permanent=lasting, original_message_id=_original_id(message, text))


def _specs(value: str) -> Iterator[str]:
    yield from (spec for piece in value.split(",") if (spec := addr_spec(piece)))


def _searched(message: Message, text: str) -> tuple[set[str], set[str]]:
    """Temporary and permanent failures by flufl.bounce, which raises all sorts of errors on odd mails. Without its
    opinion a mail is taken as one that a person has to read."""
    try:
        temporary, permanent = all_failures(_searchable(message, text))
    except Exception:
        return set(), set()
    return _decoded(temporary), _decoded(permanent)


def _searchable(message: Message, text: str) -> Message:
    """The mail, or only the beginning of its text where it is large: some fifty patterns run over every line."""
    leaves = (part.get_payload(decode=True) for part in message.walk() if not part.is_multipart())
    if sum(len(leaf) for leaf in leaves if isinstance(leaf, bytes)) <= MOST_SEARCHED:
        return message
    short = Message()
    for name, value in message.raw_items():
        if not name.lower().startswith("content-"):
            short.set_raw(name, value)
    short.set_payload(text[:MOST_SEARCHED])
    return short


def _decoded(found: Sequence[bytes] | frozenset[bytes]) -> set[str]:
    return {spec for one in found if (spec := addr_spec(one.decode("utf-8", "replace")))}
