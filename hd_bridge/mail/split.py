"""Splits what the customer wrote now from what he quotes and how he signs. Pure.

To leave a quote in is harmless, to lose a word of the customer is not. So a cut needs a known beginning of a quote,
something written above it, and nothing new below it; in every other case the whole text is the reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from hd_bridge.mail import split_heads, split_marks
from hd_bridge.mail.split_marks import Evidence

SIGNATURE_LINES = 10
SIGNATURE_WIDTH = 100


class Quote(IntEnum):
    """Whether a line is quoted: by a sign that people type too (``>``), or by a mail program's own structure."""

    NONE = 0
    LIKELY = 1
    SURE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a mail, stripped; ``divides`` where a mail program marks that the mail answered begins here."""

    text: str
    quote: Quote = Quote.NONE
    divides: bool = False


def split_reply(text: str, *, markers: tuple[str, ...] = ()) -> tuple[str, str]:
    """What was written now, and the rest (quote, signature), of a plain text; ``markers`` are our own lines.

    The reply is never empty where the text is not, and no line is lost: reply and rest together hold all of them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    written = text.split("\n")
    end = reply_end(plain_lines(text), markers=markers)
    return "\n".join(written[:end]).strip("\n"), "\n".join(written[end:]).strip("\n")


def plain_lines(text: str) -> list[Line]:
    """The lines of a plain text as they are judged."""
    return [_line(one) for one in text.split("\n")]


def _line(text: str) -> Line:
    bare = split_heads.UNSEEN.sub("", text).strip()
    if not bare.startswith((">", "＞")):
        return Line(text=bare)
    return Line(text=bare.lstrip(">＞ \t"), quote=Quote.LIKELY)


def reply_end(lines: Sequence[Line], *, markers: tuple[str, ...] = ()) -> int:
    """How many lines from the top are the reply; all of them in doubt."""
    filled = [place for place, line in enumerate(lines) if line.text]
    if not filled:
        return len(lines)
    whole = _Whole(lines, filled[0], _last_new(lines, filled), markers)
    cut = whole.cut()
    if cut is None:
        return _without_signature(lines, filled[0], len(lines)) if whole.plain else len(lines)
    return _without_signature(lines, filled[0], _without_rules(lines, cut))


def _last_new(lines: Sequence[Line], filled: Sequence[int]) -> int:
    """The place of the last unquoted line that is no part of a signature at the very end; -1 for none."""
    free = [place for place in filled if lines[place].quote is Quote.NONE]
    end = _signature(lines, 0, len(lines))
    return next((place for place in reversed(free) if place < end), -1)


class _Whole:
    """A text in which the beginning of its quote is looked for, from the top.

    ``plain`` stays true while nothing that looks like a quote has been seen.
    """

    def __init__(self, lines: Sequence[Line], first: int, last_new: int, markers: tuple[str, ...]) -> None:
        self._lines = lines
        self._first = first
        self._last_new = last_new
        self._last_quoted = max((place for place, line in enumerate(lines) if line.quote), default=-1)
        self._markers = tuple(m for m in (marker.strip() for marker in markers) if m)
        self.plain = True

    def cut(self) -> int | None:
        """Where the quote begins; ``None`` where there is none, or none that may be cut."""
        for place, line in enumerate(self._lines):
            if not line.text:
                continue
            begins = self._begins(place, line)
            if begins is None:
                continue
            self.plain = False
            start, after, sure = begins
            return start if self._may_cut(start, after, sure) else None
        return None

    def _begins(self, place: int, line: Line) -> tuple[int, int, bool] | None:
        """A quote that begins at a line: its first line, the line after its head, whether its head is proof."""
        if any(marker in line.text for marker in self._markers):
            return self._above_marker(place), place + 1, True
        kind = split_marks.divider(line.text)
        if kind == "forwarded":  # what is sent on is meant to be read
            return self._first, place + 1, True
        if line.quote is Quote.SURE:
            return place, place, False
        if line.quote is Quote.LIKELY:
            return self._bare_quote(place)
        if line.divides or kind:
            return place, place + 1, True
        block = self._block(place)
        return (place, place + block, True) if block else self._attribution(place)

    def _may_cut(self, start: int, after: int, sure: bool) -> bool:
        if start <= self._first or self._last_new > self._last_quoted >= after:
            return False
        if sure and not self._quoted_next(after):
            # Nothing tells the quote from answers within it, except that people say so.
            above = "\n".join(line.text for line in self._lines[self._first : start][-60:])
            return not split_marks.answered_within(above)
        return self._last_new < after

    def _quoted_next(self, place: int) -> bool:
        following = next((line for line in self._lines[place : place + 12] if line.text), None)
        return following is not None and following.quote is not Quote.NONE

    def _above(self, place: int) -> str:
        """The nearest written line among the few above."""
        return next((line.text for line in reversed(self._lines[max(place - 3, 0) : place]) if line.text), "")

    def _bare_quote(self, place: int) -> tuple[int, int, bool] | None:
        """Quoted lines that nothing introduces: only at the end, set off, and not announced by the writer."""
        lines = self._lines
        if self._last_new > place or lines[place - 1].text or self._above(place).endswith((":", "：")):
            return None
        return (place, place, False) if any(line.text for line in lines[place + 1 : place + 3]) else None

    def _block(self, place: int) -> int:
        lines = self._lines
        if not split_heads.label(lines[place].text):
            return 0
        block = split_heads.header_block([line.text for line in lines[place : place + 20]])
        # "I got this mail:" announces a copy, to which the writer may well add something below.
        return 0 if block and self._above(place).endswith((":", "：")) else block

    def _attribution(self, place: int) -> tuple[int, int, bool] | None:
        """An attribution that ends at this line, however many lines above it belong to it."""
        lines = self._lines
        if not lines[place].text.endswith((":", "：", "--", "*", "_")):
            return None
        best: tuple[int, Evidence] | None = None
        highest = max(place - 3, self._first)
        if not split_marks.may_attribute([line.text for line in lines[highest : place + 1]]):
            return None
        for start in range(place, highest - 1, -1):
            above = lines[start]
            if not above.text or above.quote is not Quote.NONE:
                break
            found = split_marks.attribution([line.text for line in lines[start : place + 1]])
            if found and (best is None or _opens(above.text)):
                best = (start, found)
        if best is None or (best[1] is Evidence.LIKELY and not self._quoted_next(place + 1)):
            return None
        return best[0], place + 1, best[1] is Evidence.SURE

    def _above_marker(self, place: int) -> int:
        """A marker is the first line of our letter: what introduces the letter, in any language, stands just above."""
        lines = self._lines
        above = place
        while above - 1 > max(place - 4, self._first) and (not lines[above - 1].text or lines[above - 1].quote):
            above -= 1
        head = lines[above - 1].text if above > self._first else ""
        if not head.endswith((":", "：")) or not split_marks.may_attribute([head]):
            return place
        found = self._attribution(above - 1)
        return found[0] if found else above - 1


def _opens(text: str) -> bool:
    """Whether the first line of a wrapped attribution looks like one: a date in it, and no sentence that ends."""
    return any(c.isdigit() for c in text) and not text.endswith((".", "!", "?", "。"))


def _without_rules(lines: Sequence[Line], end: int) -> int:
    """Without the drawn lines that Outlook and others put above a quote."""
    place = end
    while place > 0 and (not lines[place - 1].text or split_marks.is_rule(lines[place - 1].text)):
        place -= 1
    return place or end


def _without_signature(lines: Sequence[Line], first: int, end: int) -> int:
    """Without what follows "-- " and what a telephone adds, unless nothing would be left."""
    end = _signature(lines, first + 1, end)
    place = end
    while place > first:
        if lines[place - 1].text and not split_marks.sent_from(lines[place - 1].text):
            return place if any(line.text for line in lines[place:end]) else end
        place -= 1
    return end


def _signature(lines: Sequence[Line], first: int, end: int) -> int:
    """Where a signature begins that ends at ``end``; ``end`` where there is none."""
    written = 0
    for place in range(end - 1, max(first, end - 30) - 1, -1):
        text = lines[place].text
        if text in ("--", "-- ", "– –", "——"):
            return place if written else end
        written += bool(text)
        if written > SIGNATURE_LINES or len(text) > SIGNATURE_WIDTH or lines[place].quote or _postscript(text):
            return end
    return end


def _postscript(text: str) -> bool:
    return text[:5].replace(".", "").replace(" ", "").upper().startswith(("PS:", "PS", "PPS", "ЗЫ", "追伸"))
