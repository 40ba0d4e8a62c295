"""Parameters of MIME header fields (RFC 2045 §5.1, RFC 2231), also where senders break the rules. Pure.

The standard library raises on some of these and takes quadratic time on others; this reads each byte once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from urllib.parse import unquote_to_bytes

from hd_bridge.mail.charset import decode, known_name
from hd_bridge.mail.words import decode_text, unfold

# What is read of one field: names of files are short, the rest is an attack.
FIELD_CAP = 4 * 1024
NAME = re.compile(rb"([^\s=;*]{1,64})(?:\*(\d{1,3}))?(\*)?")


def read_params(field: bytes, hint: str | None = None) -> dict[str, str]:
    """The parameters after the first ``;``, decoded, by lower-case name; the first of each name wins.

    The extended form (``name*=``) goes before the plain one (RFC 6266 §4.3); ``hint`` is for raw eight-bit values.
    """
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for name, number, extended, value in _items(unfold(field[:FIELD_CAP])):
        if number is None and not extended:
            plain.setdefault(name, value)
        else:
            pieces.setdefault(name, {}).setdefault(number or 0, (extended, value))
    found = {name: decode_text(value, hint) for name, value in plain.items()}
    return found | {name: _assemble(parts, hint) for name, parts in pieces.items()}


def read_value(field: bytes) -> str:
    """What stands before the first ``;``, lower-case."""
    return field[:FIELD_CAP].partition(b";")[0].strip().lower().decode("ascii", "replace")


def _items(line: bytes) -> Iterator[tuple[str, int | None, bool, bytes]]:
    """Name, number of the continuation, whether it is percent-encoded, raw value."""
    for item in _split(line.partition(b";")[2]):
        key, equals, value = item.partition(b"=")
        match = NAME.fullmatch(key.strip())
        if equals and match:
            number = int(match[2]) if match[2] else None
            yield match[1].lower().decode("ascii", "replace"), number, bool(match[3]), _unquote(value.strip())


def _split(line: bytes) -> Iterator[bytes]:
    """Cut at every ``;`` that is not within quotes; a quote that is never closed does not count as one."""
    start = position = 0
    quoted = False
    last_quote = line.rfind(b'"')
    while position < len(line):
        byte = line[position]
        if quoted and byte == 0x5C:
            position += 1
        elif byte == 0x22 and (quoted or position < last_quote):
            quoted = not quoted
        elif byte == 0x3B and not quoted:
            yield line[start:position]
            start = position + 1
        position += 1
    yield line[start:]


def _unquote(value: bytes) -> bytes:
    """Without quotes; a backslash is taken away only before a quote or a backslash, for Windows paths have more."""
    if not value.startswith(b'"'):
        return value
    inner = value[1:-1] if len(value) > 1 and value.endswith(b'"') else value[1:]
    return re.sub(rb'\\(["\\])', rb"\1", inner)


def _assemble(parts: Mapping[int, tuple[bool, bytes]], hint: str | None) -> str:
    """Join continuations by number; where one is missing the rest is kept all the same."""
    ordered = [parts[number] for number in sorted(parts)]
    if not any(extended for extended, _ in ordered):
        # Senders also cut one encoded word over continuations.
        return decode_text(b"".join(value for _, value in ordered), hint)
    charset, first = _charset_of(ordered[0][1]) if ordered[0][0] else ("", ordered[0][1])
    values = [(ordered[0][0], first), *ordered[1:]]
    # Neighbours are joined before they are read: some senders cut between the digits of one byte.
    runs = ((extended, b"".join(value for _, value in run)) for extended, run in groupby(values, key=itemgetter(0)))
    content = b"".join(unquote_to_bytes(value) if extended else value for extended, value in runs)
    return decode_text(decode(content, charset or "utf-8").encode("utf-8", "replace"))


def _charset_of(value: bytes) -> tuple[str, bytes]:
    """``utf-8'en'name`` or what is left of it: some senders drop one apostrophe, some both."""
    for cut in (2, 1):
        head = value.split(b"'", cut)
        if len(head) == cut + 1 and (cut == 2 or known_name(head[0].decode("ascii", "replace"))):
            return head[0].decode("ascii", "replace"), head[-1]
    return "", value
