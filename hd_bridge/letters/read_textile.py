"""Reads a note in Textile as Redmine does, by the library textile, with what Redmine reads otherwise put aside. Pure.

The library sets typographic quotes, swallows tags, and makes lists of ``#12`` and code of ``@ana and @bob``. Code,
links, pictures and addresses are put aside first and stand in the text as two private characters and a number; signs
that Redmine takes for words are private characters until the library is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from threading import local
from urllib.parse import quote

from textile import Textile

from hd_bridge.letters.addresses import safe_address, trimmed
from hd_bridge.letters.redmine_words import Said

LONGEST_PIECE = 3000
"""Characters that the library reads at once: some of its patterns take time quadratic in them (0.2 s for this)."""
DEEPEST_QUOTE = 8
LOCAL = ("/", "#", "..", "mailto:")  # these lead nowhere for a customer

_OPEN, _CLOSE = "\ue000", "\ue001"
_SIGNS = str.maketrans({"<": "\ue010", ">": "\ue011", "@": "\ue012", "=": "\ue013", '"': "\ue014", "'": "\ue015"})
_WORDS = {"\ue010": "&lt;", "\ue011": "&gt;", "\ue012": "@", "\ue013": "=", "\ue014": '"', "\ue015": "'"}
_PARTS = {"\ue016": "#", "\ue017": "[", "\ue018": ";", "\ue019": ":", "\ue01a": "-", "\ue01b": "<br>"}
_BACK = re.compile("[\ue010-\ue01b]")

_PRE = r"<pre\b[^>]*>(?P<pre>.*?)(?:</pre>|\Z)"
_CODE = r"<(?P<tag>code|kbd|notextile)\b[^>]*>(?P<tagged>.*?)</(?P=tag)>|(?<![\w@])@(?:\|\w+\|)?(?P<at>[^\n]+?)@(?!\w)"
_SAID = Said(
    r"<pre\b[^>]*>.*?(?:</pre>|\Z)|<(?P<t>code|kbd|notextile)\b[^>]*>.*?</(?P=t)>|(?<![\w@])@[^\n]+?@(?!\w)",
    image=lambda name: f"!{quote(name)}!",
    strong=lambda title: f"*{title}*",
)
_IMAGE = (
    r"(?<![\w!])!(?:[<>=])?(?:\{[^}\n]*\}|\([^)\n]*\))*(?:\. )?(?P<image>[^\s(!<>\"]+\.\w{2,5}|https?://[^\s(!<>\"]+)"
    r" ?(?:\((?P<alt>[^)\n]+)\))?!(?::(?P<around>[^\s<>\"]+))?(?=[\s.,;:!?)\]|}]|$)"
)
_LINK = r"\"(?P<words>[^\"\n]+?)(?: ?\((?P<title>[^)\"\n]*)\))?\":(?P<to>[^\s<>\"|]+)"
_BARE = r"(?<![\w/])(?P<bare>(?:https?://|www\.)[^\s<>\"|]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
_ASIDE = re.compile(f"{_PRE}|{_CODE}|{_IMAGE}|{_LINK}|{_BARE}", re.DOTALL | re.MULTILINE | re.IGNORECASE)

_KEPT = local()
_INNER_CODE = re.compile(r"\A\s*<code\b[^>]*>(.*?)(?:</code>\s*)?\Z", re.DOTALL | re.IGNORECASE)
_PARAGRAPH = re.compile(r"\A\s*<p>|</p>\s*\Z")
# The library ends emphasis at a line's end.
_OVER_LINES = re.compile(
    r"(?<![\w*_+-])([*_+-])(?=[^\s*_+-])(?:[^\n*]{0,200}[^\s*]\n(?![*#|>\s])){1,3}[^\n*]{0,200}?[^\s*]\1(?![\w*_+-])"
)
_RULE = re.compile(r"^ {0,2}(?:(?:\* ?){3,}|(?:- ?){3,}|(?:_ ?){3,})$", re.MULTILINE)
# How a block or a cell is set: these signs would be taken for words.
_ATTRIBUTES = r"(?:\([^()\n]{0,99}\)|\{[^{}\n]{0,200}\}|\[[a-zA-Z-]{1,9}\]|[()])"
_BLOCK_SET = re.compile(rf"^((?:p|h[1-6]|bq){_ATTRIBUTES}{{0,4}})[<>=]{{1,2}}({_ATTRIBUTES}{{0,4}}\. )", re.MULTILINE)
_CELL_SET = re.compile(r"(\|_?)[<>=^~]{1,2}\. ")
_FOOTNOTE = re.compile(r"^fn([0-9]{1,3})\. ", re.MULTILINE)
_STILL = re.compile(
    r"(?P<hash>(?<!&)#(?=[0-9]|note-))|(?P<bracket>\[(?=[0-9]))|(?P<term>^[;:](?=[ \w]))|-(?=-)|(?<=-)-", re.MULTILINE
)
_STAND_IN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


def textile_html(notes: str) -> str:
    """HTML of a note, not yet safe: for ``blocks_of``, which keeps what it knows."""
    return _Reading().html(_SAID(notes))


class _Reading:
    """One note: what was put aside, by its number."""

    def __init__(self) -> None:
        self._aside: list[str] = []

    def html(self, notes: str) -> str:
        text = _FOOTNOTE.sub(r"[\1] ", _ASIDE.sub(self._put_aside, notes))
        html = "\n".join(self._quoted(quoted, lines) for quoted, lines in _by_quoting(text))
        for _ in range(3):  # a link may hold a picture, an item code
            html = _STAND_IN.sub(lambda found: self._aside[int(found[1])], html)
        return html

    def _put_aside(self, found: re.Match[str]) -> str:
        if found["pre"] is not None:
            inner = _INNER_CODE.sub(r"\1", found["pre"])
            return self._stand_in(f"<pre>{escape(inner.strip(chr(10)), quote=False)}</pre>")
        if found["tag"] is not None:
            words = escape(found["tagged"], quote=False)
            return self._stand_in(words if found["tag"].lower() == "notextile" else f"<code>{words}</code>")
        if found["at"] is not None:
            return self._stand_in(f"<code>{escape(found['at'], quote=False)}</code>")
        if found["image"] is not None:
            return self._image(found)
        if found["words"] is not None:
            return self._link(found["words"], found["to"])
        bare = trimmed(found["bare"])
        return self._stand_in(escape(bare, quote=False)) + found["bare"][len(bare) :]

    def _stand_in(self, html: str) -> str:
        self._aside.append(html)
        return f"{_OPEN}{len(self._aside) - 1}{_CLOSE}"

    def _image(self, found: re.Match[str]) -> str:
        image = f'<img src="{escape(found["image"])}" alt="{escape(found["alt"] or "")}">'
        if not found["around"]:
            return self._stand_in(image)
        address = trimmed(found["around"])
        return self._stand_in(f'<a href="{escape(address)}">{image}</a>') + found["around"][len(address) :]

    def _link(self, words: str, to: str) -> str:
        """Words that may be emphasised, and hold a picture, but no second link."""
        address = trimmed(to)
        if safe_address(address) is None and not address.startswith(LOCAL):
            return f'"{words}":{to}'
        inner = _ASIDE.sub(lambda found: found[0] if found["words"] or found["bare"] else self._put_aside(found), words)
        html = _PARAGRAPH.sub("", self._piece(inner))
        shown = html if safe_address(address) is None else f'<a href="{escape(address)}">{html}</a>'
        return self._stand_in(shown) + to[len(address) :]

    def _quoted(self, quoted: bool, lines: str, depth: int = 0) -> str:
        if quoted and depth < DEEPEST_QUOTE:
            inner = "\n".join(self._quoted(again, rest, depth + 1) for again, rest in _by_quoting(lines))
            return f"<blockquote>{inner}</blockquote>"
        return "\n".join(map(self._piece, _pieces(_RULE.sub(lambda _: f"\n\n{self._stand_in('<hr>')}\n\n", lines))))

    def _piece(self, piece: str) -> str:
        if len(piece) > LONGEST_PIECE:
            return f"<p>{escape(piece, quote=False)}</p>"
        piece = _OVER_LINES.sub(lambda found: found[0].replace("\n", "\ue01b"), piece)
        plain = _CELL_SET.sub(_as_cell, _BLOCK_SET.sub(r"\1\2", piece))
        html = _library().parse(_STILL.sub(_still, plain.translate(_SIGNS)))
        return _BACK.sub(lambda found: (_WORDS | _PARTS)[found[0]], html)


def _library() -> Textile:
    """The library as it is before the first text. One a thread: a new one compiles a hundred patterns again, since
    each marks what it puts aside with a word of its own."""
    library: Textile | None = getattr(_KEPT, "library", None)
    if library is None:
        library = _KEPT.library = Textile(html_type="html5")
        library.glyph_replacers = []  # no typographic quotes and dashes: they break commands that customers copy
    for state in (library.shelf, library.refCache, library.fn, library.urlrefs):
        state.clear()
    library.span_depth = 0
    return library


def _as_cell(found: re.Match[str]) -> str:
    return "|_. " if found[1] == "|_" else "| "


def _still(found: re.Match[str]) -> str:
    if found["hash"]:
        return "\ue016"
    if found["bracket"]:
        return "\ue017"
    return {";": "\ue018", ":": "\ue019"}.get(found[0], "\ue01a")


def _by_quoting(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of lines, and whether they are quoted: these without the ``>`` that they begin with."""
    for quoted, run in groupby(text.split("\n"), key=lambda line: line.startswith(">")):
        yield quoted, "\n".join(line[1:].removeprefix(" ") if quoted else line for line in run)


def _pieces(text: str) -> Iterator[str]:
    """Paragraphs, those that are too long cut at a line's end where there is one."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines: list[str] = []
        for line in paragraph.split("\n"):
            if lines and sum(map(len, lines)) + len(lines) + len(line) > LONGEST_PIECE:
                yield "\n".join(lines)
                lines = []
            lines.append(line)
        if any(line.strip() for line in lines):
            yield "\n".join(lines)
