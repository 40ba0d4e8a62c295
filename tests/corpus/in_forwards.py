"""Mails that somebody passed on, as programs write them in 25 languages, and mails that only look like it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tests.corpus.clients import CLIENTS, Client
from tests.corpus.making import Sample, mail, multipart, part, sample, text

AGENT = "Ada Agent <ada@shop.example>"
COMMENT = "Please take this one."
WITHIN = {"sender": "Joan Mill <joan@home.example>", "date": "2026-05-12T08:15:00+00:00", "comment": COMMENT}
EIGHT = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
HTML = ("Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit")
MAILTO = "Joan Mill [mailto:joan@home.example]"
SUMMER = "Date: Tue, 12 May 2026 12:00:00 +0200"


def fwd(one: Client, body: str, *fields: str, prefix: str = "") -> bytes:
    """A mail of an agent with some subject of a forward."""
    subject = f"Subject: {prefix or one.prefix[1]}: Cable"
    return mail(body, subject, SUMMER, *(fields or EIGHT), frm=AGENT)


def head(one: Client, sign: str = "", sender: str = "Joan Mill <joan@home.example>") -> str:
    """Outlook's four fields."""
    values = (sender, one.date, "ada@shop.example", "Cable")
    return "\n".join(f"{sign}{name}:{sign} {value}" for name, value in zip(one.labels, values, strict=True))


def body_of(one: Client) -> str:
    """What the customer had written."""
    return f"{one.say}\n\n{one.more}\n\n{one.bye}\nJoan"


def gmail(one: Client) -> Iterator[Sample]:
    """A divider of dashes, the fields, an empty line."""
    yield sample(
        f"gmail-{one.language}",
        fwd(one, f"{COMMENT}\n\n---------- {one.fwd} ---------\n{head(one)}\n\n\n{body_of(one)}\n", prefix="Fwd"),
        forwarded=WITHIN | {"subject": "Cable", "text": body_of(one), "markup": None},
    )


def outlook(one: Client) -> Iterator[Sample]:
    """No divider that says so: only the subject tells it from a reply."""
    lines = [*head(one).split("\n")]
    fields = "<br>\n".join(
        f"<b>{escape(name)}:</b>{escape(rest)}" for name, _, rest in (line.partition(":") for line in lines)
    )
    html = (
        f'<div class="WordSection1"><p class="MsoNormal">{COMMENT}</p></div><div style="border:none;'
        f'border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{fields}</p></div>'
        f"<p><b>{escape(one.say)}</b></p><p>{escape(one.more)}</p>"
    )
    yield sample(
        f"outlook-html-{one.language}",
        fwd(one, html, *HTML),
        forwarded=WITHIN | {"subject": "Cable", "text": f"{one.say}\n\n{one.more}"},
    )


def apple(one: Client) -> Iterator[Sample]:
    """Each line quoted, and "Begin forwarded message" above."""
    quoted = "\n".join(f"> {line}".rstrip() for line in f"{head(one)}\n\n{body_of(one)}".split("\n"))
    yield sample(
        f"apple-{one.language}",
        fwd(one, f"{COMMENT}\n\n{one.apple_fwd}\n\n{quoted}\n", prefix="Fwd"),
        forwarded=WITHIN | {"subject": "Cable", "text": body_of(one)},
    )


def several() -> Iterator[Sample]:
    """What other programs do, once each."""
    en = CLIENTS["en"]
    inner = (
        "From: Joan Mill <joan@home.example>\nSubject: Cable\nDate: Tue, 12 May 2026 10:15:00 +0200\n"
        "Message-ID: <inner@home.example>\n\nIt is broken.\n"
    )
    attached = multipart("mixed", text(COMMENT), part(inner, "Content-Type: message/rfc822"))
    yield sample(
        "attached",
        mail(attached[1], "Subject: see this", attached[0], frm=AGENT),
        forwarded=WITHIN | {"subject": "Cable", "text": "It is broken.", "message_id": "<inner@home.example>"},
    )
    bird = (
        "Subject: \tCable\nDate: \tTue, 12 May 2026 10:15:00 +0200\nFrom: \tJoan Mill <joan@home.example>\n"
        "To: \tada@shop.example"
    )
    yield sample(
        "thunderbird",
        fwd(
            en,
            f"{COMMENT}\n\n\n-------- Forwarded Message --------\n{bird}\n\n\n\nIt is broken.\n",
            *EIGHT,
            "X-Forwarded-Message-Id: <inner@home.example>",
        ),
        forwarded=WITHIN | {"subject": "Cable", "text": "It is broken.", "message_id": "<inner@home.example>"},
    )
    yield sample(
        "outlook-plain-mailto",
        fwd(
            en,
            f"{COMMENT}\n\n-----Original Message-----\n{head(en, sender=MAILTO)}\n\nIt is broken.\n",
            prefix="FW",
        ),
        forwarded=WITHIN | {"text": "It is broken."},
    )
    yield sample(
        "outlook-bold-stars",
        fwd(en, f"{COMMENT}\n\n{head(en, sign='*')}\n\nIt is broken.\n", prefix="FW"),
        forwarded=WITHIN | {"text": "It is broken."},
    )
    notes = (
        f"{'-' * 22} Forwarded by Ada Agent/SHOP on 05/12/2026 12:00 PM {'-' * 27}\n\n"
        '"Joan Mill" <joan@home.example> on 05/13/2026 10:15:00 AM\nTo:\tada@shop.example\ncc:\t\nSubject:\tCable\n'
    )
    yield sample(
        "notes",
        fwd(en, f"{COMMENT}\n\n{notes}\n\nIt is broken.\n"),
        forwarded={"sender": "Joan Mill <joan@home.example>", "subject": "Cable", "text": "It is broken."},
    )
    yield sample(
        "no-comment",
        fwd(en, f"---------- Forwarded message ---------\n{head(en)}\n\nIt is broken.\n"),
        forwarded={"comment": "", "text": "It is broken."},
    )
    yield sample(
        "with-signature",
        fwd(
            en,
            f"{COMMENT}\n\n-- \nAda\nShop Ltd\n\n---------- Forwarded message ---------\n{head(en)}\n\nIt is broken.\n",
        ),
        forwarded=WITHIN | {"text": "It is broken."},
    )
    yield sample(
        "reply-is-none", fwd(en, f"Yes.\n\n{head(en)}\n\nIs it broken?\n", prefix="Re"), forwarded=None, reply="Yes."
    )
    yield sample(
        "original-in-a-reply-is-none",
        fwd(en, f"Yes.\n\n-----Original Message-----\n{head(en)}\n\nIs it?\n", prefix="RE"),
        forwarded=None,
    )
    yield sample("no-address-is-none", fwd(en, f"See.\n\n{head(en, sender='Joan Mill')}\n\nx\n"), forwarded=None)
    yield sample(
        "finnish-answer-is-none",
        fwd(CLIENTS["fi"], f"Kyllä.\n\n{head(CLIENTS['fi'])}\n\nOnko?\n", prefix="VS"),
        forwarded=None,
    )
    yield sample(
        "danish-vs",
        fwd(CLIENTS["da"], f"{COMMENT}\n\n{head(CLIENTS['da'])}\n\nDet virker ikke.\n", prefix="VS"),
        forwarded=WITHIN | {"text": "Det virker ikke."},
    )
    two = multipart("mixed", text("Two of them."), *[part(inner, "Content-Type: message/rfc822")] * 2)
    yield sample("two-attached-is-none", mail(two[1], two[0], frm=AGENT), forwarded=None)
    yield sample(
        "automatic-is-none",
        fwd(en, f"---------- Forwarded message ---------\n{head(en)}\n\nx\n", *EIGHT, "Auto-Submitted: auto-replied"),
        forwarded=None,
    )


SAMPLES = tuple(
    one for client in CLIENTS.values() for maker in (gmail, outlook, apple) for one in maker(client)
) + tuple(several())
