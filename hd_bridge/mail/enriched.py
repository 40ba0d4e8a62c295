"""text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341) as plain text. Pure."""

from __future__ import annotations

import re

ENRICHED = ("text/enriched", "text/richtext")
_TAG = re.compile(r"<(/?)([A-Za-z0-9-]{1,60})>|<<|\n+")
_OLD = {"nl": "\n", "lt": "<", "np": "\n\n", "paragraph": "\n\n"}


def unenriched(text: str, *, old: bool = False) -> str:
    """Without tags and what they are told (colours, fonts). A line break alone is a space, of several one is left
    out; in ``old`` text all are spaces, and tags stand for line breaks."""
    made: list[str] = []
    position, unseen, kept = 0, 0, 0
    for found in _TAG.finditer(text):
        if not unseen:
            made.append(text[position : found.start()])
        position = found.end()
        close, tag = found[1], (found[2] or "").lower()
        if tag in ("param", "comment"):
            unseen = max(0, unseen + (-1 if close else 1))
        elif tag == "nofill":
            kept = max(0, kept + (-1 if close else 1))
        elif not unseen:
            made.append(_OLD.get(tag, "") if tag and old and not close else "" if tag else _of(found[0], old, kept > 0))
    if not unseen:
        made.append(text[position:])
    return re.sub(r"[ \t]+\n", "\n", "".join(made)).strip()


def _of(sign: str, old: bool, as_it_stands: bool) -> str:
    """What stands for ``<<`` or a run of line breaks."""
    if sign == "<<":
        return sign if old else "<"
    return sign if as_it_stands else " " if old or len(sign) == 1 else sign[1:]
