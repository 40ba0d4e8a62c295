"""What must hold for every mail, whatever its bytes are: read, decided, storable, in bounded time. Pure."""

from __future__ import annotations

import time
from dataclasses import replace

from hd_bridge.decide.facts import Facts
from hd_bridge.decide.mail import decide_mail
from hd_bridge.mail.forward import unwrapped
from hd_bridge.mail.parse import attachments_of, parse
from hd_bridge.model import Email
from hd_bridge.rules import choose
from hd_bridge.work import Plan
from tests.fakes import START
from tests.homes import POLICY, SUPPORT

FACTS = Facts(
    now=START, arrived=START, mailbox=SUPPORT, place="1", new_conversation="n" * 16, page_url="https://h/t/n/"
)
SECONDS = 2.0  # and as many again for each megabyte; ordinary mails take milliseconds


class Broken(AssertionError):
    """A mail for which something does not hold."""


def check(raw: bytes) -> Email:
    """Read and decide one mail as the daemon does; ``Broken`` says what does not hold."""
    begun = time.process_time()
    email = parse(raw, "k" * 24)
    spent = time.process_time() - begun
    holds(spent < SECONDS * (1 + len(raw) / 1e6), f"reading {len(raw)} bytes took {spent:.1f} s")
    holds(not [one for one in email.defects if one.startswith("unreadable:")], f"it says {email.defects}")
    holds(email.size == len(raw), "its size is another one")
    holds(bool(email.reply.strip()) or not email.text.strip(), "the reply is empty and the text is not")
    _holds_for_files(raw, email)
    _storable(email)
    within = unwrapped(email)
    if within is not None:
        said = (within.subject, within.text, within.markup or "", within.comment, within.sender.name)
        holds("\0" not in "".join(said), "what it passes on cannot be stored")
    _decided(email)
    return email


def _holds_for_files(raw: bytes, email: Email) -> None:
    names = [one.name.casefold() for one in email.attachments]
    holds(len(names) == len(set(names)), f"two files have one name: {names}")
    for name in names:
        holds(bool(name) and not set(name) & set('/\\\0\r\n"'), f"{name!r} is no name of a file")
    holds(attachments_of(raw) == email.attachments, "read alone, the files are others")


def _storable(email: Email) -> None:
    said = [email.subject, email.text, email.reply, email.quoted, email.markup or "", email.message_id or ""]
    said += [value for pair in email.headers for value in pair]
    said += [value for one in (*email.to, *email.cc, *email.reply_to) for value in (one.name, one.email)]
    said += [one.name for one in email.attachments] + [one.media_type for one in email.attachments]
    for text in said:
        holds("\0" not in text and text.encode("utf-8", "replace").decode() == text, f"{text[:80]!r} cannot be stored")
    for line in (email.subject, *(one.name for one in (*email.to, *email.cc))):
        holds("\n" not in line and "\r" not in line, f"{line[:80]!r} is more than one line")


def _decided(email: Email) -> Plan:
    choices, tried = choose(email, SUPPORT.name, None, POLICY.rules)
    plan = decide_mail(email, replace(FACTS, choices=choices, choice_trail=tuple(tried)), POLICY)
    holds(bool(plan.why), "the verdict has no reason")
    return plan


def holds(true: bool, otherwise: str) -> None:
    """Raise what does not hold."""
    if not true:
        raise Broken(otherwise)
