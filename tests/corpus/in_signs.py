"""Mails that machines send: automatic replies, lists, delivery reports. Pure."""

from __future__ import annotations

from tests.corpus.making import mail, multipart, part, sample

LETTER = "<hd.c1.l1.abcdef@shop.example>"
DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"


def report(action: str, status: str, *more: bytes) -> bytes:
    """A delivery report (RFC 3464) with a returned header."""
    recipient = f"Final-Recipient: rfc822; Gone@Customer.Example\nAction: {action}\nStatus: {status}\n"
    block = f"Reporting-MTA: dns; mx.example\n\n{recipient}"
    content_type, body = multipart(
        "report",
        part("I could not deliver your mail.\n"),
        part(block, "Content-Type: message/delivery-status"),
        *(more or (part(f"Message-ID: {LETTER}\nSubject: Re: A question\n", "Content-Type: text/rfc822-headers"),)),
        extra="; report-type=delivery-status",
    )
    return mail(body, content_type, "Return-Path: <>", "Auto-Submitted: auto-replied", frm=DAEMON)


RETURNED = part(f"From: support@shop.example\nMessage-ID: {LETTER}\n\nDear Jo\n", "Content-Type: message/rfc822")

FORWARDED = multipart(
    "mixed",
    part("Why did this come back?\n"),
    b"Content-Type: message/rfc822\n\n" + report("failed", "5.1.1"),
    boundary="outer",
)
EXIM_TEXT = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered.
The following address(es) failed:

  gone@customer.example
    550 5.1.1 no such user

------ This is a copy of the message. ------

Message-ID: {LETTER}
"""

SAMPLES = (
    sample(
        "auto-submitted",
        mail("I am away.\n", "Auto-Submitted: auto-replied (vacation)"),
        automatic=True,
        unanswerable=False,
        bounce=None,
    ),
    sample("auto-submitted-no", mail("Hello\n", "Auto-Submitted: no"), automatic=False),
    sample("away-subject-alone", mail("How do I set one up?\n", "Subject: Out of office: how?"), automatic=False),
    sample(
        "away-subject-with-second-sign",
        mail("Weg.\n", "Subject: Automatische Antwort: Frage", "X-Auto-Response-Suppress: All"),
        automatic=True,
        unanswerable=True,
    ),
    sample(
        "away-subject-answering-us",
        mail("Weg.\n", "Subject: Abwesenheitsnotiz", f"In-Reply-To: {LETTER}"),
        automatic=True,
    ),
    sample(
        "list-mail",
        mail("Hello\n", "List-Id: <users.shop.example>", "Precedence: list"),
        automatic=False,
        unanswerable=True,
    ),
    sample(
        "bulk-with-list-id",
        mail("Hello\n", "List-Id: <users.shop.example>", "Precedence: bulk"),
        automatic=False,
        unanswerable=True,
    ),
    sample("bulk-without-list-id", mail("Buy\n", "Precedence: bulk"), automatic=True),
    sample(
        "null-return-path",
        mail("Weg.\n", "Return-Path: <>", "Auto-Submitted: auto-replied"),
        automatic=True,
        return_path="",
        bounce=None,
    ),
    sample(
        "bounce-permanent",
        report("failed", "5.1.1"),
        bounce={"failed": ["gone@customer.example"], "permanent": True, "original_message_id": LETTER},
        automatic=True,
    ),
    sample(
        "bounce-temporary",
        report("failed", "4.4.7", RETURNED),
        bounce={"failed": ["gone@customer.example"], "permanent": False, "original_message_id": LETTER},
    ),
    sample("report-of-delay", report("delayed", "4.4.1"), bounce=None, automatic=True),
    sample("report-of-success", report("delivered", "2.0.0"), bounce=None),
    sample(
        "bounce-without-structure",
        mail(
            EXIM_TEXT,
            "X-Failed-Recipients: gone@customer.example",
            "Subject: Mail delivery failed: returning message to sender",
            "Return-Path: <>",
            frm=DAEMON,
        ),
        bounce={"failed": ["gone@customer.example"], "permanent": True, "original_message_id": LETTER},
    ),
    sample(
        "person-tells-of-a-bounce",
        mail(
            "My mail to you failed:\n\n<gone@shop.example>: host mx said: 550 5.1.1 no such user\n",
            "Subject: Undelivered Mail Returned to Sender",
        ),
        bounce=None,
        automatic=False,
    ),
    sample(
        "person-attaches-a-bounce",
        mail(FORWARDED[1], FORWARDED[0]),
        bounce=None,
        automatic=False,
    ),
)
