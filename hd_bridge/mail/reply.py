"""What a mail says now, from both of its forms. Pure.

The HTML knows best where a quote begins, the plain text is how the words were meant to read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hd_bridge.mail.body import html_reply, html_to_text
from hd_bridge.mail.split import joined, parts_of
from hd_bridge.mail.split_lines import Part, plain_lines
from hd_bridge.mail.texts import Texts

_NO_WORDS = re.compile(r"<[^<>\s]{1,2000}>|\[[^\[\]\n]{0,200}\]|https?://[^\s<>]{1,2000}|[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What was written now, the rest, and the former as CommonMark where the mail is HTML. ``passages`` are both in
    their order where answers stand below or within what is quoted; what is quoted below them all is left out."""

    text: str
    quoted: str
    markup: str | None = None
    passages: tuple[tuple[bool, str], ...] = ()


def read_reply(texts: Texts, names: Mapping[str, str], markers: tuple[str, ...], answers: bool) -> Reply:
    """By the HTML's structure where there is some; its words as the plain form has them where that is possible."""
    plain = _of_plain(texts.plain, markers, answers)
    if not texts.html:
        return plain
    html = html_reply(texts.html, names, markers=markers, answers=answers)
    whole = html_to_text(texts.html)
    if 2 * len(html.text) < len(plain.text) and 2 * len(whole) < len(texts.plain):
        return plain  # the HTML form lacks what the plain one says
    passages = _passages(html.written, html.parts)
    rest = joined(html.written, html.parts, Part.QUOTE, Part.END)
    markup = html.markup.strip() or None
    if texts.plain == whole:
        return Reply(text=html.text, quoted=rest, markup=markup, passages=passages)
    text, quoted = _agreed(plain, html.text, _words(texts.plain), _words(whole))
    return Reply(text=text, quoted=quoted, markup=markup, passages=passages)


def _of_plain(text: str, markers: tuple[str, ...], answers: bool) -> Reply:
    written, parts = text.split("\n"), parts_of(plain_lines(text), markers=markers, answers=answers)
    return Reply(
        text=joined(written, parts, Part.NOW),
        quoted=joined(written, parts, Part.QUOTE, Part.END),
        passages=_passages(written, parts),
    )


def _agreed(plain: Reply, html: str, plain_whole: str, html_whole: str) -> tuple[str, str]:
    """Reply and rest in the plain form's words. The shorter of the two replies has found a quote that the other did
    not see, as long as its whole form goes on as the longer one does: else it only lacks something."""
    in_plain, in_html = _words(plain.text), _words(html)
    if in_html == in_plain or (in_plain and in_html.startswith(in_plain) and plain_whole.startswith(in_html)):
        return plain.text, plain.quoted
    if in_html and in_plain.startswith(in_html):
        lines = plain.text.split("\n")
        end = _line_after(lines, len(in_html)) if html_whole.startswith(in_plain) else len(lines)
        if end:
            rest = "\n".join(filter(None, ("\n".join(lines[end:]).strip("\n"), plain.quoted)))
            return "\n".join(lines[:end]).strip("\n"), rest
    return html or plain.text, plain.quoted


def _line_after(lines: Sequence[str], length: int) -> int:
    """The line by which so many signs of words have gone; 0 where that is within a line."""
    seen = 0
    for place, line in enumerate(lines):
        if seen == length and _words(line):
            return place
        seen += len(_words(line))
    return len(lines) if seen == length else 0


def _words(text: str) -> str:
    return _NO_WORDS.sub("", text)


def _passages(written: Sequence[str], parts: Sequence[Part]) -> tuple[tuple[bool, str], ...]:
    made: list[tuple[Part, list[str]]] = []
    for line, part in zip(written, parts, strict=True):
        if part is Part.END:
            continue
        if made and made[-1][0] is part:
            made[-1][1].append(line)
        else:
            made.append((part, [line]))
    while made and made[-1][0] is Part.QUOTE:
        made.pop()
    if all(part is Part.NOW for part, _ in made):
        return ()
    texts = ((part is Part.QUOTE, "\n".join(lines).strip("\n")) for part, lines in made)
    return tuple(one for one in texts if one[1].strip())
