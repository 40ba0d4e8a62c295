"""The story that the bridge is told while it dies: all that the main road has, in chapters of beats. Pure.

A beat is what the world does, and then what the bridge does: that is where it can die, and what it needs to know to be
told on from there lies on the stage alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

from hd_bridge.model import Ticket
from hd_bridge.tracker.embedded_desk import Desk
from tests.crash.stage import GONE, Stage
from tests.fakes import START
from tests.homes import mail

NEW = ("alpha", "bravo", "charlie", "delta")
NOTES = ("Second words.", "Reopening words.", "Bearer words.")
PRIVATE = ("/private/bounce]", "/private/link]", "/ack/1/refused]", "/private/mend]")
ANSWERS = ("Solved.", "Answer words.", "Closing words.")  # each is one letter of a person
INSIDE = ("Between us.", "Taken back.", "Never said.")
OPEN, SECRET = "open.txt", "secret.txt"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
MAILS = 9  # one of them in both mailboxes, one handed out twice
# Seconds to wait until nothing is on its way any more: at first less than the rest, or it would never be tried.
PAUSES = (20, 60, *[240] * 40)
LOOKS = 3
APART = timedelta(hours=3)  # from one chapter's beginning to the next's

Act = Callable[[], object]


@dataclass(frozen=True)
class Beat:
    """``world`` does its part and answers what the bridge does next, if anything. With ``again`` it is asked until
    there is nothing more."""

    world: Callable[[Stage], Act | None]
    again: bool = False


Chapters = tuple[tuple[Beat, ...], ...]


def _requests(stage: Stage) -> Act:
    """A file, a picture, an address that takes no letters, an answer before its ticket has a number."""
    stage.post(_with_file())
    stage.post(mail("Re: alpha", "Second words.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    stage.post(_with_picture(), "sales")
    charlie = mail("charlie", "Charlie's words.", sender=GONE, id="<1@refused.example>")
    stage.post(charlie)
    stage.post(charlie, "sales")
    return stage.work


def _closing(stage: Stage) -> None:
    """An agent closes a ticket."""
    with stage.agent() as desk:
        desk.close_ticket(_numbers(stage)["bravo"], "Solved.")


def _noticing(stage: Stage) -> Act | None:
    """A daemon looks every few seconds, and sees it."""
    row = stage.house.journal.snapshot(_numbers(stage)["bravo"])
    return looking(stage, "looks", row is not None and row.closed)


def _answers(stage: Stage) -> Act:
    """A bounce, a stranger, a bearer, an answer that reopens, a mail handed out twice."""
    alpha = _numbers(stage)["alpha"]
    known = stage.house.journal.conversation_by_ticket(alpha)
    assert known is not None
    ours = stage.signed(known.id, "an earlier letter")
    stage.post(bounce(ours, "jane@acme.example"))
    stage.post(mail(f"#{alpha} delta", "Delta.", sender="Eve <eve@third.example>", id="<1@third.example>"))
    stage.post(mail("Re", "Bearer words.", sender="mo@fourth.example", id="<1@fourth.example>", In_Reply_To=ours))
    again = mail("Re", "Reopening words.", sender="bo@other.example", id="<2@o.example>", In_Reply_To="<1@o.example>")
    stage.post(again, "sales")
    stage.post(_with_file())  # the server numbers it anew: UIDVALIDITY has changed, or a folder was put back
    return stage.work


def _release(stage: Stage) -> Act:
    """A person releases the bearer's mail."""

    def release() -> None:
        for item in stage.house.journal.held():
            if "/" not in item.key:
                stage.house.journal.vouch(item.key)
        stage.work()

    return release


def _answering(stage: Stage) -> None:
    """Agents answer, with a file and a command; talk among themselves, with a file; and make a mistake."""
    numbers = _numbers(stage)
    with stage.agent() as desk:
        desk.note(numbers["alpha"], "Answer words.", files={OPEN: b"for you"})
        desk.note(numbers["alpha"], "Between us.", private=True, files={SECRET: b"not for you"})
        desk.note(numbers["alpha"], "Taken back.")
        desk.note(numbers["delta"], "!close\nClosing words.")
        desk.note(numbers["bravo"], "!clsoe\nNever said.")


def _reading(stage: Stage) -> Act | None:
    """A daemon looks until it has seen them."""
    row = stage.house.journal.snapshot(alpha := _numbers(stage)["alpha"])
    with stage.agent() as desk:
        (written,) = (note.id for note in _whole(desk, alpha).notes if note.notes == "Taken back.")
    return looking(stage, "looks", row is not None and written in row.notes)


def _taking_back(stage: Stage) -> None:
    """Within the grace an agent deletes a note."""
    with closing(sqlite3.connect(stage.folder / "tracker.sqlite")) as database, database:
        database.execute("DELETE FROM journal WHERE notes = 'Taken back.'")


def _open_mailboxes(stage: Stage) -> Act:
    for box in stage.boxes.values():
        box.closed = None
    stage.told["pauses"] = 0
    return stage.work


def settling(stage: Stage) -> Act | None:
    """Time passes until nothing is on its way any more."""
    pause = stage.told["pauses"]
    if stage.quiet or pause == len(PAUSES):
        return None
    stage.told["pauses"] = pause + 1
    stage.clock.forward(seconds=PAUSES[pause])
    return stage.on


def last(stage: Stage) -> Act:
    """Time enough for all that is under way: the latest calls land here, and what they changed is seen."""
    stage.outbox.before, stage.outbox.after = [], []
    stage.clock.forward(hours=2)
    stage.told["pauses"] = 0
    return stage.look


SETTLED = (Beat(_open_mailboxes), Beat(settling, again=True))
# Nothing more goes wrong in the last one, but for deaths.
CHAPTERS: Chapters = (
    (Beat(_requests), *SETTLED),
    (Beat(_closing), Beat(_noticing, again=True), Beat(_answers), *SETTLED),
    (Beat(_release), *SETTLED),
    (Beat(_answering), Beat(_reading, again=True), Beat(_taking_back), *SETTLED),
    (Beat(last), Beat(settling, again=True)),
)


def turn_page(stage: Stage, chapter: int) -> bool:
    """A chapter begins, by the clock; but while a call is under way, or the clock stands wrong, it goes on at once: the
    next things come while that is so. Whether it waited for the clock."""
    stage.clock.forward(seconds=10)
    stage.told.pop("looks", None)
    stage.told.pop("pauses", None)
    appointed = START + APART * chapter
    waits = stage.faults.under_way == 0 and stage.clock.stepped == timedelta(0) and stage.clock.moment <= appointed
    if waits:
        stage.clock.moment = appointed
    return waits


def _numbers(stage: Stage) -> dict[str, int]:
    return tickets_by_word(stage, NEW)


def looking(stage: Stage, what: str, seen: bool, most: int = LOOKS) -> Act | None:
    """A daemon looks every few seconds, until it has seen what there is to see."""
    looks = stage.told[what] = stage.told.get(what, 0) + 1
    if seen or looks > most:
        return None
    stage.clock.forward(seconds=90)
    return stage.look


def tickets_by_word(stage: Stage, words: Sequence[str]) -> dict[str, int]:
    """The bridge's own tickets by their word: the tracker may hold a twin."""
    with stage.agent() as desk:
        tickets = desk.tickets(closed=True)
    known = {ticket.number for ticket in tickets if stage.house.journal.conversation_by_ticket(ticket.number)}
    return {word: t.number for t in tickets for word in words if word in t.subject and t.number in known}


def _whole(desk: Desk, number: int) -> Ticket:
    ticket = desk.ticket(number)
    assert ticket is not None
    return ticket


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


def bounce(of: str, failed: str) -> bytes:
    """What a mail server says of a letter of ours that did not reach somebody, for now."""
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
            f"Final-Recipient: rfc822; {failed}",
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
