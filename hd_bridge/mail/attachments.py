"""The files of a mail: decoded, safely and uniquely named, known by Content-ID where the text shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from html import unescape
from urllib.parse import unquote

from hd_bridge.mail.filenames import safe_name, unique_name
from hd_bridge.mail.parts import Part
from hd_bridge.model import Attachment

SHOWN = re.compile(r"cid:([^\"'\s<>)]{1,500})", re.IGNORECASE)
SOURCE = re.compile(
    r"(?:src|background|href)\s*=\s*(?:\"([^\"]{1,500})\"|'([^']{1,500})'|([^\s\"'>]{1,500}))", re.IGNORECASE
)


def read_files(files: Iterable[Part], html: str) -> tuple[tuple[Attachment, ...], dict[str, str]]:
    """The attachments, and their names by Content-ID and Content-Location for links in the HTML body."""
    shown = {unquote(found) for found in SHOWN.findall(html)}
    sources = {unescape(next(filter(None, found))) for found in SOURCE.findall(html)}
    taken: set[str] = set()
    made: list[Attachment] = []
    names: dict[str, str] = {}
    for part in files:
        name = unique_name(safe_name(part.name, part.media_type), taken)
        inline = part.content_id in shown or (html != "" and _is_shown(part, sources))
        made.append(_attachment(part, name, inline))
        by_name = part.name if part.name in sources else ""
        for link in (part.content_id, part.location, by_name):
            if link:
                names.setdefault(link, name)
    return tuple(made), names


def _is_shown(part: Part, sources: set[str]) -> bool:
    """Whether the HTML names it by its location, or a picture by its name."""
    if part.location and part.location in sources:
        return True
    return part.media_type.startswith("image/") and bool(part.name) and part.name in sources


def _attachment(part: Part, name: str, inline: bool) -> Attachment:
    content = part.content()
    return Attachment(
        name=name,
        media_type=part.media_type,
        content=content,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        inline=inline,
        content_id=part.content_id,
    )
