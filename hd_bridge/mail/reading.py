"""One mail being read, each piece on its own, so that a broken piece leaves the others. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from typing import TypeVar

from hd_bridge.mail.attachments import read_files
from hd_bridge.mail.bounce import read_bounce
from hd_bridge.mail.guard import automatic_sign, unanswerable_sign
from hd_bridge.mail.headers import LONGEST_SUBJECT, Fields, read_date
from hd_bridge.mail.key import HEADER_CAP
from hd_bridge.mail.language import guess_language
from hd_bridge.mail.parts import Sorted, sort_parts
from hd_bridge.mail.reply import Reply, read_reply
from hd_bridge.mail.sealed import sealed
from hd_bridge.mail.subjects import is_answer
from hd_bridge.mail.texts import Texts, first_charset, read_texts
from hd_bridge.mail.tree import header_of, read_tree
from hd_bridge.mail.unpacking import unpack
from hd_bridge.model import Attachment, Bounce, Email

UNREADABLE = "unreadable: "
# What readers of hostile bytes raise. A bug that raises anything else shall be seen.
MISHAPS = (RecursionError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)
T = TypeVar("T")


def machine_sign(email: Email, bounce: Bounce | None, text: str) -> str | None:
    """Why a machine must have written a mail, by all that was read of it."""
    report = "It reports a delivery that failed" if bounce else None
    return automatic_sign(email.headers, text) or report


class Reading:
    """One mail and what has been found wrong with it so far; ``email`` reads all of it."""

    def __init__(self, raw: bytes | bytearray, key: str, markers: tuple[str, ...]) -> None:
        """A bytearray is emptied: it is a mail that nobody else needs."""
        self.raw, self.key, self.markers = raw, key, markers
        self.size = len(raw)
        self.defects: list[str] = []

    def attempt(self, what: str, default: T, read: Callable[[], T]) -> T:
        """What ``read`` finds, or ``default`` and a defect."""
        try:
            return read()
        except MISHAPS as error:
            self.defects.append(f"{UNREADABLE}{what} ({type(error).__name__})")
            return default

    def email(self) -> Email:
        """The whole mail, body first: it tells the charset of raw header fields."""
        message = self.attempt("the mail", None, self.tree)
        if message is None:
            return Email(key=self.key, message_id=None, date=None, sender=None, size=self.size, defects=self.said())
        parts = self.parts(message)
        self.defects.extend(parts.defects)
        texts = self.attempt("its text", Texts(plain="", html=""), lambda: read_texts(parts.segments))
        no_files: tuple[tuple[Attachment, ...], dict[str, str]] = ((), {})
        files, names = self.attempt("its files", no_files, lambda: read_files(parts.files, texts.html))
        self.defects.extend(sealed(parts.files, files, texts.plain))
        fields = Fields(message, first_charset(parts.segments))
        email = self.attempt("its header", self.headless(), lambda: self.header(fields))
        bounce = self.attempt("its report", None, lambda: read_bounce(message, email.headers, texts.plain))
        answers = bool(email.in_reply_to or email.references) or is_answer(email.subject)
        uncut = Reply(text=texts.plain, quoted="")
        reply = self.attempt("its reply", uncut, lambda: read_reply(texts, names, self.markers, answers))
        return replace(
            email,
            text=texts.plain,
            reply=reply.text,
            quoted=reply.quoted,
            passages=reply.passages,
            html=texts.html,
            markup=reply.markup,
            attachments=files,
            bounce=bounce,
            automatic=self.attempt("its signs", email.automatic, lambda: machine_sign(email, bounce, texts.plain)),
            language=self.attempt("its language", None, lambda: guess_language(reply.text)),
            size=self.size,
            defects=self.said(),
        )

    def head(self) -> Email:
        """What the header says, however long or odd the rest is."""
        email = self.attempt(
            "its header", self.headless(), lambda: self.header(Fields(header_of(bytes(self.raw[:HEADER_CAP]))))
        )
        return replace(email, size=self.size, defects=self.said())

    def attachments(self) -> tuple[Attachment, ...]:
        """The files alone; the HTML is read too where there is one, for it says which of them it shows."""
        message = self.attempt("the mail", None, self.tree)
        parts = Sorted() if message is None else self.parts(message)
        if not parts.files:
            return ()
        texts = self.attempt("its text", Texts(plain="", html=""), lambda: read_texts(parts.segments))
        no_files: tuple[tuple[Attachment, ...], dict[str, str]] = ((), {})
        return self.attempt("its files", no_files, lambda: read_files(parts.files, texts.html))[0]

    def tree(self) -> Message:
        """The tree of parts; what was wrong with it is noted."""
        tree = read_tree(self.raw)
        self.defects.extend(tree.defects)
        return tree.message

    def parts(self, message: Message) -> Sorted:
        """Its texts and files; those that are packed are opened."""
        parts = self.attempt("its parts", Sorted(), lambda: sort_parts(message))
        self.attempt("its packed files", None, lambda: unpack(parts))
        return parts

    def said(self) -> tuple[str, ...]:
        """The defects so far, each once."""
        return tuple(dict.fromkeys(self.defects))

    def headless(self) -> Email:
        """What is left of a mail whose header cannot be read."""
        return Email(key=self.key, message_id=None, date=None, sender=None)

    def header(self, fields: Fields) -> Email:
        """All that the header says."""
        headers = fields.decoded()
        sender, found_in = fields.sender()
        if found_in != "from":
            self.defects.append(f"no usable From: sender taken from {found_in}" if sender else "no usable From")
        return Email(
            key=self.key,
            message_id=fields.message_id(),
            date=read_date(fields.first("date") or b""),
            sender=sender,
            to=fields.addresses("to"),
            cc=fields.addresses("cc"),
            reply_to=fields.addresses("reply-to"),
            delivered_to=fields.delivered_to(),
            return_path=fields.return_path(),
            subject=fields.text("subject")[:LONGEST_SUBJECT],
            in_reply_to=fields.ids("in-reply-to"),
            references=fields.ids("references"),
            headers=headers,
            unanswerable=unanswerable_sign(headers),
        )
