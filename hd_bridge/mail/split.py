"""Splits what the customer wrote now from what he quotes and how he signs. Pure.

To leave a quote in is harmless, to lose a word of the customer is not. So each line that goes needs a proof: quoted
lines one by one, that they are the mail answered and no list, log or prompt; all that stands below a head without
marks ("-----Original Message-----"), that something was written above it and nothing says that answers stand within.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from hd_bridge.mail import split_tail
from hd_bridge.mail.split_begins import Beginning, Beginnings
from hd_bridge.mail.split_lines import Line, Part, Quote, plain_lines
from hd_bridge.mail.split_marks import answered_within, is_rule, sent_from

_HUNK = re.compile(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?")
WRAPPED = 72
"""Columns at which programs wrap what they quote."""


def split_reply(text: str, *, markers: tuple[str, ...] = (), answers: bool = False) -> tuple[str, str]:
    """What was written now, and the rest (quotes, signature), of a plain text.

    ``markers`` are our own lines; ``answers`` says that the header tells that the mail answers another. The reply is
    never empty where the text is not, and no line is lost: each is in one of the two.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = parts_of(plain_lines(text), markers=markers, answers=answers)
    written = text.split("\n")
    return joined(written, parts, Part.NOW), joined(written, parts, Part.QUOTE, Part.END)


def joined(written: Sequence[str], parts: Sequence[Part], *wanted: Part) -> str:
    """The lines of some parts, with a blank line where something stood between them."""
    made: list[str] = []
    last = -1
    for place, line in enumerate(written):
        if parts[place] in wanted:
            if made and last < place - 1 and made[-1].strip():
                made.append("")
            if line.strip() or (made and last == place - 1) or (made and made[-1].strip()):
                made.append(line)
            last = place
    return "\n".join(made).strip("\n")


def parts_of(lines: Sequence[Line], *, markers: tuple[str, ...] = (), answers: bool = False) -> list[Part]:
    """What each line is; blank lines go with the line above them."""
    return _Splitting(lines, markers, answers).parts()


class _Splitting:
    """One text on its way; ``known`` turns true once it is sure that another mail is quoted in it."""

    def __init__(self, lines: Sequence[Line], markers: tuple[str, ...], answers: bool) -> None:
        self._lines = lines
        self._parts = [Part.NOW] * len(lines)
        self._filled = [place for place, line in enumerate(lines) if line.text]
        self._known = answers
        self._last_quoted = max((at for at in self._filled if lines[at].quote), default=-1)
        self._last_live = self._signed = -1
        self._within = self._marked = self._ruled = False
        self._first_now = 0
        self._begins = Beginnings(lines, markers)

    def parts(self) -> list[Part]:
        """From the top: armour and footers first, then quotes, then the signature of what is left."""
        if not self._filled:
            return self._parts
        self._end_matter()
        place = 0
        while place < len(self._lines):
            line = self._lines[place]
            place = self._step(place) if line.text and self._parts[place] is Part.NOW else place + 1
        self._without_rules()
        self._sign_off()
        return self._with_blanks()

    def _now(self, end: int | None = None) -> bool:
        """Whether anything above ``end`` was written now; what was not stays so."""
        filled = self._filled
        while self._first_now < len(filled) and self._parts[filled[self._first_now]] is not Part.NOW:
            self._first_now += 1
        return self._first_now < len(filled) and (end is None or filled[self._first_now] < end)

    def _end_matter(self) -> None:
        kept = list(self._parts)
        for place in split_tail.armour(self._lines):
            self._parts[place] = Part.END
        self._set(split_tail.footers(self._lines), len(self._lines), Part.END)
        if not self._now():
            self._parts, self._first_now = kept, 0
        self._last_live = next(at for at in reversed(self._filled) if self._parts[at] is Part.NOW)
        self._signed = split_tail.signature(self._lines, self._parts)

    def _set(self, start: int, end: int, part: Part) -> None:
        for place in range(start, end):
            if self._parts[place] is not Part.END:
                self._parts[place] = part

    def _step(self, place: int) -> int:
        """Looks at one line; how far that look settled the text."""
        head = self._begins.at(place)
        if head is None:
            return self._quoted(place) if self._lines[place].quote else place + 1
        below = next((at for at in range(head.after, len(self._lines)) if self._lines[at].text), None)
        if below is not None and self._lines[below].quote and not head.forwards:
            self._marked = self._marked or self._lines[below].quote is Quote.MARKED
            return self._drop(head.start, self._run(below))
        if head.spoken and below is not None and self._begins.at(below):
            return self._drop(head.start, head.after)  # the quote begins with an attribution of its own
        if head.sure and self._now(head.start) and self._all_below(head):
            self._ruled = not head.spoken
            return self._drop(head.start, len(self._lines))
        return max(head.after, place + 1) if not head.forwards or self._now(head.start) else len(self._lines)

    def _all_below(self, head: Beginning) -> bool:
        """Nothing tells the quote from answers within it, except that people say so, or mark other quotes below."""
        if head.forwards:
            return True
        if head.spoken and self._last_quoted >= head.after and self._filled[-1] > self._last_quoted:
            return False
        above = [
            self._lines[at].text for at in range(max(head.start - 80, 0), head.start) if self._parts[at] is Part.NOW
        ]
        self._within = self._within or answered_within("\n".join(above))
        return not self._within

    def _drop(self, start: int, end: int) -> int:
        self._known = True
        self._set(start, end, Part.QUOTE)
        return end

    def _run(self, place: int) -> int:
        """Just after the last of the quoted lines that follow each other, whatever is blank between them."""
        end = place + 1
        for at in range(place + 1, len(self._lines)):
            if self._lines[at].text and not self._lines[at].quote and not self._is_wrapped(at):
                break
            if self._lines[at].text:
                end = at + 1
        return end

    def _is_wrapped(self, place: int) -> bool:
        """The last words of a quoted line that was too long with its mark: the next quoted line goes on from them."""
        if not 0 < place < len(self._lines) - 1:
            return False
        above, here, below = self._lines[place - 1 : place + 2]
        words = here.text.split()
        wide = above.width >= WRAPPED - 10 and above.width + 1 + len(words[0]) >= WRAPPED
        goes_on = above.text[-1:].isalnum() or above.text.endswith(",")
        starts = here.text[0].islower() and below.text[:1].islower()
        return above.quote is below.quote is Quote.LIKELY and wide and goes_on and starts and len(words) <= 4

    def _quoted(self, place: int) -> int:
        """Quoted lines that nothing introduces."""
        end = self._run(place)
        strongest = max(line.quote for line in self._lines[place:end])
        sure = strongest is Quote.SURE or (strongest is Quote.MARKED and self._marked)
        if sure or (strongest is Quote.LIKELY and self._is_bare_quote(place, end)):
            return self._drop(place, end)
        return end

    def _is_bare_quote(self, place: int, end: int) -> bool:
        above = self._begins.above(place)
        if above.endswith((":", "：")) and not self._lines[place - 1].quote:
            return False  # announced by the writer: a command, a log, words of a third person
        if above == "---" or _HUNK.fullmatch(above):
            return False  # the new lines of a comparison (diff)
        if self._known:
            return True
        following = bisect_left(self._filled, end)
        last = end > self._last_live or self._filled[following] >= self._signed
        set_off = place > 0 and not self._lines[place - 1].text and end - place > 1
        return last and set_off and self._now(place)

    def _without_rules(self) -> None:
        """Without the drawn lines that Outlook and others put above the fields of a quote."""
        now = [place for place in self._filled if self._parts[place] is Part.NOW]
        if not now:
            self._parts = [Part.NOW] * len(self._lines)
            return
        if self._ruled:
            while len(now) > 1 and is_rule(self._lines[now[-1]].text) and not self._lines[now[-1]].quote:
                self._parts[now.pop()] = Part.QUOTE

    def _sign_off(self) -> None:
        """Takes off what a telephone adds and a signature, unless nothing would be left."""
        for _ in range(3):
            now = [place for place in self._filled if self._parts[place] is Part.NOW]
            if len(now) > 1 and sent_from(self._lines[now[-1]].text):
                self._parts[now[-1]] = Part.END
                continue
            start = split_tail.signature(self._lines, self._parts)
            if not now or start <= now[0] or start >= len(self._lines):
                return
            for place in now:
                if place >= start:
                    self._parts[place] = Part.END

    def _with_blanks(self) -> list[Part]:
        for place in range(1, len(self._lines)):
            if not self._lines[place].text:
                self._parts[place] = self._parts[place - 1]
        return self._parts
