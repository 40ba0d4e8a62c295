"""The HTML of a mail as plain text, and what the customer wrote in it as CommonMark. Pure.

Quotes are cut first, in the tree, where the lines written from it say that nothing new follows (``split.py``); what
is left is sanitised by nh3 and turned into CommonMark by html-to-markdown.
"""

from __future__ import annotations

from collections.abc import Mapping

from hd_bridge.mail.html_lines import HtmlLine, lines_of
from hd_bridge.mail.html_markup import as_written, markup_of
from hd_bridge.mail.html_tree import after, before, parse_html
from hd_bridge.mail.split import reply_end


def html_to_text(html: str) -> str:
    """A whole HTML body as readable plain text; empty only where there is none. Never raises."""
    return _join(_lines(html))


def html_reply_markup(html: str, names: Mapping[str, str], *, markers: tuple[str, ...] = ()) -> tuple[str, str]:
    """What was written now, as CommonMark and as plain text, of an HTML body.

    ``names`` maps Content-IDs (without angle brackets) and Content-Locations to names of attachments; ``markers``
    are our own lines, as in ``split_reply``. Neither value is empty where the body shows anything. Never raises.
    """
    tree = parse_html(html)
    lines = lines_of(tree)
    end = reply_end([one.line for one in lines], markers=markers)
    if end < len(lines):
        tree = before(tree, lines[end].order)
    text = _join(lines[:end]) or html_to_text(html)
    return markup_of(tree, names) or as_written(text), text


def html_after(html: str, order: int, names: Mapping[str, str]) -> str:
    """What follows a place in an HTML body, as CommonMark; ``names`` as in ``html_reply_markup``. Never raises."""
    return markup_of(after(parse_html(html), order), names)


def _lines(html: str) -> list[HtmlLine]:
    tree = parse_html(html)
    return lines_of(tree) or lines_of(tree, hidden=True)


def _join(lines: list[HtmlLine]) -> str:
    return "\n".join(one.shown.rstrip() for one in lines).strip("\n")
