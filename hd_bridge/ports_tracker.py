"""The door to a Redmine-style tracker: what is asked of it and told it, and how that may fail. Pure.

Part of the ports (ports.py), under the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hd_bridge.findings import Finding
from hd_bridge.model import Catalogue, Change, Changed, Draft, Opened, Ticket, Upload
from hd_bridge.people import Member
from hd_bridge.ports_losses import Originals
from hd_bridge.ports_relations import Relations
from hd_bridge.ports_wiki import Wiki

LARGEST_FILE = 64 << 20


class Tracker(Originals, Relations, Wiki, Protocol):
    """A Redmine-style tracker by its REST API."""

    def prove(self) -> None:
        """The canary: ask who we are. ``Closed`` if the key is not (any more) the bridge's."""

    def catalogue(self, project: str) -> Catalogue:
        """The names that a project knows. ``Refused`` if there is no such project for us."""

    def members(self, project: str, *, logins: bool = False) -> tuple[Member, ...]:
        """The people of a project but ourselves, ``logins`` (one request each, once) where they are wanted and told.
        ``Refused`` if there is no such project for us."""

    def upload(self, name: str, media_type: str, content: bytes) -> str:
        """Lay a file into the tracker; its single-use token. ``Refused`` if too large or of a forbidden type."""

    def token_alive(self, token: str) -> bool:
        """Whether an uploaded file is still there (redmine.md B5: unused ones are pruned after a day)."""

    def create(self, draft: Draft, uploads: Sequence[Upload]) -> Opened:
        """Open a ticket; a token that was used before makes it ``Refused`` and nothing is opened."""

    def change(self, number: int, change: Change) -> None:
        """Add notes, files, status or fields to a ticket. ``NotNow`` after a parallel change, ``Refused`` with
        ``missing`` where the ticket is not there (proved)."""

    def ticket(self, number: int) -> Ticket | None:
        """A ticket whole, with notes and files; ``None`` if it is not there (proved)."""

    def me(self) -> int:
        """The number of the bridge's own user."""

    def file(self, id: int, *, most: int = LARGEST_FILE) -> bytes:
        """What a file on a ticket holds. ``Refused`` if it has more than ``most`` octets (no more are read), with
        ``missing`` if it is not there (proved)."""

    def find_upload(self, name: str) -> int | None:
        """The number of the ticket that carries a file of exactly this name; ``None`` only if proved."""

    def changed(self, since: datetime | None, *, whole: bool = True) -> Changed:
        """Tickets with ``updated_on`` at or after ``since`` (redmine.md A2); with ``None`` only the newest. Without
        notes. An empty answer is given only if proved. Unless ``whole``, what has changed since it was asked the last
        time will do: one request where that is little, however much lies there."""

    def check(self) -> tuple[Finding, ...]:
        """Log in, read rights and names, say what is missing."""
