"""Steps and trails in the words of people who read them on a terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hd_bridge.model import Trace
from hd_bridge.work import (
    AddNote,
    FileAway,
    KeepCopy,
    OpenTicket,
    PrivateNote,
    PublishPage,
    ReadNote,
    ReadStatus,
    Relate,
    SendLetter,
    SetFields,
    SetStatus,
    Step,
)


def words_of(step: Step) -> str:
    """What a step does, in one line."""
    match step:
        case OpenTicket():
            return f"open a ticket in project {step.draft.project}: {_draft(step)}"
        case AddNote():
            return "add it to its ticket as a note" + (f", and set the status {step.status}" if step.status else "")
        case PrivateNote():
            return f"tell the agents in a private note: {_line(step.notes)}"
        case SetFields():
            return "set " + ", ".join(f"{name} to {value}" for name, value in step.fields)
        case SetStatus():
            return f"set the status {step.status}"
        case Relate():
            return f"say that it {step.kind} #{step.other}"
        case ReadNote() if step.mail:
            return "read this answer of an agent, and do what it says"
        case ReadNote():
            return f"read note {step.note} once more, and do what it says"
        case ReadStatus():
            return f"tell the customer of the change of status {step.note}, if it stands"
        case SendLetter():
            return f"send the letter {step.template} ({step.language}) to {', '.join(step.to)}"
        case PublishPage():
            return "write the ticket's page"
        case FileAway():
            return f"file it away on the mail server ({step.how})"
        case KeepCopy():
            return f"keep a copy of the letter in folder {step.folder} of mailbox {step.mailbox}"


def _draft(step: OpenTicket) -> str:
    draft = step.draft
    chosen = {
        "tracker": draft.tracker,
        "category": draft.category,
        "priority": draft.priority,
        "assignee": draft.assignee,
        "due": draft.due_date and draft.due_date.isoformat(),
        "watchers": ", ".join(draft.watchers),
        **dict(draft.fields),
    }
    told = [f"{name} {value}" for name, value in chosen.items() if value]
    return "; ".join([f"“{_line(draft.subject)}”", *told, *(["private"] if draft.private else [])])


def _line(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def trail_lines(trail: tuple[Trace, ...]) -> Iterator[str]:
    """Every rule that was tried, what it said, and on what evidence."""
    for trace in trail:
        yield f"{trace.rule}: {trace.outcome}" + (f" – {trace.evidence}" if trace.evidence else "")
