"""Turns the tree of a reply into CommonMark: clean HTML, sanitised by nh3, converted by html-to-markdown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import unquote

import html_to_markdown
import nh3

from hd_bridge.mail.html_lines import is_hidden, is_pixel
from hd_bridge.mail.html_tables import without_layout
from hd_bridge.mail.html_tree import BLOCK, UNSEEN, Node

DEPTH = 30
"""Elements within each other that are kept: what nh3 does takes time in proportion to the depth."""

_KEPT = frozenset(
    [
        *("p", "br", "hr", "blockquote", "pre", "code", "ul", "ol", "li", "a", "img"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "s", "del"),
        *("table", "thead", "tbody", "tr", "td", "th"),
    ]
)
_CODE = frozenset(["code", "kbd", "samp", "tt"])
_OPTIONS = html_to_markdown.ConversionOptions(extract_metadata=False, autolinks=True, br_in_tables=True, bullets="-")
_ESCAPE = "\ue0e5"
"""Stands for a backslash until the converter, which doubles backslashes, has run; a private character."""
_AMPERSAND = "\ue0e6"
"""Stands for ``&``: on a row of ``&amp;`` nh3 takes time quadratic in its length (17 s for a million)."""
_LONGEST_LINK = 4000

_BLANKS = re.compile(r"\n{3,}")
_HARD_BREAK_AT_END = re.compile(r"(?<! ) {1,40}(?=\n\n|\n?\Z)")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPECIAL = re.compile(r"[`*\[\]~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w{1,32};)")
_LEADING = re.compile(r"\A(\s*)(?:([#>+=-])|(\d{1,9})([.)](?=\s|$)))")


def markup_of(tree: Node, names: Mapping[str, str]) -> str:
    """CommonMark of a tree, empty where the converter gives up; ``names`` as in ``html_reply_markup``."""
    cleaned = _sanitised("".join(_html(without_layout(tree), _known(names), DEPTH, code=False)))
    try:
        converted = html_to_markdown.convert(cleaned, _OPTIONS).content or ""
    except html_to_markdown.ConversionError:  # a limit or a fault of its own; what was written is text as well
        return ""
    return (
        _HARD_BREAK_AT_END.sub("", _BLANKS.sub("\n\n", converted))
        .replace(_ESCAPE, "\\")
        .replace(_AMPERSAND, "&")
        .strip("\n")
    )


def as_written(text: str) -> str:
    """Plain text as CommonMark that shows it line by line."""
    lines = (_literal(line.replace("\\", "\\\\"), True) for line in text.split("\n"))
    return "  \n".join(lines).replace(_ESCAPE, "\\")


def _sanitised(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_KEPT),
        attributes={"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _known(names: Mapping[str, str]) -> dict[str, str]:
    return {key.strip("<> ").lower(): name for key, name in names.items()}


def _html(node: Node, names: Mapping[str, str], room: int, *, code: bool) -> Iterator[str]:
    """The children of a node as plain HTML without anything that the converter need not see."""
    fresh = node.tag in BLOCK
    for child in node.children:
        if not child.tag:
            text = child.text.replace("\u00a0", " ").replace(_ESCAPE, "").replace(_AMPERSAND, "")
            yield _escaped(text if code else _literal(_SPACE.sub(" ", text), fresh))
            fresh = fresh and not text.strip()
        elif child.tag in UNSEEN or is_hidden(child):
            continue
        elif child.tag == "img":
            yield _image(child, names)
            fresh = False
        else:
            if not fresh and _is_line(child):
                yield "<br>"
            yield from _element(child, names, room, code)
            fresh = child.tag in BLOCK or child.tag == "br"


def _element(node: Node, names: Mapping[str, str], room: int, code: bool) -> Iterator[str]:
    if node.tag == "br":
        yield "<br>"
    elif node.tag == "hr":
        yield "<hr>"
    elif _is_line(node):
        # Lines that people type are a div or a tight p each; as paragraphs of their own they would drift apart.
        yield from _html(node, names, room, code=code)
        yield "" if _ends_with_break(node) else "<br>"
    else:
        tag = "code" if node.tag in _CODE else node.tag
        kept = tag in _KEPT and room > 0
        inside = _html(node, names, room - kept, code=code or tag in ("code", "pre"))
        yield from (f"<{tag}{_attributes(node)}>", *inside, f"</{tag}>") if kept else inside
        yield "<br>" if node.tag in ("dt", "dd", "address") else ""


def _is_line(node: Node) -> bool:
    tight = node.tag == "div" or (node.tag == "p" and "MsoNormal" in node.get("class"))
    return tight and not node.blocks


def _ends_with_break(node: Node) -> bool:
    last = next((child for child in reversed(node.children) if child.tag or child.text.strip()), None)
    return last is not None and (last.tag == "br" or (last.tag != "" and _ends_with_break(last)))


def _attributes(node: Node) -> str:
    if node.tag == "a" and 0 < len(node.get("href")) <= _LONGEST_LINK:
        return f' href="{escape(node.get("href").strip())}"'
    if node.tag == "ol" and node.get("start").isdecimal():
        return f' start="{node.get("start")[:6]}"'
    return ""


def _image(node: Node, names: Mapping[str, str]) -> str:
    """An image that came with the mail, by the name of its file; of one from elsewhere only what it says."""
    source = node.get("src").strip()
    wanted = (source[4:] if source.lower().startswith("cid:") else source).lower()
    name = names.get(wanted) or names.get(unquote(wanted)) or names.get(wanted.rsplit("/", 1)[-1])
    alt = " ".join(node.get("alt").split())
    if name:
        return f'<img src="{escape(name)}" alt="{escape(alt)}">'
    return "" if is_pixel(node) else _escaped(_literal(alt, False))


def _escaped(text: str) -> str:
    return text.replace("&", _AMPERSAND).replace("<", "&lt;").replace(">", "&gt;")


def _literal(text: str, fresh: bool) -> str:
    """Text that reads as it is and not as markup; ``fresh`` where it begins a line."""
    text = _SPECIAL.sub(lambda match: _ESCAPE + match.group(), text)
    if fresh:
        text = _LEADING.sub(lambda m: f"{m[1]}{m[3] or ''}{_ESCAPE}{m[2] or m[4]}", text, count=1)
    return text
