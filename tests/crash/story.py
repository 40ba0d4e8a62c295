"""The story that the bridge is told while it dies: all that the main road has, in three chapters. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage

from hd_bridge.work import SendLetter
from tests.crash.stage import GONE, Stage
from tests.homes import mail

NEW = ("alpha", "bravo", "charlie", "delta")
NOTES = ("Second words.", "Reopening words.", "Bearer words.")
PRIVATE = ("/private/bounce]", "/private/link]", "/ack/1/refused]")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
MAILS = 9  # one of them in both mailboxes, one handed out twice
LETTER = "answer/letter/1"
CHAPTERS = 3


def tell(stage: Stage, chapter: int) -> None:
    """One chapter, until nothing is on its way any more."""
    for act in (_requests, _answers, _people)[chapter](stage):
        stage.alive(act)
    for box in stage.boxes.values():
        box.closed = None
    stage.alive(stage.work)
    stage.settle()
    stage.clock.forward(seconds=10)


def end(stage: Stage) -> None:
    """Time enough for all that is under way."""
    stage.clock.forward(hours=2)
    stage.alive(stage.look)  # the latest calls land here, and what they changed is seen
    stage.settle()


def _requests(stage: Stage) -> Iterator[Callable[[], object]]:
    """A file, a picture, an address that takes no letters, an answer before its ticket has a number."""
    stage.post(_with_file())
    stage.post(mail("Re: alpha", "Second words.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    stage.post(_with_picture(), "sales")
    charlie = mail("charlie", "Charlie's words.", sender=GONE, id="<1@refused.example>")
    stage.post(charlie)
    stage.post(charlie, "sales")
    yield stage.work


def _answers(stage: Stage) -> Iterator[Callable[[], object]]:
    """An agent closes a ticket; a bounce, a stranger, a bearer, an answer that reopens, a mail handed out twice."""
    numbers = _numbers(stage)
    with stage.agent() as desk:
        desk.close_ticket(numbers["bravo"], "Solved.")
    for _ in range(3):
        if _seen_closed(stage, numbers["bravo"]):
            break
        stage.clock.forward(seconds=90)
        yield stage.look
    ours = _signed(stage, numbers["alpha"])
    stage.post(_bounce(ours))
    stage.post(mail(f"#{numbers['alpha']} delta", "Delta.", sender="Eve <eve@third.example>", id="<1@third.example>"))
    stage.post(mail("Re", "Bearer words.", sender="mo@fourth.example", id="<1@fourth.example>", In_Reply_To=ours))
    again = mail("Re", "Reopening words.", sender="bo@other.example", id="<2@o.example>", In_Reply_To="<1@o.example>")
    stage.post(again, "sales")
    stage.post(_with_file())  # the server numbers it anew: UIDVALIDITY has changed, or a folder was put back
    yield stage.work


def _people(stage: Stage) -> Iterator[Callable[[], object]]:
    """A person releases the bearer's mail and answers the first customer."""
    yield lambda: _release(stage)
    known = stage.house.journal.conversation_by_ticket(_numbers(stage)["alpha"])
    assert known is not None
    letter = SendLetter(
        key=LETTER,
        lane=f"{known.id}/letters",
        conversation=known.id,
        kind="answer",
        template="ack",
        language="en",
        mailbox="support",
        to=("jane@acme.example",),
        automatic=False,
    )
    stage.house.journal.add([letter])
    yield stage.work


def _release(stage: Stage) -> None:
    for item in stage.house.journal.held():
        if "/" not in item.key:
            stage.house.journal.vouch(item.key)
    stage.work()


def _numbers(stage: Stage) -> dict[str, int]:
    """The bridge's own tickets by their word: the tracker may hold a twin."""
    with stage.agent() as desk:
        tickets = desk.tickets(closed=True)
    known = {ticket.number for ticket in tickets if stage.house.journal.conversation_by_ticket(ticket.number)}
    return {word: t.number for t in tickets for word in NEW if word in t.subject and t.number in known}


def _seen_closed(stage: Stage, number: int) -> bool:
    row = stage.house.journal.snapshot(number)
    return row is not None and row.closed


def _signed(stage: Stage, number: int) -> str:
    known = stage.house.journal.conversation_by_ticket(number)
    assert known is not None
    return stage.signed(known.id, "an earlier letter")


def _with_file() -> bytes:
    message = _headed("alpha error", "Jane Cooper <jane@acme.example>", "<1@acme.example>", "support@example.com")
    message.set_content("First words.")
    message.add_attachment(b"%PDF-1.4 words", maintype="application", subtype="pdf", filename="a.pdf")
    message.set_boundary("cut")  # the same bytes every time
    return message.as_bytes()


def _with_picture() -> bytes:
    message = _headed("bravo", "Bo <bo@other.example>", "<1@o.example>", "sales@example.com")
    message.set_content("See it.")
    message.add_alternative('<p>See <b>it</b>: <img src="cid:p1"></p>', subtype="html")
    part = message.get_payload()[1]  # type: ignore[index]
    part.add_related(PICTURE, "image", "png", cid="<p1>", filename="p.png", disposition="inline")  # type: ignore[union-attr]
    message.set_boundary("cut")
    part.set_boundary("inner")  # type: ignore[union-attr]
    return message.as_bytes()


def _headed(subject: str, sender: str, id: str, to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, to, subject, id
    message["Date"] = "Sat, 21 Nov 2026 11:59:00 +0000"
    return message


def _bounce(of: str) -> bytes:
    return "\r\n".join(
        (
            "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
            "To: support@example.com",
            "Subject: Undelivered",
            "Message-ID: <bounce@mx.example>",
            "Return-Path: <>",
            "Auto-Submitted: auto-replied",
            'Content-Type: multipart/report; boundary="cut"; report-type=delivery-status',
            "",
            "--cut",
            "",
            "I could not deliver your mail.",
            "",
            "--cut",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            "Final-Recipient: rfc822; jane@acme.example",
            "Action: failed",
            "Status: 4.2.2",
            "",
            "--cut",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {of}",
            "",
            "--cut--",
            "",
        )
    ).encode()
