"""Letters' values and a ticket's facts, as the tests of letters and pages like to have them. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hd_bridge.letters import note_body
from hd_bridge.render import LetterValues
from hd_bridge.views import PageEvent, PageFacts, PageMessage
from hd_bridge.views_ticket import TicketRow
from tracking_site.pages import ticket_page

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
PAGE = "https://support.example.com/t/c0ffee-k3y/"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def values(**changes: Any) -> LetterValues:
    full = LetterValues(
        now=NOW,
        timezone="America/Sao_Paulo",
        contact_first="Maria",
        contact_last="Oliveira",
        contact_name="Maria Oliveira",
        company="Padaria Sol",
        subject="Printer does not print",
        tag="[Acme #123]",
        ticket=123,
        status="Received",
        category="Bugs",
        estimated="by Tuesday, 24 November",
        agent="Ana Souza",
        page_url=PAGE,
        faq_url="https://support.example.com/faq/",
        quoted="It has stopped printing.\nMaria",
        mailbox_name="support",
        sender_name="Acme Support",
        address="support@example.com",
        lines=("one mail is held", "the tracker refused ticket 12"),
    )
    return replace(full, **changes)


def row(status: str = "In Progress", **changes: Any) -> TicketRow:
    plain = TicketRow(
        number=123,
        conversation="c0ffee",
        project="internal-project",
        tracker="internal-tracker",
        subject="what an agent calls it",
        status=status,
        closed=False,
        priority="internal-priority",
        category="internal-category",
        assignee=None,
        due_date=None,
        updated_on=NOW,
    )
    return replace(plain, **changes)


_NOTE = """please press *Reset* for 5 seconds, as in "the guide":https://support.example.com/guide:

# hold it until the lamp @E0042@ is on, then let go; a rather long line that has to be wrapped on every screen
# wait
* [x] charged
* [ ] online

> It has stopped printing.

|_. Lamp|_. Means|
|green|ready|
|red|see https://support.example.com/faq/with-a-very-long-address-that-does-not-fit-on-a-phone-at-all|

<pre>
status --since 1h --verbose --all-of-it --in-one-rather-long-line-that-is-code
</pre>

---

h2. And then?

!lamp.png! !https://elsewhere.example/tracking.png!
"""
NOTE = note_body(_NOTE, "textile", {"lamp.png": "lamp@example.com"})


def answer_values(**changes: Any) -> LetterValues:
    """The values of an agent's answer that has everything in it."""
    said = {"agent_name": "Ana Souza", "body_text": NOTE.text, "body_html": NOTE.html, "mark": "ref:" + "a2" * 16}
    return values(**{**said, "kind": "waiting", "is_first_answer": True, "marker": True, **changes})


QUESTION = PageMessage(
    kind="customer",
    at=at(19, 12, 2),
    name="Maria Oliveira",
    text="It says:\n\n    E0042  FUSER\n\n<script>alert(1)</script> https://evil.example/" + "long" * 60,
    files=("display.jpg", "a-name-as-scanners-give-it-" + "0" * 60 + ".pdf"),
)
ANSWER = PageMessage(
    kind="team",
    at=at(20, 13, 15),
    name="Ana Souza",
    text="Hello Maria,\n\nplease read https://support.example.com/faq/#fuser.\n\nYou wrote:\n> It says:\n> E0042",
)
EVENTS = (
    PageEvent(kind="received", at=at(19, 12, 2)),
    PageEvent(kind="opened", at=at(19, 12, 2)),
    PageEvent(kind="category", at=at(19, 12, 3), new="internal-category"),
    PageEvent(kind="assignee", at=at(19, 12, 3), new="internal-group"),
    PageEvent(kind="status", at=at(19, 14), new="In Progress"),
    PageEvent(kind="due", at=at(19, 14), new="2026-11-24"),
    PageEvent(kind="answered", at=at(20, 13, 15)),
)


def facts(ticket: TicketRow | None = None, **changes: Any) -> PageFacts:
    plain = PageFacts(
        conversation="c0ffee",
        mailbox="support",
        subject="Printer does not print",
        language="en",
        opened_at=at(19, 12, 2),
        ticket=ticket,
        messages=(QUESTION, ANSWER) if ticket else (QUESTION,),
        events=EVENTS if ticket else EVENTS[:1],
    )
    return replace(plain, **changes)


IN_PROGRESS = row(assignee="Ana Souza", due_date=date(2026, 11, 24))
SOLVED = row("Closed", closed=True, closed_on=at(21, 11))


def page(shown: PageFacts, language: str = "en", **changes: Any) -> str:
    given: dict[str, Any] = {
        "timezone": "America/Sao_Paulo",
        "team": "Acme Support",
        "address": "support@example.com",
        "faq_url": "https://support.example.com/faq/",
        "tag": "[Acme #123]",
        "now": NOW,
    }
    return ticket_page(shown, language=language, **{**given, **changes}).decode()
