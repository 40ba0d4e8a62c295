"""A letter's bytes from its words: headers that cannot be injected into, text and HTML, the same every time. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256

from hd_bridge.errors import Refused
from hd_bridge.mail.filenames import safe_name
from hd_bridge.mail.mime import Entity, alternative, file_part, mixed, related, text_part, written
from hd_bridge.work import Letter

FIRST, LAST = 4, 6
LONGEST_ID = 900  # a Message-ID cannot be folded, and a line holds 998 octets (RFC 5322 §2.1.1)
ONE_ID = re.compile(r"<[^\s<>\x00-\x20\x7f-\uffff]+>")
ADDRESS = re.compile(r"[^\s@<>\x00-\x20\x7f-\x9f\",;:\\()\[\]]+@[^\s@<>\x00-\x20\x7f-\x9f\",;:\\()]+")
CONTENT_ID = re.compile(r"[A-Za-z0-9._-]{1,100}(?:@[A-Za-z0-9.-]{1,100})?", re.ASCII)
MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}", re.ASCII)
# Controls, line and paragraph separators, bidi embeddings and isolates, halves of surrogate pairs.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PLAIN_PHRASE = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter; one with a ``content_id`` is a picture that the HTML shows."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


def content_id(step: str, name: str, domain: str) -> str:
    """The content-id of a picture in the letter of a step: the same however often it is made, and plain."""
    return f"{sha256(f'{step}/{name}'.encode()).hexdigest()[:24]}@{domain if domain.isascii() else 'letter.invalid'}"


def compose_letter(
    *,
    message_id: str,
    from_name: str,
    from_address: str,
    to: tuple[str, ...],
    subject: str,
    text: str,
    html: str | None,
    in_reply_to: str | None,
    references: Sequence[str],
    automatic: bool,
    instance: str,
    date: datetime,
    sender: str | None,
    reply_to: str | None = None,
    cc: tuple[str, ...] = (),
    enclosures: Sequence[Enclosure] = (),
) -> Letter:
    """A letter as it is stored and sent. ``in_reply_to`` and ``references`` are the answered mail's Message-ID and
    References, ``reply_to`` where answers shall go if not to From. The letter goes to ``to`` and ``cc``.

    ``Refused`` if an address cannot stand in a header.
    """
    headers = [
        ("From", _mailbox(from_name, from_address)),
        *([("Reply-To", _mailbox(from_name, reply_to))] if reply_to else []),
        ("To", ", ".join(_address(one) for one in to)),
        *([("Cc", ", ".join(_address(one) for one in cc))] if cc else []),
        ("Subject", _encoded(clean(subject))),
        ("Date", format_datetime(date)),
        ("Message-ID", message_id),
        *_threading(in_reply_to, references),
        *_automatic(automatic),
        ("X-HD-Bridge-Loop", clean(instance)),
    ]
    body = _body(text, html, enclosures, _boundary(message_id))
    return Letter(
        message_id=message_id,
        sender=sender,
        to=tuple(dict.fromkeys((*to, *cc))),
        subject=clean(subject),
        text=text,
        raw=written(body, headers),
    )


def thread(in_reply_to: str | None, references: Iterable[str]) -> tuple[str, ...]:
    """The References of an answer: the parent's and its own id, beyond ten the first four and the last six."""
    parent = () if in_reply_to is None else (in_reply_to.strip(),)
    sound = [one for one in map(str.strip, references) if _is_id(one) and one not in parent]
    chain = tuple(dict.fromkeys((*sound, *(one for one in parent if _is_id(one)))))
    return chain if len(chain) <= FIRST + LAST else chain[:FIRST] + chain[-LAST:]


def clean(value: str) -> str:
    """One line of text: what could end a header or turn the direction of its letters becomes a space."""
    return " ".join(UNSEEN.sub(" ", value).split())


def _is_id(one: str) -> bool:
    return len(one) <= LONGEST_ID and ONE_ID.fullmatch(one) is not None


def _threading(in_reply_to: str | None, references: Iterable[str]) -> list[tuple[str, str]]:
    chain = thread(in_reply_to, references)
    headers = [("References", " ".join(chain))] if chain else []
    if in_reply_to is not None and _is_id(in_reply_to.strip()):
        headers.insert(0, ("In-Reply-To", in_reply_to.strip()))
    return headers


def _automatic(automatic: bool) -> list[tuple[str, str]]:
    """RFC 3834 §5, and Exchange's own word for it. No Precedence: it makes some relays file the letter as bulk."""
    return [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")] if automatic else []


def _mailbox(name: str, address: str) -> str:
    shown = clean(name)
    if not shown:
        return _address(address)
    if PLAIN_PHRASE.fullmatch(shown):
        return f"{shown} <{_address(address)}>"
    if shown.isascii():
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{_address(address)}>'
    return f"{_encoded(shown)} <{_address(address)}>"


def _address(address: str) -> str:
    """An addr-spec with its domain in ASCII (IDNA), which every relay takes. A local part beyond ASCII cannot stand
    in a header of ASCII: it is shown as the empty group of RFC 6857 §3.1.10, and travels in the envelope alone."""
    if not ADDRESS.fullmatch(address) or len(address) > 320:
        raise Refused("an address of this letter is none that mail can be sent to; correct the contact")
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise Refused("an address of this letter has a domain that cannot exist; correct the contact") from error
    return plain if plain.isascii() else f"{_encoded(plain)} :;"


def _encoded(value: str) -> str:
    """As encoded words where it must be (RFC 2047); also where it looks like one, lest it be decoded."""
    if value.isascii() and "=?" not in value and max(map(len, value.split()), default=0) < 60:
        return value
    return Header(value, "utf-8", maxlinelen=60).encode(linesep="").replace("\n", "")


def _boundary(message_id: str) -> str:
    """Fixed by the Message-ID; ``=_`` never occurs in quoted-printable or base64, so in no part. With 28 digits
    the field that names it fits on one line."""
    return f"=_{sha256(message_id.encode()).hexdigest()[:28]}"


def _body(text: str, html: str | None, enclosures: Sequence[Enclosure], boundary: str) -> Entity:
    """Files around the letter, the letter's two forms, pictures beside the HTML that shows them."""
    shown = [one for one in enclosures if html is not None and one.content_id is not None]
    attached = [_file(one, None) for one in enclosures if one not in shown]
    letter = text_part(text, "plain")
    if html is not None:
        form = text_part(html, "html")
        pictures = [_file(one, one.content_id) for one in shown]
        letter = alternative([letter, related([form, *pictures], f"{boundary}r") if pictures else form], boundary)
    return mixed([letter, *attached], f"{boundary}m") if attached else letter


def _file(enclosure: Enclosure, content_id: str | None) -> Entity:
    """A message or multipart in base64 would be unlawful (RFC 2046 §5.2.1): it goes as plain bytes."""
    if content_id is not None and not CONTENT_ID.fullmatch(content_id):
        raise ValueError("a content-id has plain signs only; see content_id()")
    media_type = enclosure.media_type.lower()
    if not MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"
    return file_part(safe_name(enclosure.name, media_type), media_type, enclosure.content, content_id)
