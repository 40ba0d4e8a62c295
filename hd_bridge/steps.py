"""Steps: what is to be done, each kind one class, and the states that a step goes through. Pure.

A step's key comes from content only, so that a plan made again gives the same keys:
``<source>/<kind>/<target or ordinal>``; a source is a mail's key, ``note-<ticket>-<note>``,
``ticket-<number>-<change>``, ``issue-<number>-<closing>`` or ``time-<rule>-...``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hd_bridge.model import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseStep:
    """What all steps have. ``lane`` orders steps: one at a time, oldest first. ``after`` is a step to wait for,
    ``due`` a time. ``conversation`` is ``None`` for steps that belong to none."""

    key: str
    lane: str
    conversation: str | None = None
    after: str | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(BaseStep):
    """Open a ticket from a mail, with its files and its original."""

    mail: str
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(BaseStep):
    """Add a mail to its ticket as a public note, with its files and its original; set ``status`` if given. A ticket
    that was ``closed`` is asked whether another lives on for it."""

    mail: str
    notes: str
    status: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateNote(BaseStep):
    """Tell the agents something on the ticket that its customer must not see. Where it ``names`` a conversation,
    ``{ticket}`` in its words is that one's number, which may not have been known when it was planned."""

    notes: str
    names: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFields(BaseStep):
    """Complete custom fields of a ticket, by name; ``over``: whatever they hold already."""

    fields: tuple[tuple[str, str], ...]
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus(BaseStep):
    """Set a ticket's status by name, unless somebody has changed it from ``unless_not`` meanwhile (``None``: from
    anything)."""

    status: str
    unless_not: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relate(BaseStep):
    """Tell the tracker how a ticket stands to another: ``kind`` is Redmine's (duplicates, relates)."""

    other: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNote(BaseStep):
    """Read an agent's note once more, when there was time to mend it, and do what it says: most become letters.

    ``held`` is why a person must agree first. ``put_off``: the note has asked for the time that has come now.
    An agent's ``mail`` is done as a note is: its ``text`` is commands, as they were typed, and below them the words as
    CommonMark; ``sender`` and ``sender_name`` are whose it is. Its ``note`` is 0.
    """

    note: int
    held: str = ""
    put_off: bool = False
    mail: str | None = None
    text: str = ""
    sender: str = ""
    sender_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStatus(BaseStep):
    """Look once more at an agent's change of status (journal ``note``), and tell the customer of it if it stands."""

    note: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetter(BaseStep):
    """Render ``template`` and send it. An ``automatic`` letter goes out at most once: in doubt it is dropped.

    ``mail`` is the mail it answers, ``lines`` ready text for letters to the operator. ``said`` is what a person says
    in it, as plain text, and ``files`` are the names of what went with it: such a letter was rendered when it was
    planned.
    """

    kind: str
    template: str
    language: str
    mailbox: str
    to: tuple[str, ...]
    mail: str | None = None
    automatic: bool = True
    lines: tuple[str, ...] = ()
    said: str = ""
    agent: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPage(BaseStep):
    """Write the ticket's page anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAway(BaseStep):
    """Flag or move a mail on its server; ``how`` is ``flag`` or ``move:<folder>``."""

    mailbox: str
    place: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepCopy(BaseStep):
    """Lay a copy of a letter that went out into a folder of its mailbox; ``letter`` is the step that sent it."""

    mailbox: str
    folder: str
    letter: str


Step = (
    OpenTicket
    | AddNote
    | PrivateNote
    | SetFields
    | SetStatus
    | Relate
    | ReadNote
    | ReadStatus
    | SendLetter
    | PublishPage
    | FileAway
    | KeepCopy
)


# Letters that tell what a person did: automatic, so at most once, but no machine's talk, which the governor counts.
CAUSED_BY_PERSONS = frozenset({"status", "related"})


class State(StrEnum):
    """Where a step stands (house.md): the first five are on their way, the last three are not."""

    WAITING = "waiting"
    DUE = "due"
    CLAIMED = "claimed"
    DOING = "doing"
    RESTING = "resting"
    HELD = "held"
    DONE = "done"
    DROPPED = "dropped"


UNFINISHED = (State.WAITING, State.DUE, State.CLAIMED, State.DOING, State.RESTING)


def door_of(step: Step) -> str:
    """The name of the door that a step goes through; a claim leaves out those that are closed."""
    match step:
        case SendLetter():
            return "outbox"
        case PublishPage():
            return "site"
        case FileAway() | KeepCopy():
            return f"mailbox:{step.mailbox}"
        case _:
            return "tracker"
