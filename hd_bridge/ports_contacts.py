"""What people ask the journal of contacts, and how they put right who is who. Pure.

A part of the port ``Journal`` (ports.py), under the same rules.
"""

from __future__ import annotations

from typing import Protocol

from hd_bridge.views import Acquaintance, Dealing


class Contacts(Protocol):
    """The Journal: contacts, their addresses, and what was dealt with."""

    def contacts(self, words: str, limit: int) -> tuple[Acquaintance, ...]:
        """Contacts in whose name, company or addresses ``words`` stand (empty: all), last seen first."""

    def acquaintance(self, contact: int) -> Acquaintance | None:
        """One contact."""

    def dealings(self, contact: int) -> tuple[Dealing, ...]:
        """Everything that was ever dealt with for a contact, newest first."""

    def merge_contacts(self, keep: int, gone: int) -> bool:
        """Two contacts are one person: ``keep`` gets all that ``gone`` has, and fills with it what it lacks. False if
        one of them is not there, or both are the same."""

    def split_contact(self, address: str, name: str, company: str) -> int | None:
        """An address becomes a contact of its own, with the conversations that it began; its id. Without a ``name``
        it gets the one that its mails bear. ``None`` if it is nobody's, or its contact's only one."""
