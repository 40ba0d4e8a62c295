"""Customers' words as the tracker's text: shown as they were written, with no sign of theirs alive. Pure.

``markup`` is "textile" or "common_mark", as the tracker is set up to format its texts (Policy.markup).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hd_bridge.tracker.markup_common_mark import CommonMark
from hd_bridge.tracker.markup_textile import Textile
from hd_bridge.tracker.markup_words import spaced, tidy

if TYPE_CHECKING:
    from hd_bridge.tracker.markup_walk import Target

_TARGETS: Mapping[str, Target] = {"textile": Textile(), "common_mark": CommonMark()}


def quote_plain(text: str, markup: str) -> str:
    """Plain text, line by line as it was typed; more than one empty line becomes one."""
    target = _TARGETS[markup]
    text = re.sub(r"\n{3,}", "\n\n", spaced(tidy(text))).strip("\n")
    return "\n\n".join(target.lines(target.words(paragraph)) for paragraph in text.split("\n\n"))


def quote_marked(text: str, markup: str) -> str:
    """Plain text that somebody quotes, as ``quote_plain`` shows it, without the ``>`` that it was quoted with."""
    bare = re.sub(r"^[ \t]*>[ ]?", "", text, flags=re.MULTILINE)
    written = quote_plain(bare, markup)
    return _TARGETS[markup].quoted(written) if written else ""


def from_common_mark(md: str, markup: str, images: Mapping[str, str]) -> str:
    """CommonMark that was made of an HTML mail, with its links, lists, tables, code and images.

    ``images`` gives, for what an image's address says in ``md``, the attachment's name on the ticket; other images
    are shown by their words. Links stay if they are http, https or mailto and do not pretend to lead elsewhere.
    Emphasis and headings become plain words.
    """
    # With the first HTML mail: sixty modules of a CommonMark parser that no start needs.
    from hd_bridge.tracker.markup_walk import walk

    return walk(tidy(md), _TARGETS[markup], images)
