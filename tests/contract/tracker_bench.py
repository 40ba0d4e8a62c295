"""What a tracker's test class gives to the contract: the tracker under test and a hand on its far side. Pure.

A bench is made for one test or for many; tests never look at anything but what they made themselves, so tickets of
other tests may lie about. Its project must not be public: a stranger's listing must come out empty there.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from hd_bridge.model import Draft, Opened, Ticket, Upload
from hd_bridge.ports import Tracker


class Bench(Protocol):
    """One tracker with a project ready to be written to, and what an agent or another program does to it.

    Names are as the tracker shows them. ``field`` is a text custom field that the catalogue lists,
    ``learnt_field`` one that only an answer names (Redmine 5.0: "for all projects", not in the catalogue there);
    both belong to the project's default tracker. ``open_status`` is open and not the first; the bridge's role may go
    from any status to any. ``assignee`` is an agent's name as the catalogue gives it, the one who writes notes here;
    ``login`` and ``role`` are theirs. ``upload_limit`` is the largest file taken, in bytes. The project has at least
    two trackers and two categories, and no default category.
    """

    tracker: Tracker
    project: str
    category: str
    other_category: str
    other_tracker: str
    priority: str
    assignee: str
    login: str
    role: str
    field: str
    learnt_field: str
    open_status: str
    closed_status: str
    upload_limit: int

    def fresh(self) -> Tracker:
        """The same tracker with the same key, by an adapter that has learnt nothing yet."""

    def stranger(self) -> Tracker:
        """The same tracker by an adapter whose key is wrong."""

    def count(self, word: str) -> int:
        """How many tickets of the project, open or closed, have ``word`` in their subject; by the far side itself."""

    def note(
        self,
        number: int,
        text: str,
        *,
        private: bool = False,
        files: Mapping[str, bytes] | None = None,
        status: str | None = None,
    ) -> None:
        """An agent (not the bridge) writes a note, in one call with the files and the status, if any."""

    def relate(self, number: int, other: int, kind: str) -> None:
        """An agent says how a ticket stands to another one, in Redmine's words (``duplicates``)."""

    def assign(self, number: int, category: str | None, assignee: str | None) -> None:
        """An agent sets both, in one call; ``None`` empties."""

    def write_page(self, title: str, text: str) -> None:
        """An agent writes a page of the project's wiki."""


class BurstBench(Bench, Protocol):
    """A bench that can make many tickets change at one moment."""

    def burst(self, word: str, how_many: int) -> Sequence[int]:
        """Numbers of so many tickets with ``word`` in the subject, all changed within one and the same second of the
        tracker's time (any, in the past), however they come to be (SQL will do)."""


class FaultBench(Bench, Protocol):
    """A bench that can spoil the next call of its ``tracker``."""

    def lose_next_answer(self) -> None:
        """The next create or change of ``tracker`` is done by the far side, and its answer is lost."""

    def collide_next_change(self) -> None:
        """The next change of ``tracker`` meets a parallel one: the far side refuses it as stale (Redmine: 422, no
        errors named)."""


class LateBench(Bench, Protocol):
    """A bench whose tracker can be slower than whoever waits for its answer."""

    def next_lands_late(self, operation: str, by: timedelta, *, checked: bool = False) -> None:
        """The next ``create`` or ``change`` is not answered and runs so much later, on the tracker's clock; with
        ``checked`` what it checks it has checked before."""

    def pass_time(self, span: timedelta) -> None:
        """The tracker's clock goes on."""


def a_word() -> str:
    """A word that no other ticket has: letters and digits only, so that every search finds it whole."""
    return "w" + uuid.uuid4().hex[:16]


def a_key() -> str:
    """A mail's key: 24 hex digits."""
    return uuid.uuid4().hex[:24]


def laid(tracker: Tracker, name: str, content: bytes = b"bytes", media_type: str = "text/plain") -> Upload:
    """A file laid into the tracker, ready to be put on a ticket."""
    return Upload(token=tracker.upload(name, media_type, content), name=name, media_type=media_type)


def opened(bench: Bench, *, word: str | None = None, uploads: Sequence[Upload] = ()) -> Opened:
    """A plain ticket of the bench's project, with ``word`` in its subject."""
    draft = Draft(project=bench.project, subject=f"Contract {word or a_word()}", description="A plain ticket.")
    return bench.tracker.create(draft, uploads)


def present(tracker: Tracker, number: int) -> Ticket:
    """The ticket, which must be there."""
    ticket = tracker.ticket(number)
    assert ticket is not None, f"ticket {number} is not there"
    return ticket
