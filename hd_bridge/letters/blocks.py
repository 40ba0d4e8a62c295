"""The blocks of a letter's body: paragraphs, lists, tables, code, and the few things that stand within a line. Pure.

Whatever HTML a reader of markup makes, only what has a name here gets into a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from hd_bridge.letters.addresses import linked, safe_address
from hd_bridge.mail.html_tree import BLOCK, UNSEEN, Node

_STRONG, _EM, _DEL = ("b", "strong"), ("i", "em", "cite"), ("s", "del", "strike")
_INS, _CODE = ("u", "ins"), ("code", "tt", "samp", "kbd")
SPANS = {
    tag: kind
    for kind, tags in (("strong", _STRONG), ("em", _EM), ("del", _DEL), ("ins", _INS), ("code", _CODE))
    for tag in tags
} | {"sub": "sub", "sup": "sup"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BOX = re.compile(r"\[( |x|X)\] +")


@dataclass(frozen=True, slots=True)
class Break:
    """A line ends."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a ``kind``: strong, em, code, del, ins, sub or sup."""

    kind: str
    of: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address: http, https or mailto."""

    address: str
    of: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, by the last part of its address; ``address`` is "" where that is none of the web's."""

    name: str
    alt: str
    address: str = ""


Inline = str | Break | Span | Link | Image


@dataclass(frozen=True, slots=True)
class Paragraph:
    of: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    of: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    of: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``first`` is the number of its first item, ``None`` where they have none."""

    first: int | None
    of: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; ``head`` tells whether the first row names the columns."""

    head: bool
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Paragraph | Heading | Code | Quote | Items | Table | Rule


def blocks_of(tree: Node) -> tuple[Block, ...]:
    """The blocks of an HTML tree, in order; what it hides or would run is not among them."""
    return tuple(_blocks(tree.children))


def shown_images(blocks: Iterable[Block]) -> Iterator[str]:
    """The names of all pictures, in small letters, in the order in which they are shown."""
    for block in blocks:
        match block:
            case Paragraph(of) | Heading(_, of):
                yield from _images(of)
            case Quote(of):
                yield from shown_images(of)
            case Items(_, of):
                for item in of:
                    yield from shown_images(item)
            case Table(_, rows):
                for row in rows:
                    for cell in row:
                        yield from _images(cell)


def _images(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Image(name):
                yield name.casefold()
            case Span(_, of) | Link(_, of):
                yield from _images(of)


def _blocks(nodes: Sequence[Node]) -> Iterator[Block]:
    """Blocks, and what stands between them as paragraphs."""
    run: list[Inline] = []
    for node in nodes:
        if node.tag in UNSEEN:
            continue
        if node.tag not in BLOCK and not node.blocks:
            run += _inline(node)
            continue
        yield from _paragraph(run)
        run = []
        yield from _block(node)
    yield from _paragraph(run)


def _paragraph(run: Sequence[Inline]) -> Iterator[Block]:
    if tidied := _tidy(run):
        yield Paragraph(tidied)


def _block(node: Node) -> Iterator[Block]:
    if re.fullmatch("h[1-6]", node.tag):
        words = _tidy(_inlines(node.children))
        yield from [Heading(int(node.tag[1]), words)] if words else []
    elif node.tag == "pre":
        text = _text(node).replace("\r\n", "\n").strip("\n").rstrip()
        yield from [Code(text)] if text else []
    elif node.tag == "blockquote":
        inner = tuple(_blocks(node.children))
        yield from [Quote(inner)] if inner else []
    elif node.tag in ("ul", "ol"):
        yield from _items(node)
    elif node.tag == "table":
        yield from _table(node)
    elif node.tag == "hr":
        yield Rule()
    else:
        yield from _blocks(node.children)


def _items(node: Node) -> Iterator[Block]:
    items = [_boxed(tuple(_blocks(child.children))) for child in node.children if child.tag == "li"]
    # A list that stands in a list without an item of its own is deeper by mistake only.
    loose = [block for child in node.children if child.tag in ("ul", "ol") for block in _items(child)]
    start = node.get("start")
    first = (int(start) if re.fullmatch("[0-9]{1,5}", start) else 1) if node.tag == "ol" else None
    kept = tuple(item for item in items if item)
    yield from [Items(first, kept)] if kept else []
    yield from loose


def _boxed(item: tuple[Block, ...]) -> tuple[Block, ...]:
    """An item that begins with a box to tick shows it."""
    match item:
        case (Paragraph((str(words), *rest)), *more) if found := _BOX.match(words):
            box = "☐ " if found[1] == " " else "☑ "
            return (Paragraph((box + words[found.end() :], *rest)), *more)
    return item


def _table(node: Node) -> Iterator[Block]:
    rows = [row for row in _rows(node) if any(cell.tag in ("td", "th") for cell in row.children)]
    cells = [[cell for cell in row.children if cell.tag in ("td", "th")] for row in rows]
    head = bool(cells) and all(cell.tag == "th" for cell in cells[0])
    written = tuple(tuple(_cell(cell) for cell in row) for row in cells)
    yield from [Table(head, written)] if written else []


def _rows(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _cell(node: Node) -> tuple[Inline, ...]:
    """What stands in a cell, blocks in it as lines."""
    return _tidy(_inlines(node.children))


def _inlines(nodes: Iterable[Node]) -> list[Inline]:
    return [inline for node in nodes for inline in _inline(node)]


def _inline(node: Node) -> list[Inline]:
    if not node.tag:
        return [*map(_linked, linked(_SPACE.sub(" ", node.text)))]
    if node.tag == "br":
        return [Break()]
    if node.tag in UNSEEN:
        return []
    if node.tag == "img":
        return _image(node)
    if node.tag == "a":
        return _link(node)
    if SPANS.get(node.tag) == "code":
        text = _SPACE.sub(" ", _text(node))
        return [Span("code", (text,))] if text.strip() else []
    within = _inlines(node.children)
    if node.tag in SPANS:
        return [Span(SPANS[node.tag], tuple(within))] if within else []
    return [Break(), *within, Break()] if node.tag in BLOCK else within


def _linked(piece: tuple[str, str]) -> Inline:
    words, address = piece
    return Link(address, (words,)) if address else words


def _link(node: Node) -> list[Inline]:
    """A link; one that leads nowhere outside stays as its words. Links within links are words."""
    address = safe_address(node.get("href"))
    within = _inlines(node.children)
    if address is None:
        return within
    flat = tuple(piece for one in within for piece in (one.of if isinstance(one, Link) else (one,)))
    return [Link(address, flat)] if flat else []


def _image(node: Node) -> list[Inline]:
    source = node.get("src").strip()
    name = unquote(source.split("?")[0]).rpartition("/")[2]
    web = safe_address(source) or ""
    alt = " ".join(node.get("alt").split())
    return [Image(name, alt, web)] if name or web else ([alt] if alt else [])


def _text(node: Node) -> str:
    if node.tag == "br":
        return "\n"
    return node.text if not node.tag else "".join(map(_text, node.children))


def _tidy(run: Iterable[Inline]) -> tuple[Inline, ...]:
    """Words joined, no space beside a line's end, no line's end at either end, and none twice."""
    made: list[Inline] = []
    for inline in run:
        if isinstance(inline, str):
            before = made[-1] if made else Break()
            if isinstance(before, str):
                made[-1] = before + (inline.lstrip(" ") if before.endswith(" ") else inline)
            else:
                words = inline.lstrip(" ") if isinstance(before, Break) else inline
                made += [words] if words else []
        elif isinstance(inline, Break):
            _trim(made)
            made += [inline] if made and not isinstance(made[-1], Break) else []
        else:
            made.append(inline)
    _trim(made)
    while made and isinstance(made[-1], Break):
        made.pop()
        _trim(made)
    return tuple(made)


def _trim(made: list[Inline]) -> None:
    if made and isinstance(made[-1], str):
        last = made.pop()
        assert isinstance(last, str)
        made += [last.rstrip(" ")] if last.strip(" ") else []
