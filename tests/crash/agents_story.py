"""The second story: what agents set going. They begin a ticket, let a bearer in, merge, tell a status; one that a
person deletes is decided anew. Pure."""

from __future__ import annotations

from hd_bridge.model import Ticket
from tests.crash.stage import GONE, Stage
from tests.crash.story import SETTLED, Act, Beat, Chapters, last, looking, settling, tickets_by_word
from tests.homes import mail

NEW = ("echo", "foxtrot", "golf", "india", "hotel", "juliett")
ONCE = ("Bearer words.", "Kim answers.", "Moved words.", "mo@fourth.example belongs to this ticket now")
ANSWERS = {  # what agents write to people, and to whom
    "Echo words.": {"jane@acme.example"},
    "Hotel words.": {"kim@sixth.example"},
    "Welcome words.": {"jane@acme.example", "mo@fourth.example"},
    "Golf words.": {"cleo@fifth.example", "bo@other.example"},
}
ON = {"Echo words.": "echo", "Hotel words.": "hotel", "Welcome words.": "echo", "Golf words.": "golf"}
LOST = "Lost words."  # to somebody whose server refuses them
MAILS = 8
IVY = "Ivy <ivy@seventh.example>"


def _requests(stage: Stage) -> Act:
    stage.post(mail("echo", "Echo.", id="<1@acme.example>"))
    stage.post(mail("foxtrot", "Foxtrot.", sender="Bo <bo@other.example>", id="<1@o.example>"))
    stage.post(mail("golf", "Golf.", sender="Cleo <cleo@fifth.example>", id="<1@fifth.example>"))
    stage.post(mail("india", "India.", sender=IVY, id="<1@seventh.example>"))
    return stage.look


def _started(stage: Stage) -> Act | None:
    """A daemon looks again until its first look at the tracker has come through: what was there before stays inside."""
    return looking(stage, "starts", stage.house.journal.watermark() is not None)


def _beginning(stage: Stage) -> None:
    """Agents write to customers first, one of them to an address that takes no letters; answer; set a status. It is an
    hour later: by a clock that was set back just after the first start, their tickets would be from before it."""
    stage.clock.forward(hours=1)
    numbers = _numbers(stage)
    with stage.agent() as desk:
        desk.note(desk.open_ticket("support", "hotel", "!customer kim@sixth.example\nShe called."), "Hotel words.")
        desk.note(desk.open_ticket("support", "juliett", f"!customer {GONE}\nHe called."), LOST)
        desk.note(numbers["echo"], "Echo words.")
        desk.note(numbers["foxtrot"], "", status="In Progress")


def _noticing(stage: Stage) -> Act | None:
    """A daemon looks every few seconds, until it has seen all."""
    return looking(stage, "looks", all(_seen(stage, ticket) for ticket in stage.whole_tickets()))


def _seen(stage: Stage, ticket: Ticket) -> bool:
    row = stage.house.journal.snapshot(ticket.number)
    people = (note.id for note in ticket.notes if note.user == "Ana")
    return row is not None and row.notes.issuperset(people) and row.closed == ticket.closed


def _bearer(stage: Stage) -> Act:
    """Somebody whom nobody knows answers a letter of ours."""
    ours = _letter_on(stage, "echo")
    stage.post(mail("Re", "Bearer words.", sender="mo@fourth.example", id="<1@fourth.example>", In_Reply_To=ours))
    return stage.work


def _ordering(stage: Stage) -> None:
    """The bearer is let in, two tickets become one, a third is deleted."""
    numbers = _numbers(stage)
    with stage.agent() as desk:
        desk.note(numbers["echo"], "!accept\nWelcome words.")
        desk.note(numbers["foxtrot"], f"!merge #{numbers['golf']}")
    stage.delete_ticket(numbers["india"])


def _replies(stage: Stage) -> Act:
    """Whom agents wrote to first answers; so does she whose ticket is gone."""
    hotel = _letter_on(stage, "hotel")
    stage.post(mail("Re", "Kim answers.", sender="kim@sixth.example", id="<1@sixth.example>", In_Reply_To=hotel))
    again = mail("Re: india", "Ivy answers.", sender=IVY, id="<2@seventh.example>", In_Reply_To="<1@seventh.example>")
    stage.post(again)
    return stage.work


def _moved(stage: Stage) -> Act:
    """Whose ticket was merged writes to it: their words come onto the one that lives on."""
    stage.told.pop("looks", None)
    reply = "<1@o.example>"
    stage.post(mail("Re: foxtrot", "Moved words.", sender="bo@other.example", id="<2@o.example>", In_Reply_To=reply))
    return stage.look


def _to_both(stage: Stage) -> None:
    with stage.agent() as desk:
        desk.note(_numbers(stage)["golf"], "Golf words.")


CHAPTERS: Chapters = (
    (Beat(_requests), Beat(_started, again=True), *SETTLED),
    (Beat(_beginning), Beat(_noticing, again=True), Beat(_bearer), *SETTLED),
    (Beat(_ordering), Beat(_noticing, again=True), Beat(_replies), *SETTLED),
    (Beat(_noticing, again=True), Beat(_moved), Beat(_to_both), Beat(_noticing, again=True), *SETTLED),
    (Beat(last), Beat(settling, again=True)),
)


def _numbers(stage: Stage) -> dict[str, int]:
    return tickets_by_word(stage, NEW)


def _letter_on(stage: Stage, word: str) -> str:
    """The Message-ID of a letter of ours."""
    known = stage.house.journal.conversation_by_ticket(_numbers(stage)[word])
    assert known is not None
    return stage.signed(known.id, "an earlier letter")
