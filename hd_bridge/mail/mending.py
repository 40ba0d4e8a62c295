"""A mail's header where something on its way has broken it, as the parser can read it. Pure.

The parser ends the header at the first line that does not look like one of a header, and takes the rest for text: one
line out of place, and nobody knows who wrote. Here such lines are put right where it is clear that the header goes on.
"""

from __future__ import annotations

import re

from hd_bridge.mail.key import HEADER_CAP

AnyBytes = bytes | bytearray
BOM = b"\xef\xbb\xbf"
# A header without fault, up to its empty line; possessive, so that it never tries twice.
SOUND = re.compile(rb"(?:[\x21-\x39\x3b-\x7e]++:[^\r\n]*+\r?\n(?:[ \t][^\r\n]*+\r?\n)*+)++(?:\r?\n|\Z)")
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]+:|[ \t]")
SPACED = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40})[ \t]{1,20}:")
KNOWN = re.compile(
    rb"(?:From|To|Cc|Bcc|Subject|Date|Message-Id|Mime-Version|Content-[A-Za-z-]{1,30}|X-[\w-]{1,60}|Received|Sender"
    rb"|Return-Path|Reply-To|In-Reply-To|References|DKIM-Signature|ARC-[A-Za-z-]{1,40}|Delivered-To|List-[A-Za-z-]{1,30}|Errors-To"
    rb"|Importance|Precedence|User-Agent|Authentication-Results|Auto-Submitted|Status|Organization)[ \t]{0,20}:",
    re.IGNORECASE,
)
MBOX_LINE = re.compile(rb">{0,3}From [^\r\n]{1,200}(?:\r\n|\r|\n)")
# A field whose name has letters that no name may have.
NAMELESS = re.compile(rb"[^\s:]{1,60}:")
PARAMETER = re.compile(rb"[A-Za-z*0-9-]{1,40}=[^ \t]")
MOST_REPAIRS = 50


def mend_header(raw: AnyBytes) -> AnyBytes:
    """The same bytes where nothing is wrong; else the body untouched below a header that can be read."""
    if SOUND.match(raw, 0, HEADER_CAP):
        return raw
    raw = _without_lead(raw)
    if b"\r\r\n" in raw[:HEADER_CAP].partition(b"\n")[0] + b"\n":  # line ends translated twice
        raw = raw.replace(b"\r\r\n", b"\r\n")
    return raw if SOUND.match(raw, 0, HEADER_CAP) else _put_right(raw)


def _without_lead(raw: AnyBytes) -> AnyBytes:
    """Without what stands above the header: a mark of UTF-8, empty lines, the first line of a mail in an mbox."""
    bare = raw.removeprefix(BOM).lstrip(b"\r\n")
    while found := MBOX_LINE.match(bare):
        bare = bare[found.end() :]
    return bare if KNOWN.match(bare) else raw


def _put_right(raw: AnyBytes) -> AnyBytes:
    """Line by line up to the header's end; what belongs to no field continues the one above it."""
    made: list[bytes] = []
    position, repairs = 0, 0
    for found in LINE.finditer(raw, 0, HEADER_CAP):
        line = bytes(found[0])
        if not line.strip(b"\r\n"):
            break
        if not FIELD.match(line) and not (position == 0 and line.startswith(b"From ")):
            mended = _repaired(line, raw, found.end(), made)
            repairs += 1
            if mended is None or repairs > MOST_REPAIRS:
                break
            line = mended
        made.append(line)
        position = found.end()
    return type(raw)(b"".join(made)) + raw[position:] if repairs else raw


def _repaired(line: bytes, raw: bytes | bytearray, after: int, above: list[bytes]) -> bytes | None:
    """The line as one of the header's, or ``None``: the body begins here."""
    if spaced := SPACED.match(line):
        return spaced[1] + b":" + line[spaced.end() :] if above or KNOWN.match(line) else None
    if not above:
        return None
    if PARAMETER.match(line) and above[-1].rstrip().endswith(b";"):
        return b" " + line
    if KNOWN.match(raw, after):
        return b"" if MBOX_LINE.fullmatch(line) or NAMELESS.match(line) else b" " + line
    return None
