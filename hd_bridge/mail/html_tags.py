"""Cuts HTML into tags and text, whatever is wrong with it, in time linear in its length. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

ATTRIBUTES = 40
"""Attributes of one tag that are read; the rest of such a tag is noise."""

_RAW = frozenset(["script", "style", "title", "textarea", "iframe"])
# Not <joan@home.example> or <https://x.example>, which some programs forget to escape.
_NAME = re.compile(r"[a-zA-Z](?:[\w:.-]{0,60}[\w-])?(?=[\s/>])")
_VALUE = re.compile(r"=\s{0,20}([\"'])")
_ATTRIBUTE = re.compile(r"""([^\s=/>"']{1,60})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag (``name``), an end tag (``/name``) or a run of text (no name)."""

    name: str
    body: str = ""


def tags_of(html: str) -> Iterator[Tag]:
    """Cuts HTML into tags and text; each character is looked at a bounded number of times."""
    at, end = 0, len(html)
    closers = _Closers(html)
    while at < end:
        opening = html.find("<", at)
        if opening < 0:
            yield Tag("", html[at:])
            return
        if opening > at:
            yield Tag("", html[at:opening])
        if html.startswith("<!--", opening):
            at = closers.after("-->", opening + 2)
        elif html.startswith(("<!", "<?"), opening):
            at = closers.after(">", opening)
        elif name := _NAME.match(html, opening + 1 + html.startswith("</", opening)):
            at = _end_of_tag(html, name.end(), closers)
            if not at:  # no tag ends from here on
                yield Tag("", html[opening:])
                return
            yield Tag(html[opening + 1 : name.end()].lower(), html[name.end() : at])
            tag = name.group().lower()
            if tag in _RAW and html[opening + 1] != "/":
                at = closers.before_end_tag(tag, at)
        else:
            yield Tag("", "<")
            at = opening + 1


class _Closers:
    """Looks for closing marks and remembers in vain searches, so that a million openings cost one search."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._folded: str | None = None
        self._missing: set[str] = set()

    def after(self, mark: str, at: int) -> int:
        """Just after the next ``mark``; where there is none, after the rest of this tag or of all."""
        found = self.place(mark, at)
        if found >= 0:
            return found + len(mark)
        return self.after(">", at) if mark != ">" else len(self._html)

    def place(self, mark: str, at: int) -> int:
        """The place of the next ``mark``; -1 where there is none."""
        return self._find(self._html, mark, at)

    def before_end_tag(self, tag: str, at: int) -> int:
        """The place of ``</tag``; where it never comes, ``at`` (text is shown rather than lost)."""
        if self._folded is None:
            # Only ASCII is folded: str.lower may change the length and so the places.
            self._folded = re.sub("[A-Z]+", lambda m: m.group().lower(), self._html)
        found = self._find(self._folded, "</" + tag, at)
        return found if found >= 0 else at

    def _find(self, text: str, mark: str, at: int) -> int:
        if mark in self._missing:
            return -1
        found = text.find(mark, at)
        if found < 0:
            self._missing.add(mark)
        return found


def _end_of_tag(html: str, at: int, closers: _Closers) -> int:
    """Just after the ``>`` that ends a tag, past quoted values; a value that never ends is no value. 0 for none."""
    closing = closers.place(">", at) + 1
    for _ in range(ATTRIBUTES):
        value = _VALUE.search(html, at, closing) if closing else None
        end = closers.place(value.group(1), value.end()) if value else -1
        if end < 0:
            break
        at = end + 1
        if at >= closing:
            closing = closers.place(">", at) + 1
    return closing


def attributes_of(body: str) -> dict[str, str]:
    """The attributes in the body of a start tag, entities decoded; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(body.rstrip(">/")):
        name, double, single, bare = match.groups()
        found.setdefault(name.lower(), unescape(double or single or bare or ""))
        if len(found) >= ATTRIBUTES:
            break
    return found
