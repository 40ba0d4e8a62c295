"""Plain text as it was meant: format=flowed lines joined (RFC 3676), line ends evened, unseen characters out. Pure."""

from __future__ import annotations

import re

UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff]+")
PAGE_BREAKS = re.compile("[\x0b\x0c]")
SIGNATURE = "-- "


def clean(text: str) -> str:
    """Line ends as ``\\n``, without NUL and other control characters (no database and no page takes them)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", PAGE_BREAKS.sub("\n", text))


def unflow(text: str, *, delsp: bool = False) -> str:
    """Soft line breaks taken back; ``delsp`` drops the space that marks them. Quotes are written with ``> `` again."""
    made: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != SIGNATURE
        body = content[:-1] if soft and delsp else content
        if depth == open_depth and content != SIGNATURE:
            made[-1].append(body)
        else:
            made.append([">" * depth + " " if depth else "", body])
        open_depth = depth if soft else -1
    return "\n".join(map("".join, made))
