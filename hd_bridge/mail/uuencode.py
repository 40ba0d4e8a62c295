"""Files that stand in the midst of a text between ``begin`` and ``end``, as programs sent them before MIME. Pure."""

from __future__ import annotations

import binascii
import re

BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200}?)[ \t]*\r?\n", re.MULTILINE)
# A line says by its first character how many bytes it holds; the last one holds none.
END = re.compile(rb"^(?:[` ]?[ \t]*\r?\n)?end[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
MOST = 50


def take_out(content: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """The text without the files, and their names and bytes. What does not decode is text and stays."""
    if b"begin " not in content:
        return content, ()
    kept: list[bytes] = []
    files: list[tuple[bytes, bytes]] = []
    position = 0
    while len(files) < MOST and (begin := BEGIN.search(content, position)):
        end = END.search(content, begin.end())
        first, last = (end.start(), end.end()) if end else (len(content), len(content))  # it was cut off
        decoded = _decoded(content[begin.end() : first])
        if not decoded:
            kept.append(content[position : begin.end()])
            position = begin.end()
            continue
        kept.append(content[position : begin.start()])
        files.append((begin[1].strip(b"\"'"), decoded))
        position = last
    return b"".join((*kept, content[position:])), tuple(files)


def _decoded(block: bytes) -> bytes | None:
    made = []
    for line in block.splitlines():
        if not line.strip():
            continue
        try:
            made.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # some programs count the padding wrongly
            try:
                made.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return None
    return b"".join(made)
