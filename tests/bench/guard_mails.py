"""Mails for the guard's figures: what machines send, and people's mails that come close. Touches the disk.

The words of the guard were tuned on what it missed of these: they show what is covered, and no rate on real mail.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.making import mail, multipart, part

GONE = "gone@customer.example"
ID = "<hd.c1.l1.abcdef@shop.example>"
COPY = f"From: support@shop.example\nTo: {GONE}\nMessage-ID: {ID}\nSubject: Re: A question\n\nDear Jo\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A mail with what it is: a ``bounce`` or not, written by a machine (``automatic``) or not."""

    group: str
    raw: bytes
    bounce: bool = False
    automatic: bool = False


def _reports() -> tuple[tuple[str, str, str], ...]:
    """Sender, subject and text of reports; most systems' have little else."""
    written = (Path(__file__).parent / "guard_reports.txt").read_text().split("%%\n")
    return tuple((m[1], m[2], m[3]) for one in written if (m := REPORT.fullmatch(one)))


REPORT = re.compile(r"From: ([^\n]*)\nSubject: ([^\n]*)\n\n(.*)", re.DOTALL)
REPORTS = _reports()
EXTRAS: tuple[tuple[str, ...], ...] = ((), ("Return-Path: <>",), ("Auto-Submitted: auto-replied", "Return-Path: <>"))
FORMS = ("plain", "html beside", "mixed with the letter", "base64")

AWAY = (
    ("Out of Office: Re: A question", "Thank you for your mail. I am currently out of the office until Monday.\n"),
    ("Automatic reply: Re: A question", "I will be away from my desk this week, with limited access to e-mail.\n"),
    ("Abwesenheitsnotiz: Re: Frage", "Ich bin vom 20. bis 27. nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.\n"),
    ("Absence du bureau", "Bonjour, je suis absent jusqu'au 27 novembre.\n"),
    ("Resposta automática: Re: pergunta", "Olá, estarei ausente até o dia 27.\n"),
    ("Fuori ufficio: domanda", "Sono assente fino al 27 novembre.\n"),
    ("Fuera de la oficina", "Hola, estaré fuera de la oficina hasta el 27.\n"),
    ("Frånvaro: fråga", "Jag är på semester till den 27.\n"),
    ("Автоответ: вопрос", "Здравствуйте, я в отпуске до 27 ноября.\n"),
    ("不在通知", "11月27日まで不在にしております。\n"),
    ("Jo Doe is out of the office", "I will be out of the office starting 20/11/2026 until 27/11/2026.\n"),
)
MARKS: tuple[tuple[str, ...], ...] = (
    (),
    ("Auto-Submitted: auto-replied",),
    ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"),
    ("X-Autoreply: yes", "Precedence: bulk"),
    ("Precedence: junk",),
    ("X-Auto-Response-Suppress: All",),
    ("Return-Path: <>",),
    (f"In-Reply-To: {ID}",),
    ("X-Autorespond: Re: A question", "Precedence: auto_reply"),
)
NOTICES: tuple[tuple[str, ...], ...] = (
    ("Auto-Submitted: auto-generated", "Subject: [JIRA] (PROJ-7) changed"),
    ("X-Cron-Env: <LANG=C>", "Subject: Cron <root@db> /usr/bin/backup"),
    ("Precedence: bulk", "Subject: Your weekly numbers"),
    ("X-Amazon-Mail-Relay-Type: notification", "Subject: Your order"),
    ("X-List-Administrivia: yes", "Subject: 3 requests wait for you"),
    ("Auto-Submitted: auto-notified", "Subject: Disk nearly full"),
    ("X-FC-MachineGenerated: true", "Subject: Auto reply"),
    ("Return-Path: <MAILER-DAEMON>", "Subject: Thank you for your mail"),
)

SUBJECTS = (
    "A question",
    "Delivery failed again",
    "Undelivered parcel",
    "Mail delivery problem in your app",
    "Returned goods",
    "Out of office rota",
    "Automatic reply does not work",
    "Vacation: how do I book it?",
    "Fwd: failure notice",
    "Re: Undeliverable: Hello",
    "WG: Unzustellbar: Frage",
    "Mail not delivered to our customers",
    "Rejected invoice 77",
    "User unknown at login",
    "Failure of the printer",
    "Zustellung fehlgeschlagen?",
    "Erro de entrega da encomenda",
)
TEXTS = (
    "Hello, could you have a look at my order? It should have come on Monday.\n",
    "Our customers say that your mails bounce: 550 5.1.1 User unknown. Can you help?\n",
    f"I got this back, what does it mean?\n\n> <{GONE}>: host mx said: 550 5.1.1 no such user\n",
    f"See below.\n\n---------- Forwarded message ----------\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
    f"Subject: Undelivered Mail Returned to Sender\n\nThis is the mail system at host mx.\n\n<{GONE}>: unknown\n",
    "I am out of the office next week; please call Ann instead. And where do I set my vacation reply?\n",
    "The delivery to our warehouse failed, the driver could not reach the following address: Main Street 7.\n",
    "The import says: permanent fatal error, unknown user. The message could not be sent.\n",
    "Guten Tag, die Nachricht konnte nicht zugestellt werden, sagt Ihr Programm. Was tun?\n",
)
PEOPLE: tuple[tuple[str, ...], ...] = (
    (),
    ("List-Id: <users.lists.example>", "Precedence: list"),
    ("List-Id: <users.lists.example>", "Precedence: bulk", "X-Loop: users@lists.example"),
    ("X-Auto-Response-Suppress: DR, OOF, AutoReply",),
    ("Auto-Submitted: no",),
    ("Return-Path: <jo@customer.example>",),
    ("In-Reply-To: <m1@shop.example>", "References: <m1@shop.example>"),
    ("List-Unsubscribe: <https://customer.example/u>", "Feedback-ID: 1:2:3:x"),
)
NAMES = ("Jo Doe <jo@customer.example>", '"Doe, Jo" <support@customer.example>', "root <root@customer.example>")
POSTMASTER = "Ann Lee <postmaster@customer.example>"


def bounces() -> Iterator[Case]:
    """Reports in words and with structure, each with and without what its relay adds."""
    for (sender, subject, text), extra, form in itertools.product(REPORTS, EXTRAS, FORMS):
        yield Case(
            group="bounce in words", raw=_report(sender, subject, text, extra, form), bounce=True, automatic=True
        )
    blocks = (
        f"Final-Recipient: rfc822; {GONE}\nAction: failed\nStatus: {code}\n{more}"
        for code in ("5.1.1", "5.0.0", "4.4.7", "4.2.2")
        for more in ("", f"Diagnostic-Code: smtp; 550 <{GONE}> unknown\n", "Remote-MTA: dns; mx.example\n")
    )
    for block, (sender, subject, text), extra in itertools.product(blocks, REPORTS[:6], EXTRAS):
        status = part(f"Reporting-MTA: dns; mx\n\n{block}", "Content-Type: message/delivery-status")
        kind, body = multipart("report", part(text), status, part(COPY, "Content-Type: message/rfc822"))
        raw = mail(body, f"{kind}; report-type=delivery-status", f"Subject: {subject}", *extra, frm=sender)
        yield Case(group="bounce with structure", raw=raw, bounce=True, automatic=True)


def _report(sender: str, subject: str, text: str, extra: tuple[str, ...], form: str) -> bytes:
    fields = (f"Subject: {subject}", *extra)
    plain = part(text, "Content-Type: text/plain; charset=utf-8")
    if form == "html beside":
        page = part(f"<p>{text}</p>", "Content-Type: text/html; charset=utf-8")
        kind, body = multipart("alternative", plain, page)
    elif form == "mixed with the letter":
        kind, body = multipart("mixed", plain, part(COPY, "Content-Type: message/rfc822"))
    else:
        kind, body = "Content-Type: text/plain; charset=utf-8", (text + "\n" + COPY).encode()
    return mail(body, kind, *fields, frm=sender)


def machines() -> Iterator[Case]:
    """Out-of-office notes with every mark, notices, and reports that tell of no failure."""
    for (subject, text), marks in itertools.product(AWAY, MARKS):
        raw = mail(text, f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", *marks)
        yield Case(group="out of office", raw=raw, automatic=True)
    for fields, text in itertools.product(NOTICES, TEXTS[:1]):
        yield Case(group="notice", raw=mail(text, *fields), automatic=True)
    for action in ("delayed", "delivered", "relayed", "expanded"):
        block = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {GONE}\nAction: {action}\nStatus: 2.0.0\n"
        status = part(block, "Content-Type: message/delivery-status")
        kind, body = multipart("report", part("Your message is on its way.\n"), status)
        raw = mail(body, f"{kind}; report-type=delivery-status", frm="mailer-daemon@mx.example")
        yield Case(group="report without failure", raw=raw, automatic=True)


def people() -> Iterator[Case]:
    """People's mails that come close to both, in their subjects, their words and their header."""
    for subject, text, fields, sender in itertools.product(SUBJECTS, TEXTS, PEOPLE, NAMES):
        raw = mail(text, f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", *fields, frm=sender)
        yield Case(group="people", raw=raw)
    for subject, text, fields in itertools.product(SUBJECTS, TEXTS, PEOPLE):
        raw = mail(text, f"Subject: {subject}", "Content-Type: text/plain; charset=utf-8", *fields, frm=POSTMASTER)
        yield Case(group="people who are postmasters", raw=raw)
