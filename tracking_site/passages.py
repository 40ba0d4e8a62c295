"""Messages and events as a page shows them: cleaned, split from their quotes, linked with care, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup, escape

from hd_bridge.render_text import many_lines, one_line, unwrap
from hd_bridge.render_words import day_words, moment_words, status_words
from hd_bridge.views import PageEvent, PageMessage
from tracking_site.words import SiteWords, words_of

# Trailing punctuation belongs to the sentence, not to the address (as in RFC 3986 appendix C).
_LINK = re.compile(r"https?://[^\s<>\"'“”«»]*[^\s<>\"'“”«».,;:!?)\]}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One message, ready to be set: ``moment`` is ISO 8601 for machines, ``when`` for people."""

    kind: str
    name: str
    role: str
    moment: str
    when: str
    text: Markup
    quoted: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of what happened when."""

    kind: str
    moment: str
    when: str
    what: str


def passage(message: PageMessage, *, language: str, timezone: str, team: str) -> Passage:
    """A message as it is shown. Only our own words are linked: a stranger's addresses stay plain text."""
    words, ours = words_of(language), message.kind == "team"
    text, quoted = split_quote(many_lines(message.text).strip("\n")) if ours else (many_lines(message.text), "")
    return Passage(
        kind="team" if ours else "customer",
        name=one_line(message.name) or (team if ours else words.customer),
        role=words.team if ours else "",
        moment=message.at.isoformat(),
        when=moment_words(language, timezone, message.at),
        text=linked(unwrap(text)) if ours else escape(text.strip("\n")),
        quoted=quoted,
        files=tuple(one_line(name) for name in message.files),
    )


def split_quote(text: str) -> tuple[str, str]:
    """Our words, and the quote at the end of them without its marks: it is already on the page further up."""
    lines = text.rstrip().split("\n")
    start = len(lines)
    while start and (lines[start - 1].startswith(">") or (not lines[start - 1].strip() and start < len(lines))):
        start -= 1
    quoted = "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines[start:]).strip("\n")
    if quoted and start and lines[start - 1].rstrip().endswith(":"):
        start -= 1
    return "\n".join(lines[:start]).rstrip(), quoted


def linked(text: str) -> Markup:
    """Escaped text in which http and https addresses can be followed, telling the other side nothing."""
    parts: list[Markup] = []
    end = 0
    for found in _LINK.finditer(text):
        link = Markup('<a href="{0}" rel="nofollow noopener noreferrer">{0}</a>').format(found[0])
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def entries(events: tuple[PageEvent, ...], *, language: str, timezone: str) -> tuple[Entry, ...]:
    """What happened when, as far as it concerns the customer, oldest first."""
    return tuple(
        Entry(
            kind=event.kind,
            moment=event.at.isoformat(),
            when=moment_words(language, timezone, event.at),
            what=_what(event, words_of(language), language),
        )
        for event in _worth_telling(events)
    )


def _worth_telling(events: tuple[PageEvent, ...]) -> Iterator[PageEvent]:
    """Without what is internal (category, assignee, …), what repeats itself, and a status that another line tells."""
    told: set[tuple[str, datetime]] = set()
    turns = {event.at for event in events if event.kind in ("solved", "reopened")}
    for event in sorted(events, key=lambda event: event.at):
        first = event.kind != "received" or not any(kind == "received" for kind, _ in told)
        empty = event.kind in ("status", "due") and not event.new
        twice = (event.kind, event.at) in told or (event.kind == "status" and event.at in turns)
        if event.kind in words_of("en").events and first and not empty and not twice:
            told.add((event.kind, event.at))
            yield event


def _what(event: PageEvent, words: SiteWords, language: str) -> str:
    new = one_line(event.new or "")
    if event.kind == "status":
        new = status_words(language, new, closed=False)
    if event.kind == "due":
        new = _day(language, new)
    return words.events[event.kind].replace("{new}", new)


def _day(language: str, new: str) -> str:
    """A due date as trackers write it (ISO 8601); one that is written otherwise is shown as it is."""
    try:
        return day_words(language, date.fromisoformat(new))
    except ValueError:
        return new
