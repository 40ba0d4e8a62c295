"""The third story: what agents do beside answering. An issue is closed and its customers are told, an answer comes by
mail and is kept for the FAQ, a sender is blocked, a letter comes back; a field says what became of each letter. Pure.
"""

from __future__ import annotations

from tests.crash.stage import Stage
from tests.crash.story import SETTLED, Act, Beat, Chapters, bounce, last, looking, settling, tickets_by_word
from tests.homes import mail

NEW = ("kilo", "lima", "mike")  # tickets of customers
ISSUE = "november"  # what two of them wait for, in another project
FIELD = "Customer"  # says what became of a letter; any that the tracker has
ANA, BO, JANE, PEST = "ana@example.com", "bo@other.example", "jane@acme.example", "pest@spam.example"
SERVER = "mx.example.com"
TELL, MAIL = "Driver words.", "Mail words."  # what agents write to people
QUESTION = "Why does it crash?"
INSIDE = ("Enough of it.", "Pest again.")  # a note that is for the team, and a mail that nobody takes
LOOKS = 6


def _requests(stage: Stage) -> Act:
    stage.post(mail("kilo", "Kilo.", id="<1@acme.example>"))
    stage.post(mail("lima", "Lima.", sender=f"Bo <{BO}>", id="<1@o.example>"))
    stage.post(mail("mike", "Mike.", sender=PEST, id="<1@spam.example>"))
    return stage.work


def _relating(stage: Stage) -> None:
    """Two tickets wait for the same issue. A relation alone moves nothing: a note shows it at once."""
    numbers = tickets_by_word(stage, NEW)
    with stage.agent() as desk:
        issue = desk.open_ticket("sales", ISSUE)
        for word in ("kilo", "lima"):
            desk.relate(numbers[word], issue, "relates")
            desk.note(numbers[word], "We look into it.", private=True)


def _waiting(stage: Stage) -> Act | None:
    """The daemon looks until it knows who waits for the issue."""
    return looking(stage, "waiting", len(stage.house.journal.waiters(_issue(stage))) == 2, LOOKS)


def _closing(stage: Stage) -> None:
    """An hour later: by a clock that was set back since, it would have been closed before anybody waited for it."""
    stage.clock.forward(hours=1)
    with stage.agent() as desk:
        desk.note(_issue(stage), "", status="Closed")


def _hearing(stage: Stage) -> Act | None:
    """The daemon looks until it knows that the issue is closed."""
    return looking(stage, "hearing", _heard(stage), LOOKS)


def _ordering(stage: Stage) -> None:
    """The customers of both are told, and somebody is blocked."""
    numbers = tickets_by_word(stage, NEW)
    with stage.agent() as desk:
        desk.note(numbers["lima"], f"!tell {TELL}")
        desk.note(numbers["mike"], f"!block\n!noreply\n{INSIDE[0]}")


def _reading(stage: Stage) -> Act | None:
    """The daemon looks until it has seen both notes."""
    with stage.agent() as desk:
        tickets = [ticket for row in desk.tickets() if (ticket := desk.ticket(row.number))]
    written = [(ticket.number, note.id) for ticket in tickets for note in ticket.notes if note.notes.startswith("!")]
    rows = ((stage.house.journal.snapshot(number), note) for number, note in written)
    return looking(stage, "reading", all(row is not None and note in row.notes for row, note in rows), LOOKS)


def _answers(stage: Stage) -> Act:
    """An agent answers by mail, for the FAQ as well; a letter has come back; who is blocked writes again."""
    proof = f"{SERVER}; dmarc=pass header.from=example.com"
    stage.post(
        mail(
            "Re: kilo",
            f"!faq {QUESTION}\n{MAIL}",
            sender=f"Ana Lima <{ANA}>",
            id="<1@example.com>",
            In_Reply_To="<1@acme.example>",
            Authentication_Results=proof,
        )
    )
    lima = stage.house.journal.conversation_by_ticket(tickets_by_word(stage, NEW)["lima"])
    assert lima is not None
    stage.post(bounce(stage.signed(lima.id, "an earlier letter"), BO))
    stage.post(mail("mike", INSIDE[1], sender=PEST, id="<2@spam.example>"))
    return stage.work


CHAPTERS: Chapters = (
    (Beat(_requests), *SETTLED),
    (Beat(_relating), Beat(_waiting, again=True), Beat(_closing), Beat(_hearing, again=True), *SETTLED),
    (Beat(_ordering), Beat(_reading, again=True), *SETTLED),
    (Beat(_answers), *SETTLED),
    (Beat(last), Beat(settling, again=True)),
)


def _issue(stage: Stage) -> int:
    with stage.agent() as desk:
        return next(ticket.number for ticket in desk.tickets(closed=True) if ISSUE in ticket.subject)


def _heard(stage: Stage) -> bool:
    known = stage.house.journal.issue(_issue(stage))
    return known is not None and known.closed
