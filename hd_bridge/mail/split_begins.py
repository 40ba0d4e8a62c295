"""Finds where a quoted or passed-on mail begins: our marker, a divider, fields, an attribution. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hd_bridge.mail import split_heads, split_marks
from hd_bridge.mail.split_lines import Line, Quote
from hd_bridge.mail.split_marks import Evidence

HIGHEST = 3
"""Lines above its last one that an attribution may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """``start`` is its first line, ``after`` the line after its head; ``sure`` where the head alone is proof, so that
    what follows need not be marked as quoted; ``forwards`` where it says that a mail is passed on, ``spoken`` where it
    is a sentence ("On …, Jo wrote:"), which people could have written themselves."""

    start: int
    after: int
    sure: bool = True
    forwards: bool = False
    spoken: bool = False


class Beginnings:
    """Looks at the lines of one text."""

    def __init__(self, lines: Sequence[Line], markers: tuple[str, ...]) -> None:
        self._lines = lines
        self._first = next((place for place, line in enumerate(lines) if line.text), 0)
        self._markers = tuple(m for m in (marker.strip() for marker in markers) if m)

    def at(self, place: int) -> Beginning | None:
        """The head whose telling line is this one."""
        line = self._lines[place]
        if any(marker in line.text for marker in self._markers):
            return Beginning(start=self._above_marker(place), after=place + 1)
        kind = split_marks.divider(line.text)
        if kind == "forwarded" and line.quote is not Quote.LIKELY:
            return Beginning(start=place, after=place + 1, forwards=True)
        if line.quote:
            return self._in_arrows(place, line)
        if line.divides or kind:
            return Beginning(start=place, after=self._after_block(place + 1))
        return self._block(place) or self._attribution(place)

    def _in_arrows(self, place: int, line: Line) -> Beginning | None:
        """Heads that begin with the very sign of quotes."""
        if line.quote is not Quote.LIKELY:
            return None
        if split_marks.closed_by_arrows(line.text):
            return Beginning(start=place, after=place + 1)
        return Beginning(start=place, after=place + 1, sure=False) if split_marks.supercited(line.text) else None

    def above(self, place: int) -> str:
        """The nearest written line among the few above."""
        return next((line.text for line in reversed(self._lines[max(place - 3, 0) : place]) if line.text), "")

    def _texts(self, start: int, most: int) -> list[str]:
        return [line.text for line in self._lines[start : start + most]]

    def _after_block(self, place: int) -> int:
        """Past the fields below a divider."""
        begin = next((at for at in range(place, min(place + 3, len(self._lines))) if self._lines[at].text), place)
        if self._lines[begin : begin + 1] and not self._lines[begin].quote:
            block = split_heads.header_block(self._texts(begin, split_heads.LOOKED_AT))
            return begin + block if block else place
        return place

    def _block(self, place: int) -> Beginning | None:
        if not split_heads.label(self._lines[place].text):
            return None
        if place and split_heads.label(self._lines[place - 1].text):
            return None  # its first field was looked at and is none
        # "I got this mail:" announces a copy, to which the writer may well add something below.
        if self.above(place).endswith((":", "：")):
            return None
        texts = self._texts(place, split_heads.LOOKED_AT)
        block = split_heads.header_block(texts)
        if block:
            return Beginning(start=place, after=place + block)
        return self._notes_head(place, texts)

    def _notes_head(self, place: int, texts: list[str]) -> Beginning | None:
        """Lotus Notes: a name and a date without labels, then To, cc and Subject."""
        fields = split_heads.read_block(texts)
        if not {"to", "subject"} <= fields.fields.keys() or "from" in fields.fields:
            return None
        above = split_marks.notes_sender([line.text for line in self._lines[max(place - 9, 0) : place]])
        return Beginning(start=place - above, after=place + fields.lines) if above else None

    def _attribution(self, place: int) -> Beginning | None:
        """An attribution that ends at this line, however many lines above it belong to it."""
        lines = self._lines
        if not split_marks.may_end_attribution(lines[place].text):
            return None
        highest = max(place - HIGHEST, self._first)
        best: tuple[int, Evidence] | None = None
        for start in range(place, highest - 1, -1):
            above = lines[start]
            if not above.text or above.quote is not Quote.NONE:
                break
            found = split_marks.attribution([line.text for line in lines[start : place + 1]])
            if found and (best is None or split_marks.opens(above.text)):
                best = (start, found)
            if best and best[1] is Evidence.SURE:
                break
        if best is None:
            return None
        block = self._after_block(place + 1)
        if best[1] is Evidence.LIKELY and block == place + 1 and not self._quoted_next(block):
            return None
        return Beginning(start=best[0], after=block, sure=best[1] is Evidence.SURE or block > place + 1, spoken=True)

    def _quoted_next(self, place: int) -> bool:
        following = next((line for line in self._lines[place : place + 12] if line.text), None)
        return following is not None and following.quote is not Quote.NONE

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
        return found.start if found else above - 1
