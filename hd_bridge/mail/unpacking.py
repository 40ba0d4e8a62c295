"""Files that are wrappings of others are replaced by what is in them, or it is said why they cannot be. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hd_bridge.mail.kinds import FOR_AGENTS
from hd_bridge.mail.parts import MEDIA_TYPE, MOST_PARTS, Part, Segment, Sorted, describe
from hd_bridge.mail.payload import as_leaf
from hd_bridge.mail.tnef import TYPES, Opened, Packed, can_open, open_tnef


def unpack(made: Sorted) -> None:
    """Open every winmail.dat. Its text is the mail's where the mail has none."""
    if not any(map(_is_packed, made.files)):
        return
    made.files = [inner for part in made.files for inner in _unpacked(part, made)][: max(MOST_PARTS, len(made.files))]


def _is_packed(part: Part) -> bool:
    return part.media_type in TYPES or part.name.lower() == "winmail.dat"


def _unpacked(part: Part, made: Sorted) -> Iterator[Part]:
    opened = open_tnef(part.content()) if _is_packed(part) else None
    if opened is None:
        if _is_packed(part):
            made.defects.append(_why(part))
        yield part
        return
    if all(map(_is_empty, made.segments)):
        made.segments.extend(_text(opened))
    yield from map(_part, opened.files)


def _why(part: Part) -> str:
    name = part.name or "winmail.dat"
    if can_open():
        return f"{FOR_AGENTS}Files that Outlook packed into “{name}” cannot be read here: it is damaged."
    return f"{FOR_AGENTS}Files that Outlook packed into “{name}” cannot be read here (that takes hd-bridge[tnef])."


def _is_empty(segment: Segment) -> bool:
    return not any(one and one.content().strip() for one in (segment.plain, segment.html))


def _text(opened: Opened) -> Iterator[Segment]:
    if opened.html.strip():
        yield Segment(html=replace(describe(as_leaf(opened.html)), media_type="text/html"))
    elif opened.text.strip():
        yield Segment(plain=describe(as_leaf(opened.text)))


def _part(packed: Packed) -> Part:
    kind = packed.media_type if MEDIA_TYPE.fullmatch(packed.media_type) else "application/octet-stream"
    made = describe(as_leaf(packed.content, b"file"))
    return replace(made, name=packed.name, media_type=kind, content_id=packed.content_id)
