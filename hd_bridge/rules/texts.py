"""A mail as rules see it: for each subject of a condition the texts that it is compared with. Pure.

Texts are one line each (mail programs break phrases wherever the line is full), with straight apostrophes, and no
longer than ``LONGEST``. Each has a second view without accents, for people who write without them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from hd_bridge.model import Contact, Email

LONGEST = 100_000
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "\u00ad": None, "\u200b": None})


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a mail on one line, as it is written and without accents and case."""

    plain: str
    folded: str


class Texts:
    """The texts of one mail, made when they are first asked for."""

    __slots__ = ("_contact", "_email", "_known", "_mailbox")

    def __init__(self, email: Email, mailbox: str, contact: Contact | None) -> None:
        self._email, self._mailbox, self._contact = email, mailbox, contact
        self._known: dict[tuple[str, str], tuple[Text, ...]] = {}

    def of(self, what: str, name: str = "") -> tuple[Text, ...]:
        """The texts that a condition on ``what`` looks at; ``name`` is that of a header."""
        if (what, name) not in self._known:
            lines = (one_line(text) for text in self._raw(what, name) if text)
            self._known[what, name] = tuple(Text(line, folded(line)) for line in lines)
        return self._known[what, name]

    @property
    def size(self) -> int:
        """Bytes of the mail as it came."""
        return self._email.size

    @property
    def has_file(self) -> bool:
        """Whether it carries a file that is more than a picture in its text."""
        return any(not file.inline for file in self._email.attachments)

    @property
    def standing(self) -> str:
        """``known`` for somebody who had a ticket before, else ``new``."""
        return "known" if self._contact and self._contact.ticket_count else "new"

    def _raw(self, what: str, name: str) -> Iterator[str]:
        email = self._email
        if what == "mailbox":
            yield self._mailbox
        elif what == "from":
            yield email.sender.email if email.sender else ""
        elif what == "domain":
            yield from _domains(email.sender.email if email.sender else "")
        elif what == "to":
            yield from (*(one.email for one in (*email.to, *email.cc)), *email.delivered_to)
        elif what == "subject":
            yield email.subject
        elif what == "body":
            yield email.reply or email.text
        elif what == "header":
            yield from (value for key, value in email.headers if key.lower() == name.lower())
        elif what == "language":
            yield from _languages(email.language or "")
        elif what == "file":
            yield from (file.name for file in email.attachments)
        elif what == "contact":
            yield from (self._contact.name, *self._contact.addresses) if self._contact else ()
        elif what == "company":
            yield self._contact.company if self._contact else ""
        else:
            raise ValueError(f"no condition looks at {what!r}")


def one_line(text: str) -> str:
    """Runs of blanks and line breaks become one blank, apostrophes straight, and the rest is cut off."""
    return " ".join(unicodedata.normalize("NFC", text[:LONGEST].translate(_STRAIGHT)).split())


def folded(text: str) -> str:
    """Without accents and case: ``Não`` and ``nao`` are the same."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _domains(address: str) -> Iterator[str]:
    """A domain and those above it: ``is: acme.com`` fits mail.acme.com."""
    labels = address.rpartition("@")[2].split(".")
    yield from (".".join(labels[i:]) for i in range(max(1, len(labels) - 1)))


def _languages(tag: str) -> Iterator[str]:
    """A language tag and what it begins with: ``is: pt`` fits pt-BR."""
    parts = tag.split("-")
    yield from ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
