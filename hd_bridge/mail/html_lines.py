"""Writes the tree of a mail's HTML as lines of plain text, each with how far it is quoted. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hd_bridge.mail.html_quotes import Mark, mark
from hd_bridge.mail.html_tree import BLOCK, UNSEEN, Node
from hd_bridge.mail.split_heads import UNSEEN as UNPRINTED
from hd_bridge.mail.split_lines import Line, Quote

INDENT = 40
"""Characters of indentation at most, so that lists in lists in lists do not blow a mail up."""

_MARGIN = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "pre", "blockquote", "dl", "figure", "hr"])
_SPACE = re.compile(r"[ \t\n\r\f]+")
_INVISIBLE = re.compile("[\u034f\u00ad\u200b\u2060\ufeff]")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|(?:left|top|text-indent|margin-left):-\d{4}|(?:^|;)opacity:0(?:\.0*)?(?:;|$|!)"
    r"|(?=.*overflow:hidden)(?:^|.*;)(?:max-)?(?:height|width):0(?:px|pt|em|%)?(?:;|$|!)"
)
_NO_SIZE = re.compile(r"(?:^|;)font-size:0(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|$|!)")
_SIZE = re.compile(r"(?:^|;)font(?:-size)?:(?!0(?:\.0*)?(?:px|pt|em|rem|%)?(?:;|$|!))")
_PIXEL = re.compile(r"(?:^|;)(?:max-)?(?:width|height):[0-3](?:px|pt)?(?:;|$|!)")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S", re.IGNORECASE)


@dataclass(slots=True)
class HtmlLine:
    """A line as it reads (``shown``, with indentation), as it is judged (``line``), and the node it began with."""

    shown: str
    line: Line
    order: int


def lines_of(root: Node, *, hidden: bool = False) -> list[HtmlLine]:
    """All lines, blank ones between paragraphs; ``hidden`` shows what the mail hides from its readers too."""
    walk = _Walk(hidden)
    walk.children(root)
    walk.break_line()
    return walk.lines


def is_hidden(node: Node) -> bool:
    """Whether a style or attribute keeps an element from being seen (text before the text, for lists of mails)."""
    if "hidden" in node.attributes:
        return True
    style = node.get("style")
    if not style:
        return False
    squeezed = _squeezed(style)
    return _HIDDEN.search(squeezed) is not None or (bool(_NO_SIZE.search(squeezed)) and not _sizes(node))


def _sizes(node: Node) -> bool:
    """Whether anything within an element of no size says another size for its text, as newsletters do."""
    return any(_SIZE.search(_squeezed(child.get("style"))) or _sizes(child) for child in node.children if child.tag)


def is_pixel(node: Node) -> bool:
    """Whether an image is too small to be seen: it is there to tell when the mail is read."""
    if any(node.get(side).strip().removesuffix("px") in ("0", "1", "2") for side in ("width", "height")):
        return True
    return _PIXEL.search(_squeezed(node.get("style"))) is not None


def _squeezed(style: str) -> str:
    return "".join(style[:1000].lower().split())


class _Walk:
    """Goes through the tree once; its fields are the state of the line being written."""

    def __init__(self, hidden: bool) -> None:
        self.lines: list[HtmlLine] = []
        self._show_hidden = hidden
        self._parts: list[str] = []
        self._order = 0
        self._gap: str | None = None
        self._indent = ""
        self._lead: str | None = None
        self._quote = Quote.NONE
        self._divides = False
        self._pre = False
        self._blockquotes_closed = 0

    def children(self, node: Node) -> None:
        for child in node.children:
            self._visit(child)

    def _visit(self, node: Node) -> None:
        if not node.tag:
            self._text(node)
        elif node.tag in UNSEEN or (is_hidden(node) and not self._show_hidden):
            return
        elif node.tag == "br":
            self._br()
        elif node.tag == "img":
            self._image(node)
        elif node.tag in BLOCK:
            self._block(node)
        else:
            self._inline(node)

    def _text(self, node: Node) -> None:
        text = _INVISIBLE.sub("", node.text)
        if self._pre:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self._put(first, node)
            for line in more:
                self._br()
                self._put(line, node)
            return
        text = _SPACE.sub(" ", text)
        if text.startswith(" ") and (not self._parts or self._parts[-1].endswith(" ")):
            text = text[1:]
        self._put(text, node)

    def _put(self, text: str, node: Node) -> None:
        if not text:
            return
        if not self._parts:
            self._order = node.order
        self._parts.append(text)

    def _br(self) -> None:
        if self._parts:
            self.break_line()
        else:
            self._want_gap()

    def _want_gap(self) -> None:
        """A blank line before the next one, indented no deeper than either of the two."""
        if self._gap is None or len(self._gap) > len(self._indent):
            self._gap = self._indent

    def break_line(self) -> None:
        """Ends the line being written, if there is one."""
        text = "".join(self._parts).replace("\u00a0", " ").rstrip()
        spaced = bool(self._parts) and "\u00a0" in self._parts[0]
        self._parts.clear()
        if not text.strip():
            if spaced:
                self._want_gap()
            return
        if self._gap is not None and self.lines:
            self.lines.append(HtmlLine(self._gap.rstrip(), Line(text="", quote=self._quote), self._order))
        self._gap = None
        lead, self._lead = self._lead, None
        shown = (self._indent if lead is None else lead) + text
        self.lines.append(HtmlLine(shown, self._line(text.strip()), self._order))
        self._divides = False

    def _line(self, text: str) -> Line:
        quote, text = self._quote, UNPRINTED.sub("", text)
        if text.startswith(">") and quote is Quote.NONE:
            text, quote = text.lstrip("> "), Quote.LIKELY
        return Line(text=text, quote=quote, divides=self._divides)

    def _image(self, node: Node) -> None:
        alt = " ".join(node.get("alt").split())
        source = node.get("src").lower()
        if is_pixel(node):
            return
        if source.startswith(("http:", "https:", "//")):
            self._put(alt, node)
        elif source:
            self._put(f"[{alt or 'image'}]", node)

    def _inline(self, node: Node) -> None:
        before = mark(node)
        if before is not Mark.NONE:
            self._quoted(node, before)
            return
        start = len(self._parts)
        self.children(node)
        if node.tag == "a" and _LINK.match(node.get("href").strip()):
            self._address(node, "".join(self._parts[start:]).strip())

    def _address(self, node: Node, text: str) -> None:
        """The target of a link, where its text is not the same; a link without text shows nothing to follow."""
        target = node.get("href").strip()
        plain = re.sub(r"^(?:mailto:|tel:|https?://)", "", target, flags=re.IGNORECASE).rstrip("/")
        if text and not text.endswith((target, plain, plain + "/")):
            self._put(f" <{target}>", node)

    def _block(self, node: Node) -> None:
        self.break_line()
        margin = node.tag in _MARGIN and not names_its_margin(node)
        margin = margin or (node.tag in ("ul", "ol") and "  " not in self._indent)
        if margin:
            self._want_gap()
        self._quoted(node, mark(node))
        self.break_line()
        if margin:
            self._want_gap()

    def _quoted(self, node: Node, found: Mark) -> None:
        """Walks through an element with the quoting that it says; HOLDS ends with the first blockquote in it."""
        if found is Mark.DIVIDES:
            self.break_line()
            self._divides = True
        outer, closed = self._quote, self._blockquotes_closed
        if found in (Mark.CITED, Mark.HOLDS):
            self._quote = Quote.SURE
        elif found is Mark.PERHAPS:
            self._quote = max(self._quote, Quote.INDENTED)
        if found is Mark.HOLDS:
            for child in node.children:
                self._visit(child)
                if self._blockquotes_closed > closed:
                    self.break_line()
                    self._quote = outer
        else:
            self._inside(node)
        if found is not Mark.NONE:
            self.break_line()
        self._quote = outer

    def _inside(self, node: Node) -> None:
        if node.tag == "li":
            self._item(node)
        elif node.tag in ("ul", "ol"):
            self._list(node)
        elif node.tag == "blockquote":
            self._indented(node, "> ", "> ")
            self._blockquotes_closed += 1
        elif node.tag == "tr":
            self._row(node)
        elif node.tag == "hr":
            self._put("---", node)
        elif node.tag == "pre":
            outer, self._pre = self._pre, True
            self.children(node)
            self._pre = outer
        else:
            self.children(node)

    def _list(self, node: Node) -> None:
        number = int(node.get("start")) if node.get("start").isdecimal() and len(node.get("start")) < 6 else 1
        for child in node.children:
            if child.tag == "li":
                child.attributes = {**child.attributes, "-": f"{number}. " if node.tag == "ol" else "- "}
                number += 1
            self._visit(child)

    def _item(self, node: Node) -> None:
        bullet = node.get("-") or "- "
        self._indented(node, bullet, " " * len(bullet))

    def _indented(self, node: Node, first: str, then: str) -> None:
        self.break_line()
        outer, lead = self._indent, self._lead
        self._lead = ((outer if lead is None else lead) + first)[:INDENT]
        self._indent = (outer + then)[:INDENT]
        self.children(node)
        self.break_line()
        self._indent = outer
        if self._lead is not None:
            self._lead = lead

    def _row(self, node: Node) -> None:
        """A row of one-line cells is one line; cells with more in them (they make the layout) follow each other."""
        start = len(self.lines)
        cells = 0
        for child in node.children:
            seen = len(self.lines)
            self._visit(child)
            self.break_line()
            if child.tag in ("td", "th"):
                cells += 1
                self._gap = None
            if sum(bool(one.line.text) for one in self.lines[seen:]) > 1:
                cells = -1_000
        row = [one for one in self.lines[start:] if one.line.text]
        if cells > 1 and len(row) > 1 and len({(one.line.quote, one.line.divides) for one in row}) == 1:
            text = " | ".join(one.line.text for one in row)
            lead = row[0].shown[: len(row[0].shown) - len(row[0].line.text)]
            gap = [self.lines[start]] if not self.lines[start].line.text else []
            joined = Line(text=text, quote=row[0].line.quote, divides=row[0].line.divides)
            self.lines[start:] = [*gap, HtmlLine(lead + text, joined, row[0].order)]


def names_its_margin(node: Node) -> bool:
    """Whether a paragraph is set without space around it, as Outlook does for each line that people type."""
    return node.tag == "p" and ("MsoNormal" in node.get("class") or "margin:0" in _squeezed(node.get("style")))
