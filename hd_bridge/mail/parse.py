"""A raw mail as an ``Email``: the one entry to reading, which takes any bytes and never raises. Pure.

What is wrong with a mail goes into ``defects``. Two kinds of them mean that a person must look at it: those that
begin with ``over the cap:`` and with ``unreadable:``; all others are remarks.

All that reads is loaded here and only here on demand (reading.py): five libraries and the patterns of twenty
languages take a third of a second, for which neither the start of the daemon nor a command that reads no mail waits.
"""

from __future__ import annotations

from hd_bridge.model import Attachment, Email, Forwarded


def parse(raw: bytes | bytearray, key: str = "", *, markers: tuple[str, ...] = ()) -> Email:
    """The mail as far as it can be read; ``markers`` are lines of ours that open the quoted part. A bytearray is
    emptied while it is read."""
    from hd_bridge.mail.reading import Reading

    return Reading(raw, key, markers).email()


def parse_header(raw: bytes | bytearray, key: str = "") -> Email:
    """What the header alone says; for mails of which no more can be read."""
    from hd_bridge.mail.reading import Reading

    return Reading(raw, key, ()).head()


def attachments_of(raw: bytes | bytearray) -> tuple[Attachment, ...]:
    """The files that ``parse`` finds in a mail, without reading what else is in it."""
    from hd_bridge.mail.reading import Reading

    return Reading(raw, "", ()).attachments()


def forwarded_in(raw: bytes | bytearray) -> Forwarded | None:
    """The mail that a mail passes on; reads both."""
    from hd_bridge.mail.forward import unwrapped

    return unwrapped(parse(raw))


def load_reading() -> None:
    """Load what reads mails, so that the first one need not wait for it."""
    parse(b"\n\nOne line,\nand one that might be what a telephone adds.")


class Here:
    """The port Reader in this process: for tests, and for mails that are ours. ``markers`` are as in ``parse``."""

    def __init__(self, markers: tuple[str, ...] = ()) -> None:
        self._markers = markers

    def ready(self) -> None:
        """Load it now."""
        load_reading()

    def email(self, raw: bytes, key: str) -> Email:
        """The whole mail."""
        return parse(raw, key, markers=self._markers)

    def files(self, raw: bytes) -> tuple[Attachment, ...]:
        """Its files."""
        return attachments_of(raw)

    def forwarded(self, raw: bytes) -> Forwarded | None:
        """What it passes on."""
        return forwarded_in(raw)

    def close(self) -> None:
        """Nothing is held."""
