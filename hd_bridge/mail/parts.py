"""The parts of a mail, sorted into what is read and what is a file, within the caps. Pure.

An attached mail (message/rfc822) is a file; so are calendars, signatures and encrypted contents. In an alternative
plain text and HTML are two forms of one segment and the other forms of it are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.message import Message

from hd_bridge.mail.headers import Fields
from hd_bridge.mail.kinds import ATTACHED
from hd_bridge.mail.params import read_params, read_value
from hd_bridge.mail.payload import (
    as_leaf,
    children,
    content_of,
    inner_subject,
    is_lost_multipart,
    may_be_uuencoded,
    mended,
)
from hd_bridge.mail.tree import OVER
from hd_bridge.mail.uuencode import take_out

MOST_PARTS = 200
DEEPEST = 50
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,120}")
BODY_TYPES = ("text/plain", "text/html")
MEANT = {"plain/text": "text/plain", "text/text": "text/plain", "html/text": "text/html", "text/ascii": "text/plain"}
# Other forms of the same text that some programs add; the original has them.
ODD_TEXTS = ("text/enriched", "text/richtext", "text/markdown", "text/x-markdown")
OTHER_FORMS = ("text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One leaf: what it is, how it is meant, and its content on demand."""

    message: Message
    media_type: str
    params: dict[str, str]
    disposition: str
    name: str
    content_id: str | None
    location: str

    def content(self) -> bytes:
        """Its decoded bytes."""
        return content_of(self.message)

    @property
    def is_body(self) -> bool:
        """Whether a mail program shows it as text: a name makes it a file, unless it is the only text there is."""
        return self.media_type in BODY_TYPES and self.disposition != "attachment" and not self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One piece of the text, in one or both of its forms."""

    plain: Part | None = None
    html: Part | None = None


@dataclass(slots=True)
class Sorted:
    """All parts of a mail in order."""

    segments: list[Segment] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    count: int = 0


def sort_parts(message: Message) -> Sorted:
    """Walk the tree; parts beyond the caps are left out with a defect."""
    made = Sorted()
    for segment in _segments(message, 0, made):
        made.segments.append(_without_files(segment, made))
    if not made.segments:
        _promote_text(made)
    return made


def _without_files(segment: Segment, made: Sorted) -> Segment:
    """The text without the files that stand in it (uuencode), which join the others."""
    part = segment.plain
    if part is None or not may_be_uuencoded(part.message):
        return segment
    text, files = take_out(part.content())
    if not files:
        return segment
    made.files.extend(describe(as_leaf(content, name)) for name, content in files)
    return replace(segment, plain=replace(part, message=as_leaf(text)))


def _promote_text(made: Sorted) -> None:
    """Some programs name the body like a file; without any other text it is the text (and stays a file). A text of a
    kind that is seldom seen is the text as well, if it is all there is."""
    for part in made.files:
        if part.media_type in BODY_TYPES and part.disposition != "attachment":
            plain = part.media_type == "text/plain"
            made.segments.append(Segment(plain=part) if plain else Segment(html=part))
            return
    for part in made.files:
        if part.media_type in ODD_TEXTS and part.disposition != "attachment" and not part.name:
            made.segments.append(Segment(plain=part))
            made.files.remove(part)
            return


def _segments(message: Message, depth: int, made: Sorted) -> Iterator[Segment]:
    """The text segments in or below one part; everything else goes to the files."""
    made.count += 1
    if made.count > MOST_PARTS:
        return _over(made, f"more than {MOST_PARTS} parts")
    if depth > DEEPEST:
        return _over(made, f"parts are nested more than {DEEPEST} deep")
    inner = _within(message)
    if inner is None:
        part = describe(message)
        if part.is_body:
            yield Segment(plain=part) if part.media_type == "text/plain" else Segment(html=part)
        else:
            made.files.append(part)
    elif message.get_content_subtype() == "alternative":
        yield from _alternative(inner, depth, made)
    else:
        for child in inner:
            yield from _segments(child, depth + 1, made)
            if made.count > MOST_PARTS:
                return


def _alternative(forms: list[Message], depth: int, made: Sorted) -> Iterator[Segment]:
    """One segment of two forms. What an alternative holds twice (two texts and a picture between) stays separate."""
    kept = [child for child in forms if child.get_content_type() not in OTHER_FORMS]
    found = [segment for child in kept or forms for segment in _segments(child, depth + 1, made)]
    plain = [one for one in found if one.plain]
    html = [one for one in found if one.html]
    if len(plain) == 1 and len(html) == 1 and len(found) == 2:
        yield Segment(plain=plain[0].plain, html=html[0].html)
    elif html and plain:
        yield from html
    else:
        yield from found


def _over(made: Sorted, what: str) -> None:
    if OVER + what not in made.defects:
        made.defects.append(OVER + what)


def _within(message: Message) -> list[Message] | None:
    """The parts of a multipart; ``None`` for a leaf, which a message/* part is to us."""
    if message.get_content_maintype() != "multipart":
        return mended(message) if is_lost_multipart(message) else None
    return children(message) if message.is_multipart() else mended(message)


def _media_type(kind: bytes, message: Message) -> str:
    """The declared type where it is one, else what a part without a type is (RFC 2045 §5.2)."""
    declared = read_value(kind).partition(" ")[0]
    for candidate in (MEANT.get(declared, declared), message.get_content_type()):
        if MEDIA_TYPE.fullmatch(candidate):
            return candidate
    return "text/plain" if declared.startswith("text") else "application/octet-stream"


def describe(message: Message) -> Part:
    """What a leaf says about itself."""
    fields = Fields(message)
    kind, disposition = fields.first("content-type") or b"", fields.first("content-disposition") or b""
    params, how = read_params(kind), read_params(disposition)
    media_type = _media_type(kind, message)
    name = how.get("filename") or params.get("name") or ""
    if media_type == "application/applefile" and name:
        name += ".rsrc"  # the second half of a Macintosh file; the first one has the name
    if media_type in ATTACHED and not name:
        name = inner_subject(message)
    return Part(
        message=message,
        media_type=media_type,
        params=params,
        disposition=read_value(disposition),
        name=name,
        content_id=fields.text("content-id").strip("<> ") or None,
        location=fields.text("content-location"),
    )
