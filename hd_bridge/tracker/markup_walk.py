"""A walk over CommonMark that tells a target, block by block, what to write. Pure.

Words that stand side by side are joined before a target sees them: a macro's two braces could come in two pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

# Redmine shows these inside a text, and no others (application_helper.rb, parse_inline_attachments).
SHOWN = (".bmp", ".gif", ".jpg", ".jpe", ".jpeg", ".png")
_LOOKS_LIKE_LINK = re.compile(r"://|\bwww\.|\w@\w", re.IGNORECASE)
_SAFE = re.compile(r"(?:https?://|mailto:)[A-Za-z0-9][^\s]", re.IGNORECASE)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)  # the one tag that a table's cell needs
_ENDS = re.compile(r"[.,!?](?=\s|\Z)")
_BLOCKS = ("paragraph", "heading")


class Target(Protocol):
    """A way of writing. ``words`` are neutral after it; what the other methods are given is written already."""

    def words(self, text: str) -> str:
        """Text of strangers."""

    def lines(self, text: str) -> str:
        """Line feeds within a paragraph, kept."""

    def code(self, text: str) -> str:
        """A few words of code."""

    def link(self, text: str, url: str) -> str:
        """Written words that lead to an address."""

    def image(self, name: str) -> str:
        """An attachment of the ticket, its name percent-encoded."""

    def block_of_code(self, text: str) -> str:
        """Lines of code."""

    def quoted(self, text: str) -> str:
        """Blocks that somebody quotes."""

    def items(self, items: Sequence[Sequence[str]], depth: str, first: int) -> str:
        """A list of items, each a few blocks; ``depth`` has ``*`` or ``#`` for each level, ``first`` is its number."""

    def table(self, rows: Sequence[Sequence[str]]) -> str:
        """A table; the first row is its head. Cells may have lines."""


def walk(md: str, target: Target, images: Mapping[str, str]) -> str:
    """CommonMark, with tables, written by ``target``."""
    parser = _Parser("commonmark").enable(["table", "strikethrough"]).disable("html_block")
    return _Walk(target, images).blocks(SyntaxTreeNode(parser.parse(md)).children, "")


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Every address is one: what is not passed on is left out whole (_safe), not shown as source."""
        return True


class _Walk:
    def __init__(self, target: Target, images: Mapping[str, str]) -> None:
        self._target = target
        self._images = images

    def blocks(self, nodes: Sequence[SyntaxTreeNode], depth: str) -> str:
        """Blocks, one after the other, with an empty line between them."""
        return "\n\n".join(filter(None, (self._block(node, depth) for node in nodes)))

    def _block(self, node: SyntaxTreeNode, depth: str) -> str:
        if node.type in _BLOCKS:
            return self._target.lines(self._inline(node).strip())
        if node.type in ("bullet_list", "ordered_list"):
            return self._list(node, depth)
        if node.type == "blockquote":
            return self._quote(node, depth)
        if node.type in ("fence", "code_block"):
            return self._target.block_of_code(node.content.rstrip("\n"))
        if node.type == "table":
            return self._target.table([list(self._cells(row)) for part in node.children for row in part.children])
        return ""  # a rule

    def _quote(self, node: SyntaxTreeNode, depth: str) -> str:
        """A quote in a list is told without its marks: Textile has no such thing."""
        if depth:
            return "\n".join(filter(None, (self._block(child, depth) for child in node.children)))
        inner = self.blocks(node.children, depth)
        return self._target.quoted(inner) if inner else ""

    def _list(self, node: SyntaxTreeNode, depth: str) -> str:
        deeper = depth + ("*" if node.type == "bullet_list" else "#")
        items = [[text for child in item.children if (text := self._block(child, deeper))] for item in node.children]
        return self._target.items([item for item in items if item], deeper, int(node.attrs.get("start", 1)))

    def _cells(self, row: SyntaxTreeNode) -> Iterator[str]:
        for cell in row.children:
            yield self._inline(cell).strip()

    def _inline(self, node: SyntaxTreeNode) -> str:
        """All that stands in a paragraph: words joined, then written; links and images set apart by spaces."""
        written, words = "", ""
        for piece in _pieces(node):
            if isinstance(piece, str):
                words += piece
                continue
            made = self._piece(piece)
            if made is None:
                words += _text(piece)
                continue
            written = self._after(written, words)
            written += _gap(written) + made
            words = ""
        return self._after(written, words)

    def _after(self, written: str, words: str) -> str:
        """Words after a link or an image begin with a space or with a sign that ends both."""
        words = re.sub(r"(?<! ) *\n *", "\n", words if written else words.lstrip())
        apart = not written or not words or words[0] in " \n" or _ENDS.match(words)
        return written + ("" if apart else " ") + self._target.words(words)

    def _piece(self, node: SyntaxTreeNode) -> str | None:
        if node.type == "code_inline":
            return self._target.code(node.content)
        if node.type == "image":
            return self._image(node)
        return self._link(node)

    def _image(self, node: SyntaxTreeNode) -> str | None:
        source = str(node.attrs.get("src", ""))
        name = self._images.get(source) or self._images.get(unquote(source))
        if name is None or not name.lower().endswith(SHOWN):
            return None
        return self._target.image(quote(name, safe=""))

    def _link(self, node: SyntaxTreeNode) -> str | None:
        url, text = _safe(str(node.attrs.get("href", ""))), _text(node).strip()
        pictures = [self._image(child) for child in node.walk() if child.type == "image"]
        shown = " ".join(filter(None, pictures))
        if url is None or not text:
            return shown or None
        if _LOOKS_LIKE_LINK.search(text) and not _same(text, url):
            return (
                f"{shown} {self._target.words(text)} {self._target.link(self._target.words(_host(url)), url)}".strip()
            )
        return f"{shown} {self._target.link(self._target.words(text), url)}".strip()


def _pieces(node: SyntaxTreeNode) -> Iterator[str | SyntaxTreeNode]:
    """Plain words and the nodes that are more than words; emphasis is taken off."""
    for child in node.children:
        if child.type in ("link", "image", "code_inline"):
            yield child
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak" or _BREAK.fullmatch(child.content):
            yield "\n"
        elif not child.children:
            yield child.content
        else:
            yield from _pieces(child)


def _text(node: SyntaxTreeNode) -> str:
    """The words of a node."""
    if not node.children or node.type == "image":
        return node.content
    return "".join(piece if isinstance(piece, str) else _text(piece) for piece in _pieces(node))


def _gap(before: str) -> str:
    return "" if not before or before[-1] in " \n" else " "


def _safe(url: str) -> str | None:
    """The address with every sign encoded that a markup might read; ``None`` where it is of no kind we pass on."""
    if not _SAFE.match(url):
        return None
    kind, _, rest = url.partition(":")
    signs = "/?#&=%+,:.-" + ("@" if kind.lower() == "mailto" else "")
    signs_gone = quote(rest, safe=signs).replace("~", "%7E").replace("_", "%5F")
    return f"{kind.lower()}:{re.sub(r'(?<![A-Za-z0-9])@', '%40', signs_gone)}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or urlsplit(url).path


def _same(text: str, url: str) -> bool:
    """Whether words that look like an address are this one's."""
    bare = unquote(url).removeprefix("mailto:").rstrip("/").lower()
    return unquote(text).rstrip("/").lower() in (bare, bare.partition("://")[2])
