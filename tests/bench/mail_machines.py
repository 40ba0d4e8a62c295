"""Mails that machines write: automatic replies, delivery failures, bulk mail; none is a ticket. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.mail_bytes import Field, multipart, part, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One such mail; ``fields`` stand beside the usual ones, and in the place of those named in ``replaced``."""

    sender: str
    subject: str
    body: str
    fields: tuple[Field, ...]
    content: bytes
    replaced: tuple[str, ...] = ()


def away(word: str, address: str, subject: str) -> Machine:
    """An out-of-office reply to some other mail of ours."""
    body = f"I am back on Monday, please write to reception {word}"
    fields: tuple[Field, ...] = (
        ("Auto-Submitted", "auto-replied (vacation)"),
        ("X-Auto-Response-Suppress", "All"),
        ("In-Reply-To", f"<newsletter.{word}@example.com>"),
    )
    return Machine(sender=address, subject=subject, body=body, fields=fields, content=text(f"{body}.\r\n"))


def failure(word: str, _address: str, _subject: str) -> Machine:
    """A delivery failure of a mail that support sent from somewhere else."""
    host = "mail.example.org"
    sender = f"MAILER-DAEMON@{host}"
    body = f"Delivery to {word} failed for good"
    report = (
        f"Reporting-MTA: dns; {host}\r\n\r\nFinal-Recipient: rfc822; {word}@example.org\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such person"
    )
    returned = f"From: support@example.com\r\nTo: {word}@example.org\r\nSubject: Our new prices\r\n"
    content = multipart(
        "report",
        f"rep-{word}",
        text(f"This is the mail system at {host}. {body}.\r\n"),
        part(report.encode(), "Content-Type: message/delivery-status"),
        part(returned.encode(), "Content-Type: text/rfc822-headers"),
        extra="; report-type=delivery-status",
    )
    fields: tuple[Field, ...] = (
        ("Return-Path", "<>"),
        ("From", f"Mail Delivery System <{sender}>"),
        ("Auto-Submitted", "auto-replied"),
    )
    subject = f"Undelivered Mail Returned to Sender {word}"
    return Machine(sender=sender, subject=subject, body=body, fields=fields, content=content, replaced=("From",))


def bulk(word: str, _address: str, _subject: str) -> Machine:
    """A newsletter that somebody once subscribed the support address to."""
    sender, body = "news@lists.example.org", f"This week in our newsletter {word}"
    fields: tuple[Field, ...] = (
        ("From", f"Shop News <{sender}>"),
        ("Precedence", "bulk"),
        ("List-Unsubscribe", f"<https://lists.example.org/leave/{word}>"),
    )
    content = text(f"<html><body><h1>{body}</h1><p>Everything for less.</p></body></html>", "html")
    subject = f"Ten offers for you {word}"
    return Machine(sender=sender, subject=subject, body=body, fields=fields, content=content, replaced=("From",))


def notice(word: str, _address: str, _subject: str) -> Machine:
    """A list's own notice, from a program."""
    sender, body = "announce-bounces@lists.example.org", f"The digest {word} has been prepared"
    fields: tuple[Field, ...] = (
        ("From", f"announce <{sender}>"),
        ("Auto-Submitted", "auto-generated"),
        ("List-Id", "Announcements <announce.lists.example.org>"),
        ("Precedence", "list"),
    )
    subject = f"announce digest {word}"
    return Machine(
        sender=sender, subject=subject, body=body, fields=fields, content=text(f"{body}.\r\n"), replaced=("From",)
    )


MACHINES: tuple[Callable[[str, str, str], Machine], ...] = (away, failure, bulk, notice)
