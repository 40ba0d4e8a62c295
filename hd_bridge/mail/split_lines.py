"""The lines of a mail as they are judged: their text, whether they are quoted, and what each turns out to be. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum, IntEnum

from hd_bridge.mail.split_heads import UNSEEN


class Quote(IntEnum):
    """How sure it is that a line is quoted."""

    NONE = 0
    INDENTED = 1  # a blockquote: mail programs quote with it, people indent with it
    MARKED = 2  # a bar, or initials: programs quoted with them once; now they are tables and prompts as well
    LIKELY = 3  # a sign such as ``>``, which people type too
    SURE = 4  # a mail program's own structure


class Part(Enum):
    """What a line is: written now, quoted (with what introduces it), or the end matter of a mail."""

    NOW = "now"
    QUOTE = "quote"
    END = "end"  # signature, footer of a list, armour, what a telephone adds


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a mail, stripped; ``divides`` where a mail program marks that the mail answered begins here,
    ``signs`` where it is the delimiter of RFC 3676 §4.3 to the letter. ``width`` counts the marks before it too."""

    text: str
    quote: Quote = Quote.NONE
    divides: bool = False
    signs: bool = False
    width: int = 0


_SIGNS = (">", "＞")
_INITIALS = re.compile(r"([A-Z][A-Za-z]{0,3}|[A-Z][a-z]{2,8})>(?:[ >]|$)")
_FROM_LINE = re.compile(r">{1,2}From ")
_FEWEST = 2
"""Lines that begin with the same initials before they count as quoted; one may be anything."""


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain text as they are judged."""
    bare = [UNSEEN.sub("", line).strip() for line in text.split("\n")]
    initials = _initials(bare)
    barred = sum(map(_is_barred, bare)) >= _FEWEST
    lines = [_line(line, initials, barred) for line in bare]
    for place, line in enumerate(text.split("\n")):
        if line == "-- ":
            lines[place] = Line(text="--", signs=True)
        elif _FROM_LINE.match(bare[place]) and not _quoted_beside(lines, place):
            lines[place] = Line(text=bare[place])  # a mailbox file's way to write "From" at the start of a line
    return lines


def _is_barred(bare: str) -> bool:
    """ "| text": a quote where a line above says so; more bars make a table."""
    return bare.startswith(("| ", ": ")) and bare.count(bare[0]) == 1


def _line(bare: str, initials: frozenset[str], barred: bool) -> Line:
    if bare.startswith(_SIGNS):
        return Line(text=bare.lstrip(">＞ \t"), quote=Quote.LIKELY, width=len(bare))
    if barred and _is_barred(bare):
        return Line(text=bare[1:].lstrip(), quote=Quote.MARKED)
    found = _INITIALS.match(bare) if initials else None
    if found and found[1] in initials:
        return Line(text=bare[found.end() :].lstrip("> "), quote=Quote.MARKED)
    return Line(text=bare)


def _initials(lines: list[str]) -> frozenset[str]:
    """The names put before quoted lines ("JD> text"), as some programs of the nineties did."""
    counted = Counter(found[1] for line in lines if (found := _INITIALS.match(line)))
    return frozenset(name for name, count in counted.items() if count >= _FEWEST)


def _quoted_beside(lines: list[Line], place: int) -> bool:
    beside = lines[max(place - 1, 0) : place] + lines[place + 1 : place + 2]
    return any(line.quote for line in beside)
