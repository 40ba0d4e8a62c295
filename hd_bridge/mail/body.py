"""The HTML of a mail as plain text, and what the customer wrote in it as CommonMark. Pure.

Quotes are cut first, in the tree, where the lines written from it say that nothing new follows (``split.py``); what
is left is sanitised by nh3 and turned into CommonMark by html-to-markdown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hd_bridge.mail.html_lines import HtmlLine, lines_of
from hd_bridge.mail.html_markup import as_written, markup_of
from hd_bridge.mail.html_tree import after, before, parse_html
from hd_bridge.mail.split import joined, parts_of
from hd_bridge.mail.split_lines import Part


def html_to_text(html: str) -> str:
    """A whole HTML body as readable plain text; empty only where there is none. Never raises."""
    return _join(_lines(html))


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlReply:
    """What was written now in an HTML body, as CommonMark and as plain text; and all its lines with what each is."""

    markup: str
    text: str
    written: Sequence[str]
    parts: Sequence[Part]


def html_reply(
    html: str, names: Mapping[str, str], *, markers: tuple[str, ...] = (), answers: bool = False
) -> HtmlReply:
    """Reads an HTML body. ``names`` maps Content-IDs (without angle brackets) and Content-Locations to names of
    attachments; ``markers`` and ``answers`` are as in ``split_reply``.

    The CommonMark keeps quotes between whose lines the answers stand. Neither form is empty where the body shows
    anything. Never raises.
    """
    tree = parse_html(html)
    lines = lines_of(tree)
    parts = parts_of([one.line for one in lines], markers=markers, answers=answers)
    written = [one.shown.rstrip() for one in lines]
    end = max((place for place, part in enumerate(parts) if part is Part.NOW), default=len(lines) - 1) + 1
    if end < len(lines):
        tree = before(tree, lines[end].order)
    text = joined(written, parts, Part.NOW) or html_to_text(html)
    return HtmlReply(markup=markup_of(tree, names) or as_written(text), text=text, written=written, parts=parts)


def html_reply_markup(
    html: str, names: Mapping[str, str], *, markers: tuple[str, ...] = (), answers: bool = False
) -> tuple[str, str]:
    """CommonMark and plain text of ``html_reply``."""
    found = html_reply(html, names, markers=markers, answers=answers)
    return found.markup, found.text


def html_after(html: str, order: int, names: Mapping[str, str]) -> str:
    """What follows a place in an HTML body, as CommonMark; ``names`` as in ``html_reply_markup``. Never raises."""
    return markup_of(after(parse_html(html), order), names)


def _lines(html: str) -> list[HtmlLine]:
    tree = parse_html(html)
    return lines_of(tree) or lines_of(tree, hidden=True)


def _join(lines: list[HtmlLine]) -> str:
    return "\n".join(one.shown.rstrip() for one in lines).strip("\n")
