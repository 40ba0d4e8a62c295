"""Tells tables that hold data from those that only lay out a mail, and takes the latter apart. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hd_bridge.mail.html_tree import Node

LONGEST_CELL = 400
MOST_LINES = 6
"""Characters and lines of a cell of data; what has more is a column of a layout."""

_PARTS = frozenset(["table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"])
_NEVER_IN_CELLS = frozenset(["table", "ul", "ol", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4", "h5", "h6"])
_LINES = frozenset(["p", "div", "br"])


def without_layout(node: Node) -> Node:
    """A copy of a tree in which the parts of tables without data are divisions of their own."""
    if node.tag == "table" and not is_data(node):
        return _division(node)
    return _copy(node, node.tag, [without_layout(child) for child in node.children])


def _division(node: Node) -> Node:
    """A part of a layout, and what it holds, down to the cells."""
    inner = [
        _division(child) if child.tag in _PARTS and child.tag != "table" else without_layout(child)
        for child in node.children
    ]
    return _copy(node, "div", inner)


def _copy(node: Node, tag: str, children: list[Node]) -> Node:
    return Node(tag, node.text, node.order, node.blocks, node.attributes, children)


def is_data(table: Node) -> bool:
    """Whether a table has two rows and two columns at least, and short words in its cells."""
    if table.get("role").strip().lower() in ("presentation", "none"):
        return False
    rows = [cells for cells in map(list, _rows(table)) if cells]
    if len(rows) < 2 or any(len(cells) < 2 for cells in rows):
        return False
    if not all(_is_short(cell) for cells in rows for cell in cells):
        return False
    columns = zip(*(map(_has_words, cells) for cells in rows), strict=False)
    return sum(any(column) for column in columns) >= 2


def _rows(table: Node) -> Iterator[Iterator[Node]]:
    for child in table.children:
        if child.tag == "tr":
            yield (cell for cell in child.children if cell.tag in ("td", "th"))
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _is_short(cell: Node) -> bool:
    length = lines = 0
    for node in _within(cell):
        length += len(node.text.strip())
        lines += node.tag in _LINES
        if node.tag in _NEVER_IN_CELLS or length > LONGEST_CELL or lines > MOST_LINES:
            return False
    return True


def _has_words(cell: Node) -> bool:
    return any(node.text.strip(" \t\r\n\u00a0\u200b") or node.tag == "img" for node in _within(cell))


def _within(node: Node) -> Iterator[Node]:
    stack = list(reversed(node.children))
    while stack:
        here = stack.pop()
        yield here
        stack.extend(reversed(here.children))
