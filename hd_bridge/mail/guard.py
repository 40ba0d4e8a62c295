"""Signs in a mail's header that a machine wrote it, or that nobody may answer it automatically. Pure.

Two separate questions. ``automatic``: no person wrote, so it never opens or reopens anything. ``unanswerable``: a
person may well have written, but a list or the sender's program asks for silence (RFC 3834, RFC 2369).
Each answer is a sentence that names the header it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from hd_bridge.mail.addresses import addr_spec
from hd_bridge.mail.guard_words import (
    AWAY_ENDINGS,
    AWAY_SUBJECTS,
    AWAY_WORDS,
    LIST_FIELDS,
    LOOP_FIELDS,
    MACHINE_FIELDS,
    MACHINE_SENDERS,
    REPLY_FIELDS,
    TELLING_VALUES,
)

Headers = Sequence[tuple[str, str]]
_Fields = Mapping[str, Sequence[str]]

LOOP_HEADER = "X-HD-Bridge-Loop"
DENIALS = ("", "no", "false", "0", "none", "off")
# Of X-Auto-Response-Suppress only these forbid an answer; DR, NDR, RN and NRN are about receipts ([MS-OXCMAIL]).
SUPPRESSING = frozenset({"all", "autoreply", "oof"})
OUR_ID = re.compile(r"<hd\.[^<>@\s.]+\.[^<>@\s.]+\.[^<>@\s]+@")
_AWAY_SUBJECTS = tuple(words.casefold() for words in AWAY_SUBJECTS)
BARE_AWAY = re.compile(
    rf"(?:{'|'.join(map(re.escape, _AWAY_SUBJECTS))})(?: ?\(?(?:auto-?reply|reply|notice|message|alert)\)?)?"
    r"\s*(?:[::\-–(\[.!]|(?:re|until|bis|jusqu|hasta|até|fino|tot|to|till)\b|$)"
)
LONGEST_EVIDENCE = 80
LONGEST_SUBJECT = 300
FIRST_WORDS = 1000  # characters of a text in which an out-of-office note has come to the point


def automatic_sign(headers: Headers, text: str = "") -> str | None:
    """Why a machine must have written this mail; ``None`` where nothing says so. ``text`` is its plain text: that of
    an out-of-office note counts where its subject is that of one."""
    return next(_automatic_signs(_indexed(headers), text), None)


def unanswerable_sign(headers: Headers) -> str | None:
    """Why this mail must not be answered automatically although a person may have written it; ``None``: it may be."""
    return _unanswerable_sign(_indexed(headers))


def _unanswerable_sign(fields: _Fields) -> str | None:
    for name in LIST_FIELDS:
        for value in fields.get(name, ()):
            return _said("It came over a mailing list", name, value)
    for value in fields.get("list-unsubscribe", ()):
        return _said("It is a bulk mailing", "list-unsubscribe", value)
    for name in ("precedence", "x-precedence"):
        for value in fields.get(name, ()):
            if value.strip().lower() in ("list", "bulk"):
                return _said("It was sent to many", name, value)
    if asked := _suppressed(fields):
        return _said("The sender's program asks for no automatic answers", "x-auto-response-suppress", asked)
    for name in LOOP_FIELDS:
        for value in fields.get(name, ()):
            return _said("Another help desk or filter marks it against loops", name, value)
    return None


def own_loop(headers: Headers, instance: str) -> str | None:
    """Why this is a letter of this installation that came back; ``None`` if it is not."""
    for value in _indexed(headers).get(LOOP_HEADER.lower(), ()):
        if value.strip() == instance:
            return f"This installation sent it itself ({LOOP_HEADER})"
    return None


def redmine_notice(headers: Headers) -> str | None:
    """Why this is a notice that the tracker sent about a ticket; ``None`` if it is not."""
    for name, value in headers:
        if name.lower().startswith("x-redmine-"):
            return _said("The tracker sent it as a notice", name, value)
    fields = _indexed(headers)
    generated = any(value.lower().startswith("auto-generated") for value in fields.get("auto-submitted", ()))
    for value in fields.get("message-id", ()):
        if generated and value.lstrip("<").lower().startswith("redmine."):
            return _said("The tracker sent it as a notice", "message-id", value)
    return None


def _automatic_signs(fields: _Fields, text: str) -> Iterator[str]:
    """Every proof that a machine wrote, the surest first."""
    for value in fields.get("auto-submitted", ()):
        if re.split(r"[\s;(]", value.strip().lower())[0] not in ("", "no"):
            yield _said("A program sent it", "auto-submitted", value)
    for name in REPLY_FIELDS:
        yield from (_said("It is an automatic reply", name, v) for v in fields.get(name, ()) if _affirms(v))
    yield from _by_precedence(fields)
    for name in MACHINE_FIELDS:
        yield from (_said("A program wrote it", name, v) for v in fields.get(name, ()) if _affirms(v))
    for name, telling in TELLING_VALUES:
        yield from (_said("A program sent it", name, v) for v in fields.get(name, ()) if telling.match(v.lower()))
    for value in fields.get("delivered-to", ()):
        if value.strip("<> ").lower().partition("@")[0] == "autoresponder":
            yield _said("It was handed to an automatic responder", "delivered-to", value)
    yield from _by_envelope(fields)
    yield from _by_sender(fields)
    yield from _by_subject(fields, text)


def _by_envelope(fields: _Fields) -> Iterator[str]:
    """No return address, or that of a mail system: only reports and automatic replies travel so."""
    for value in fields.get("return-path", ())[:1]:
        bare = value.replace(" ", "").lower()
        if bare in ("<>", ""):
            yield "It has no return address (Return-Path: <>), as only reports and automatic replies do"
        elif bare.strip("<>").partition("@")[0] in ("mailer-daemon", "double-bounce"):
            yield _said("A mail system sent it", "return-path", value)


def _by_sender(fields: _Fields) -> Iterator[str]:
    for value in fields.get("from", ())[:1]:
        local = (addr_spec(value.rpartition("<")[2]) or "").partition("@")[0]
        if MACHINE_SENDERS.match(local):
            yield _said("No person writes from this address", "from", value)


def _by_precedence(fields: _Fields) -> Iterator[str]:
    for name in ("precedence", "x-precedence"):
        for value in fields.get(name, ()):
            kind = value.strip().lower()
            bulk = kind == "bulk" and not fields.get("list-id", ())
            if bulk or kind in ("auto_reply", "auto-reply", "autoreply", "junk"):
                yield _said("It is marked as bulk or automatic mail", name, value)


def _by_subject(fields: _Fields, text: str) -> Iterator[str]:
    """An out-of-office subject alone proves nothing (people do write it); with a second sign it does."""
    for value in fields.get("subject", ())[:1]:
        if _is_away(value, fields) or (is_away_subject(value) and AWAY_WORDS.search(text[:FIRST_WORDS].casefold())):
            yield _said("It is an out-of-office reply", "subject", value)


def _is_away(subject: str, fields: _Fields) -> bool:
    """By a second sign in the header: an answer to us, or a wish for silence with a subject that says no more than
    that somebody is away. A list is none: people talk about absence there."""
    answers_us = any(OUR_ID.search(value) for value in fields.get("in-reply-to", ()))
    bare = _suppressed(fields) is not None and BARE_AWAY.match(_plain(subject))
    return is_away_subject(subject) and bool(answers_us or bare)


def _suppressed(fields: _Fields) -> str | None:
    asking = (value for value in fields.get("x-auto-response-suppress", ()))
    return next((value for value in asking if SUPPRESSING & set(re.split(r"[\s,;]+", value.lower()))), None)


def is_away_subject(subject: str) -> bool:
    """Whether a subject is that of out-of-office replies, in any of the languages that we know."""
    plain = _plain(subject)
    return plain.startswith(_AWAY_SUBJECTS) or AWAY_ENDINGS.search(plain[:LONGEST_SUBJECT]) is not None


def _plain(subject: str) -> str:
    return " ".join(subject.casefold().split())


def _affirms(value: str) -> bool:
    return value.strip().lower() not in DENIALS


def _indexed(headers: Headers) -> _Fields:
    """The values by lower-case name, in order: thirty names are asked for in one mail."""
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.lower(), []).append(value)
    return fields


def _said(what: str, name: str, value: str) -> str:
    """The sentence with its evidence; header names as people know them."""
    shown = value if len(value) <= LONGEST_EVIDENCE else value[:LONGEST_EVIDENCE] + "…"
    return f"{what} ({'-'.join(word[:1].upper() + word[1:] for word in name.split('-'))}: {shown})"
