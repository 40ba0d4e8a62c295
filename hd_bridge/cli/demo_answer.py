"""The agent's part of the demo: a saved answer and a file go to a customer, as a letter. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from importlib import resources
from pathlib import Path

from rich.panel import Panel
from rich.text import Text

from hd_bridge import app as house_app
from hd_bridge.cli.out import console, printable
from hd_bridge.config import Settings
from hd_bridge.ports import Journal
from hd_bridge.work import Letter, State

PAGE = "Canned_answers"
NAME = "looking_into_it"
REPORT = "what-we-found.txt"
FOUND = """What we found

08:30  an update changed the name of the shop's database
08:40  the old name was taken away, and every page failed
09:20  the new name is in place on the first of two servers
"""


def answer_ticket(settings: Settings, number: int, project: str) -> str:
    """An agent writes on a ticket as they would in the tracker; the note, as they typed it."""
    desk = house_app.desk(settings)
    try:
        shipped = (resources.files("hd_bridge") / "demo" / "answers.textile").read_text(encoding="utf-8")
        page = desk.page(project, PAGE) or desk.write_page(project, PAGE, shipped)  # a team's own are left alone
        note = f"!canned {NAME}" if NAME in page.text else "We have found the cause and are putting it right now."
        desk.note(number, note, files={REPORT: FOUND.encode()}, status="In Progress")
    finally:
        desk.close()
    return note


def answers_sent(journal: Journal, conversation: str) -> Iterator[Letter]:
    """The letters of people that have gone out, oldest first."""
    for step in journal.steps(conversation=conversation, states=(State.DONE,), limit=200):
        if step.key.startswith("note-") and step.key.endswith("/letter/1") and (letter := journal.letter(step.key)):
            yield letter


def file_of(folder: Path, letter: Letter) -> Path | None:
    """Where a letter lies in the outbox."""
    wanted = letter.message_id.encode()
    return next((file for file in sorted((folder / "new").glob("*")) if wanted in file.read_bytes()), None)


def show(letter: Letter, title: str) -> None:
    """A letter as a mail program shows its text."""
    head = message_from_bytes(letter.raw)
    lines = [f"{name}: {make_header(decode_header(head[name] or ''))}" for name in ("From", "To", "Subject")]
    files = [name for part in head.walk() if (name := part.get_filename())]
    lines += [f"Files: {', '.join(files)}"] if files else []
    body = printable("\n".join([*lines, "", letter.text]))
    console().print(Panel(Text(body), title=title, title_align="left"))
