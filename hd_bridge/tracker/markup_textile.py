"""Textile as Redmine reads it (RedCloth 3, changed). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hd_bridge.tracker.markup_words import JOINER, code, textile

_OFF_TAG = re.compile(r"<(?=/?(?:code|pre|kbd|notextile|redpre))", re.IGNORECASE)


class Textile:
    """``markup_walk.Target``."""

    def words(self, text: str) -> str:
        """All entities."""
        return textile(text)

    def lines(self, text: str) -> str:
        """Redmine shows a line feed as a line feed."""
        return text

    def code(self, text: str) -> str:
        """Between tags; ``@…@`` cannot hold everything."""
        return f"<code>{_inside(text)}</code>"

    def link(self, text: str, url: str) -> str:
        """Words in quotes."""
        return f'"{text.replace(chr(34), "&quot;").strip()}":{url}'

    def image(self, name: str) -> str:
        """Between exclamation marks."""
        return f"!{name}!"

    def block_of_code(self, text: str) -> str:
        """Nothing inside is read, but for the tag that ends it."""
        return f"<pre>\n{_inside(text)}\n</pre>"

    def quoted(self, text: str) -> str:
        """Redmine takes code out first, whole, so that its lines must not be marked."""
        parts = re.split(r"(<pre>.*?</pre>)", text, flags=re.DOTALL)
        marked = [part if part.startswith("<pre>") else part.replace("\n", "\n> ") for part in parts]
        return "> " + "".join(marked)

    def items(self, items: Sequence[Sequence[str]], depth: str, first: int) -> str:
        """Redmine numbers from one, whatever the mail did. An item that begins with a list has no line of its own."""
        return "\n".join(("" if item[0][0] in "*#" else f"{depth} ") + "\n".join(item) for item in items)

    def table(self, rows: Sequence[Sequence[str]]) -> str:
        """A space before each cell, else its first signs would be a style."""
        head, body = rows[0], rows[1:]
        lines = ["|" + "|".join(f"_. {cell or ' '} " for cell in head) + "|"]
        return "\n".join([*lines, *("|" + "|".join(f" {cell} " for cell in row) + "|" for row in body)])


def _inside(text: str) -> str:
    """Code that cannot end its own tag, call a macro or call a person."""
    return _OFF_TAG.sub(f"<{JOINER}", code(text)).replace("x%x%", f"x%{JOINER}x%")
