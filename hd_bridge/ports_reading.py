"""The door to what reads mails: strangers' bytes go in, plain values come out. Pure."""

from __future__ import annotations

from typing import Protocol

from hd_bridge.model import Attachment, Email, Forwarded


class Reader(Protocol):
    """Reads mails, in this process or outside. Thread-safe. ReaderError where it cannot work at all."""

    def ready(self) -> None:
        """Begin to load what reading needs; the first mail shall not wait for it."""

    def email(self, raw: bytes, key: str) -> Email:
        """The mail as far as it can be read; of its files perhaps only name, type and size (no content). What took
        too long has a defect that begins with ``unreadable:``."""

    def files(self, raw: bytes) -> tuple[Attachment, ...]:
        """The files of a mail with their contents. ``Unreadable`` where that takes too much time or memory."""

    def forwarded(self, raw: bytes) -> Forwarded | None:
        """The mail that a mail passes on, if it clearly does. ``Unreadable`` as ``files``."""

    def close(self) -> None:
        """Let go of what it holds; the next call begins anew."""
