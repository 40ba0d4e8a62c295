"""Reads a note in CommonMark as Redmine does: line ends kept, tables, strikethrough; unknown tags are words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from hd_bridge.letters.redmine_words import Said

_CODE = (
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
)
_SAID = Said(
    _CODE,
    image=lambda name: f"![{name}]({quote(name)})",
    strong=lambda title: f"**{title}**",
)
# Tags that Redmine lets agents write, as far as a letter has a use for them. "<name>" is a word.
_TAGS = (
    "a|b|blockquote|br|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|img|ins|kbd|li|ol|p|pre|s|samp|span|strong|sub|"
    "summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul"
)
_MARKUP = re.compile(rf"(?P<comment><!--.*?-->)|(?P<tag></?(?:{_TAGS})(?:\s[^<>]*)?/?>)|<", re.DOTALL | re.IGNORECASE)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Every address is one; those that customers cannot follow become words when blocks are made."""
        return True


class _Renderer(RendererHTML):
    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return _MARKUP.sub(_as_tag, tokens[idx].content)

    html_block = html_inline


def common_mark_html(notes: str) -> str:
    """HTML of a note, not yet safe: for ``blocks_of``, which keeps what it knows."""
    html = _parser().render(_SAID(notes))
    assert isinstance(html, str)
    return html


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"breaks": True, "html": True}, renderer_cls=_Renderer)
    return parser.enable(["table", "strikethrough"])


def _as_tag(found: re.Match[str]) -> str:
    if found["comment"]:
        return ""
    return found["tag"] or escape(found[0])
