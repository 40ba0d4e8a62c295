"""Delivery reports with the structure of RFC 3464, whole and broken, and mails that only look like reports. Pure."""

from __future__ import annotations

import base64

from tests.corpus.in_signs import DAEMON, LETTER
from tests.corpus.making import Sample, mail, multipart, part, sample

GONE = "gone@customer.example"
RETURNED = part(
    f"From: support@shop.example\nTo: {GONE}\nMessage-ID: {LETTER}\n\nDear Jo\n", "Content-Type: message/rfc822"
)
HEADERS = part(f"Message-ID: {LETTER}\nSubject: Re: A question\n", "Content-Type: text/rfc822-headers")
COPY = f"From: support@shop.example\nTo: {GONE}\nMessage-ID: {LETTER}\n\nDear Jo\n"
MTA = "Reporting-MTA: dns; mx.example\n\n"
ONE = f"Final-Recipient: rfc822; {GONE}\nAction: failed\nStatus: 5.1.1\n"

QMAIL = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{GONE}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{COPY}"""


def status(block: str, *fields: str) -> bytes:
    """The part for programs."""
    return part(block, *(fields or ("Content-Type: message/delivery-status",)))


def report(*parts: bytes, kind: str = "report", extra: str = "; report-type=delivery-status", **more: str) -> bytes:
    """A report of several parts by the daemon."""
    content_type, body = multipart(kind, part("It could not be delivered.\n"), *parts, extra=extra)
    return mail(body, content_type, "Subject: Undelivered Mail Returned to Sender", frm=more.get("frm", DAEMON))


def told(text: str, subject: str, frm: str = DAEMON, *fields: str) -> bytes:
    """A report in words alone."""
    return mail(text, f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", *fields, frm=frm)


def bounced(name: str, raw: bytes, *failed: str, permanent: bool = True, id: str | None = LETTER) -> Sample:
    """A mail that must be taken for a bounce."""
    found = {"failed": list(failed or (GONE,)), "permanent": permanent, "original_message_id": id}
    return sample(name, raw, bounce=found, automatic=True)


ENCODED = base64.encodebytes((MTA + ONE).encode()).decode()
NO_BOUNDARY = f"It failed.\n\n--x\nContent-Type: message/delivery-status\n\n{MTA}{ONE}\n--x--\n\nMessage-ID: {LETTER}\n"
SEVERAL = (
    f"{MTA}{ONE}\nFinal-Recipient: rfc822; late@customer.example\nAction: delayed\nStatus: 4.4.1\n\n"
    "Original-Recipient: rfc822;full@customer.example\nFinal-Recipient: rfc822; box7@mail.customer.example\n"
    "Action: failed\nStatus: 4.2.2\n"
)
TOO = "Final-Recipient: rfc822; too@customer.example\nAction: failed\nStatus: 5.2.1\n"
RUN_TOGETHER = f"Reporting-MTA: dns; mx.example\n{ONE}{TOO}"

STRUCTURED = (
    bounced("report-type-absent", report(status(MTA + ONE), RETURNED, extra="")),
    bounced("status-in-a-mixed-mail", report(status(MTA + ONE), RETURNED, kind="mixed", extra="")),
    bounced(
        "status-in-base64",
        report(status(ENCODED, "Content-Type: message/delivery-status", "Content-Transfer-Encoding: base64"), HEADERS),
    ),
    bounced("status-named-text", report(status(MTA + ONE, "Content-Type: text/plain; name=details.txt"), HEADERS)),
    bounced(
        "boundary-missing", mail(NO_BOUNDARY, "Content-Type: multipart/report; report-type=delivery-status", frm=DAEMON)
    ),
    bounced(
        "several-recipients",
        report(status(SEVERAL), HEADERS),
        GONE,
        "full@customer.example",
        "box7@mail.customer.example",
    ),
    bounced("recipients-run-together", report(status(RUN_TOGETHER), HEADERS), GONE, "too@customer.example"),
    bounced("action-absent", report(status(f"{MTA}Final-Recipient: rfc822; {GONE}\nStatus: 5.1.1\n"), HEADERS)),
    bounced(
        "action-error",
        report(status(f"{MTA}Final-Recipient: {GONE}\nAction: error\nStatus: 4.4.7\n"), HEADERS),
        permanent=False,
    ),
    bounced(
        "recipient-in-brackets",
        report(
            status(f"{MTA}Final-Recipient: RFC822; <{GONE}>\nAction: failed\nDiagnostic-Code: smtp; 452 full\n"),
            HEADERS,
        ),
        permanent=False,
    ),
    bounced(
        "international-address",
        report(
            status(MTA + ONE, "Content-Type: message/global-delivery-status"),
            part(f"Message-ID: {LETTER}\n", "Content-Type: message/global-headers"),
        ),
    ),
    bounced(
        "id-only-in-reply-to",
        mail(
            multipart("report", part("No.\n"), status(MTA + ONE))[1],
            multipart("report", b"")[0],
            f"In-Reply-To: {LETTER}",
            frm=DAEMON,
        ),
    ),
    bounced(
        "our-id-before-a-gateways",
        report(
            status(MTA + ONE),
            part("Message-ID: <new@gateway.example>\n", "Content-Type: text/rfc822-headers"),
            part(COPY),
        ),
    ),
    bounced(
        "over-quota-by-disposition",
        mail(
            multipart(
                "report",
                part(f"Your message to <{GONE}> was automatically rejected:\nQuota exceeded\n"),
                part(
                    f"Final-Recipient: rfc822; {GONE}\nDisposition: automatic-action/MDN-sent-automatically; deleted\n",
                    "Content-Type: message/disposition-notification",
                ),
                HEADERS,
            )[1],
            multipart("report", b"", extra="; report-type=disposition-notification")[0],
            "Subject: Rejected: Re: A question",
            frm="Mail Delivery Subsystem <postmaster@mx.example>",
        ),
    ),
)

DELAY = "This is a warning message only. You do not need to resend.\n\nDelivery to gone@customer.example is delayed.\n"
SPAM = multipart(
    "report",
    part("This is a spam report.\n"),
    part("Feedback-Type: abuse\n", "Content-Type: message/feedback-report"),
    RETURNED,
    extra="; report-type=feedback-report",
)
READ = multipart(
    "report",
    part("Your message was read.\n"),
    part(
        f"Final-Recipient: rfc822; {GONE}\nDisposition: manual-action/MDN-sent-manually; displayed\n",
        "Content-Type: message/disposition-notification",
    ),
    extra="; report-type=disposition-notification",
)

NONE_AT_ALL = (
    sample("delay-in-words", told(DELAY, "Delivery Status Notification (Delay)"), bounce=None, automatic=True),
    sample("relayed", report(status(ONE.replace("failed", "relayed").replace("5.1.1", "2.0.0"))), bounce=None),
    sample("expanded", report(status(ONE.replace("failed", "expanded").replace("5.1.1", "2.0.0"))), bounce=None),
    sample("spam-report", mail(SPAM[1], SPAM[0], frm="fbl@provider.example"), bounce=None, automatic=True),
    sample("read-receipt", mail(READ[1], READ[0]), bounce=None, automatic=True),
    sample(
        "daemon-is-on-vacation",
        told("I am out of the office until Monday.\n", "Out of Office"),
        bounce=None,
        automatic=True,
    ),
    sample(
        "postmaster-writes",
        told(
            "Hello, your server could not be reached at noon. Can you look?\n",
            "Your mail server",
            "Ann <postmaster@customer.example>",
        ),
        bounce=None,
        automatic=False,
    ),
    sample(
        "forwarded-in-words",
        told(f"See below.\n\n{QMAIL}", "Fwd: failure notice", "Jo <jo@customer.example>"),
        bounce=None,
        automatic=False,
    ),
    sample(
        "forwarded-with-its-subject",
        told(
            f"What does this mean?\n\n> {GONE}\n> 550 5.1.1 User unknown\n",
            "Undelivered Mail Returned to Sender",
            "Jo <jo@customer.example>",
        ),
        bounce=None,
        automatic=False,
    ),
    sample(
        "about-delivery-of-goods",
        told(
            "The delivery failed: the parcel was returned to sender.\n", "Delivery failed", "Jo <jo@customer.example>"
        ),
        bounce=None,
        automatic=False,
    ),
    sample(
        "answer-to-a-bounce",
        told("I tried jo@other.example and it worked.\n", "Re: Undeliverable: A question", "Jo <jo@customer.example>"),
        bounce=None,
        automatic=False,
    ),
    sample(
        "quota-warning",
        told(
            "Your mailbox is 95 % full. Please delete old mail.\n",
            "Quota warning",
            "Postmaster <postmaster@shop.example>",
        ),
        bounce=None,
    ),
)

SAMPLES = (*STRUCTURED, *NONE_AT_ALL)
