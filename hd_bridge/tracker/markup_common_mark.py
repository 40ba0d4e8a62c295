"""CommonMark as Redmine reads it (cmark-gfm with tables, auto-links and footnotes). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hd_bridge.tracker.markup_words import code, common_mark


class CommonMark:
    """``markup_walk.Target``."""

    def words(self, text: str) -> str:
        """Backslashes and joiners."""
        return common_mark(text)

    def lines(self, text: str) -> str:
        """Two spaces keep a line feed, whatever the tracker's setting for them."""
        return text.replace("\n", "  \n")

    def code(self, text: str) -> str:
        """Between more backticks than the code has in a row."""
        fence = "`" * (_longest(text, "`") + 1)
        return f"{fence} {code(text)} {fence}"

    def link(self, text: str, url: str) -> str:
        """The address in angle brackets."""
        return f"[{text.strip()}](<{url}>)"

    def image(self, name: str) -> str:
        """Without words: the name would be shown twice where the file is missing."""
        return f"![]({name})"

    def block_of_code(self, text: str) -> str:
        """Fenced by more backticks than the code has in a row."""
        fence = "`" * max(3, _longest(text, "`") + 1)
        return f"{fence}\n{code(text)}\n{fence}"

    def quoted(self, text: str) -> str:
        """Every line marked."""
        return re.sub(r"^", "> ", text, flags=re.MULTILINE)

    def items(self, items: Sequence[Sequence[str]], depth: str, first: int) -> str:
        """What an item holds stands under its first word."""
        marks = [f"{first + i}. " if depth.endswith("#") else "- " for i in range(len(items))]
        return "\n".join(
            mark + re.sub(r"\n(?=[^\n])", "\n" + " " * len(mark), "\n\n".join(item))
            for mark, item in zip(marks, items, strict=True)
        )

    def table(self, rows: Sequence[Sequence[str]]) -> str:
        """The first row is the head."""
        lines = ["| " + " | ".join(row).replace("\n", "<br>") + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _longest(text: str, sign: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(sign)}+", text)), default=0)
