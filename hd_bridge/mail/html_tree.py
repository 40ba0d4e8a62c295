"""Reads the HTML of a mail into a small tree, in one pass, whatever is wrong with it. Pure.

Mails need no browser's repair of nested formatting, but they do need a bound: the parsers that follow the HTML
standard take time quadratic in the depth (nh3 alone: 3 s for 200 kB of ``<div>``), so elements deeper than ``DEPTH``
lose their tags and keep their text. What no reader sees (scripts, styles, comments) never enters the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from hd_bridge.mail.html_tags import Tag, attributes_of, tags_of

DEPTH = 64
"""Elements within each other; a thread of twenty mails quoted in one another needs about sixty."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _words("area base br col embed hr img input link meta param source track wbr")
BLOCK = _words(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th "
    "thead tr ul"
)
UNSEEN = _words("script style head title template iframe svg math select textarea xml")
_IN_HEAD = _words("base link meta noscript script style template title xml")
_SCOPE = _words("table td th")
_TABLE = _words("table tbody thead tfoot tr")
_NOTHING = _words("")
_ITEMS = _words("ul ol menu dir")
_CELLS = _words("td th")
_ROWS = _words("tr td th")
_GROUPS = _words("tbody thead tfoot tr td th")

# An open element on the left is closed by any start tag on the right, up to the nearest of the elements after that.
_IMPLIED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "a": (_words("a"), _SCOPE),
    "li": (_words("li"), _ITEMS | _SCOPE),
    "dt": (_words("dt dd"), _words("dl") | _SCOPE),
    "dd": (_words("dt dd"), _words("dl") | _SCOPE),
    "option": (_words("option"), _words("select")),
    "tr": (_ROWS, _words("table")),
    "td": (_CELLS, _words("tr table")),
    "th": (_CELLS, _words("tr table")),
    "tbody": (_GROUPS, _words("table")),
    "tfoot": (_GROUPS, _words("table")),
}


@dataclass(slots=True)
class Node:
    """An element, or a run of text where ``tag`` is empty.

    ``order`` counts nodes as they open; ``blocks`` tells that a block stands somewhere within.
    """

    tag: str = ""
    text: str = ""
    order: int = 0
    blocks: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def get(self, name: str) -> str:
        """The attribute of that name; empty where there is none."""
        return self.attributes.get(name, "")


def parse_html(html: str) -> Node:
    """The tree of a mail's HTML. Never raises; takes time linear in the length."""
    builder = _Builder()
    # Lone surrogates can be neither stored nor handed to the sanitiser.
    for tag in tags_of(html.replace("\0", "").encode("utf-8", "replace").decode()):
        builder.add(tag)
    return builder.finish()


def before(node: Node, order: int) -> Node:
    """A copy of the tree with only the nodes that opened before ``order``."""
    kept = [before(child, order) for child in node.children if child.order < order]
    return Node(node.tag, node.text, node.order, node.blocks, node.attributes, kept)


def after(node: Node, order: int) -> Node:
    """A copy of the tree with only the nodes from ``order`` on, and the elements around them."""
    kept = []
    for place, child in enumerate(node.children):
        following = node.children[place + 1].order if place + 1 < len(node.children) else None
        if child.order >= order:
            kept.append(child)
        elif following is None or following > order:
            kept.append(after(child, order))
    return Node(node.tag, node.text if node.order >= order else "", node.order, node.blocks, node.attributes, kept)


class _Builder:
    """Puts tags into a tree: closes what is implied, ignores what is never opened, flattens what is too deep."""

    def __init__(self) -> None:
        self.root = Node("html")
        self._open = [self.root]
        self._flat: dict[str, int] = {}
        self._count = 0

    def finish(self) -> Node:
        """The tree; an unseen element that never ended would hide all that came after it, so it hides nothing."""
        for node in self._open:
            if node.tag in UNSEEN:
                node.tag = "div"
        return self.root

    def add(self, tag: Tag) -> None:
        if not tag.name:
            if self._open[-1].tag == "head" and not tag.body.isspace():
                self._open.pop()
            self._put(Node(text=unescape(tag.body)))
        elif tag.name.startswith("/"):
            self._end(tag.name[1:])
        else:
            self._start(tag)

    def _put(self, node: Node) -> Node:
        self._count += 1
        node.order = self._count
        self._open[-1].children.append(node)
        return node

    def _start(self, tag: Tag) -> None:
        self._imply(tag.name)
        if tag.name not in VOID and len(self._open) >= DEPTH:
            self._flat[tag.name] = self._flat.get(tag.name, 0) + 1
            if tag.name in BLOCK:
                self._put(Node("br"))
            return
        node = self._put(Node(tag.name, attributes=attributes_of(tag.body)))
        if tag.name in BLOCK:
            self._mark_blocks()
        if tag.name not in VOID:
            self._open.append(node)

    def _mark_blocks(self) -> None:
        for node in reversed(self._open):
            if node.blocks:
                return
            node.blocks = True

    def _end(self, name: str) -> None:
        if name in ("br", "p") and not self._is_open(name):
            self._put(Node("br"))
        elif self._flat.get(name):
            self._flat[name] -= 1
            if name in BLOCK:
                self._put(Node("br"))
        elif name not in ("html", "body"):
            self._close(frozenset([name]), _NOTHING if name in _TABLE else _SCOPE - {name})

    def _imply(self, name: str) -> None:
        if self._open[-1].tag == "head" and name not in _IN_HEAD:
            self._open.pop()
        if name in BLOCK:
            self._close(frozenset(["p"]), BLOCK - {"p"})
        if name in _IMPLIED:
            closed, until = _IMPLIED[name]
            while self._close(closed, until):
                pass

    def _is_open(self, name: str) -> bool:
        return any(node.tag == name for node in self._open)

    def _close(self, names: frozenset[str], until: frozenset[str]) -> bool:
        """Closes the innermost open element of these names, unless one of ``until`` stands in between."""
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag in names:
                del self._open[place:]
                return True
            if self._open[place].tag in until:
                return False
        return False
