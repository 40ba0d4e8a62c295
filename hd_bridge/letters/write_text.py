"""Writes the blocks of a letter's body as plain text that reads well in a mail: nothing of them is left out. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from hd_bridge.letters.blocks import (
    Block,
    Break,
    Code,
    Heading,
    Image,
    Inline,
    Items,
    Link,
    Paragraph,
    Quote,
    Rule,
    Span,
    Table,
)
from hd_bridge.render_text import WIDTH, wrap_line

_AROUND = {"strong": "*", "em": "_", "del": "~~", "code": "`", "ins": "", "sub": "", "sup": ""}
_WIDEST = WIDTH


def text_of(blocks: Sequence[Block], width: int = _WIDEST) -> str:
    """Plain text, a paragraph a line; only what must keep its shape (quotes, tables) is fitted into ``width``."""
    return "\n\n".join(_block(block, width) for block in blocks)


def _block(block: Block, width: int) -> str:
    match block:
        case Paragraph(of):
            return _line(of)
        case Heading(_, of):
            words = _line(of)
            return f"{words}\n{'=' * min(max(map(_columns, words.split(chr(10)))), width)}"
        case Code(text):
            return "\n".join(f"    {line}".rstrip() for line in text.expandtabs(4).split("\n"))
        case Quote(of):
            inner = text_of(of, width - 2)
            lines = (part for line in inner.split("\n") for part in wrap_line(line, width - 2).split("\n"))
            return "\n".join(f"> {line}".rstrip() for line in lines)
        case Items(first, of):
            return _items(first, of, width)
        case Table(head, rows):
            return _table(head, [[_line(cell) for cell in row] for row in rows], width)
        case Rule():
            return "* * *"


def _items(first: int | None, items: Sequence[Sequence[Block]], width: int) -> str:
    """A list without blank lines, unless an item has several paragraphs."""
    bullets = ["- " if first is None else f"{first + place}. " for place in range(len(items))]
    indent = " " * max(map(len, bullets))
    loose = any(not isinstance(block, Items) for item in items for block in item[1:])
    written = [_item(item, width - len(indent), loose) for item in items]
    made = [
        bullet.ljust(len(indent)) + ("\n" + indent).join(text.split("\n"))
        for bullet, text in zip(bullets, written, strict=True)
    ]
    return "\n".join(line.rstrip() for line in ("\n\n" if loose else "\n").join(made).split("\n"))


def _item(item: Sequence[Block], width: int, loose: bool) -> str:
    return ("\n\n" if loose else "\n").join(_block(block, width) for block in item)


def _table(head: bool, rows: Sequence[Sequence[str]], width: int) -> str:
    """Columns where they fit, else a row after the other with the names of its columns."""
    count = max(map(len, rows))
    full = [[*row, *[""] * (count - len(row))] for row in rows]
    columns = [max(_columns(row[place]) for row in full) for place in range(count)]
    if sum(columns) + 3 * (count - 1) + 4 <= width and not any("\n" in cell for row in full for cell in row):
        lines = [_row(row, columns) for row in full]
        rule = "|-" + "-|-".join("-" * size for size in columns) + "-|"
        return "\n".join([lines[0], rule, *lines[1:]] if head else lines)
    names = full[0] if head else [""] * count
    return "\n\n".join(_told(row, names) for row in full[1 if head else 0 :])


def _row(row: Sequence[str], columns: Sequence[int]) -> str:
    cells = (cell + " " * (size - _columns(cell)) for cell, size in zip(row, columns, strict=True))
    return f"| {' | '.join(cells)} |"


def _told(row: Sequence[str], names: Sequence[str]) -> str:
    pairs = zip(names, row, strict=True)
    return "\n".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _columns(text: str) -> int:
    """How wide a terminal or a mail program sets a line: East Asian letters take two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def _line(inlines: Sequence[Inline]) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: Inline) -> str:
    match inline:
        case str():
            return inline
        case Break():
            return "\n"
        case Span(kind, of):
            return f"{_AROUND[kind]}{_line(of)}{_AROUND[kind]}"
        case Link(address, of):
            return _link(_line(of), address)
        case Image(name, alt, address):
            return _link(alt or name, address) if address else f"[{alt or name}]"


def _link(words: str, address: str) -> str:
    """Words and where they lead, once where both are the same."""
    shown = address.removeprefix("mailto:")
    bare = shown.removeprefix("https://").removeprefix("http://").rstrip("/")
    if words.rstrip("/") in (bare, shown.rstrip("/")):
        return words
    return f"{words} <{shown}>" if words else shown
