"""Writes the blocks of a letter's body as HTML: a dozen tags, no attribute that loads anything from outside. Pure.

How they look is the letter's own style sheet's business (``.hd-body`` in the templates), inlined when it is rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import nh3

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

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "pre", "code", "blockquote", "ul", "ol", "li", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", "strong", "em", "del", "ins", "sub", "sup", "a", "img"),
}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "th": {"scope"}}


def html_of(blocks: Sequence[Block], images: Mapping[str, str]) -> str:
    """The HTML of blocks; ``images`` are content-ids by names in small letters.

    What is written here is harmless by itself; nh3 is the second wall.
    """
    html = "\n".join(_Writer(images).block(block) for block in blocks)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "cid"},
        link_rel=None,
    )


class _Writer:
    def __init__(self, images: Mapping[str, str]) -> None:
        self._images = images

    def block(self, block: Block) -> str:
        match block:
            case Paragraph(of):
                return f"<p>{self.line(of)}</p>"
            case Heading(level, of):
                tag = f"h{min(max(level, 2), 4)}"  # the first heading of a letter is its subject
                return f"<{tag}>{self.line(of)}</{tag}>"
            case Code(text):
                return f"<pre><code>{escape(text, quote=False)}</code></pre>"
            case Quote(of):
                return f"<blockquote>{''.join(map(self.block, of))}</blockquote>"
            case Items(first, of):
                return self._items(first, of)
            case Table(head, rows):
                return self._table(head, rows)
            case Rule():
                return "<hr>"

    def _items(self, first: int | None, items: Sequence[Sequence[Block]]) -> str:
        opening = "<ul>" if first is None else "<ol>" if first == 1 else f'<ol start="{first}">'
        written = "".join(f"<li>{self._item(item)}</li>" for item in items)
        return f"{opening}{written}</{'ul' if first is None else 'ol'}>"

    def _item(self, item: Sequence[Block]) -> str:
        """An item's first paragraph stands beside its bullet, without a margin."""
        match item:
            case (Paragraph(of), *rest):
                return self.line(of) + "".join(map(self.block, rest))
        return "".join(map(self.block, item))

    def _table(self, head: bool, rows: Sequence[Sequence[Sequence[Inline]]]) -> str:
        named = f"<thead>{self._row(rows[0], 'th')}</thead>" if head else ""
        body = "".join(self._row(row, "td") for row in rows[1 if head else 0 :])
        # What is too wide for a phone is moved within its frame, and not the whole letter.
        return f"<div><table>{named}{f'<tbody>{body}</tbody>' if body else ''}</table></div>"

    def _row(self, row: Sequence[Sequence[Inline]], tag: str) -> str:
        opening = '<th scope="col">' if tag == "th" else "<td>"
        return f"<tr>{''.join(f'{opening}{self.line(cell)}</{tag}>' for cell in row)}</tr>"

    def line(self, inlines: Sequence[Inline]) -> str:
        return "".join(map(self._inline, inlines))

    def _inline(self, inline: Inline) -> str:
        match inline:
            case str():
                return escape(inline, quote=False)
            case Break():
                return "<br>"
            case Span(kind, of):
                return f"<{kind}>{self.line(of)}</{kind}>"
            case Link(address, of):
                return f'<a href="{escape(address)}">{self.line(of)}</a>'
            case Image():
                return self._image(inline)

    def _image(self, image: Image) -> str:
        content_id = self._images.get(image.name.casefold())
        if content_id is not None:
            return f'<img src="cid:{escape(content_id)}" alt="{escape(image.alt or image.name)}">'
        words = escape(image.alt or image.name or image.address, quote=False)
        return f'<a href="{escape(image.address)}">{words}</a>' if image.address else f"[{words}]"
