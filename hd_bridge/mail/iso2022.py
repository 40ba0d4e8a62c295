"""ISO-2022 mail text (RFC 1468, RFC 1557), with the vendors' characters that the standard codecs refuse. Pure.

Japanese mails are full of ①, ㈱ and half-width kana under the name ISO-2022-JP; Python's codec for that name raises
at the first of them and its wider ones do not know them all. Here the escapes are followed by hand and the
double bytes are read as Shift_JIS with Microsoft's additions, as every mail program in Japan reads them.
"""

from __future__ import annotations

import re

START = re.compile(rb"\x1b[$(]")
# ESC ( x: one byte a character. ESC $ x or ESC $ ( x: two.
ESCAPE = re.compile(rb"\x1b(\([ABHIJ]|\$[@AB]|\$\([CDOPQ])")
SINGLE = (b"(A", b"(B", b"(H", b"(J")
KOREAN = b"\x1b$)C"
# The last resort for sets that Shift_JIS does not hold (JIS X 0212, Chinese in ISO-2022-JP-2).
WIDER = {b"$(D": "iso2022_jp_ext", b"$A": "iso2022_jp_2", b"$(C": "iso2022_jp_2"}


def is_iso2022(data: bytes) -> bool:
    """Whether the text switches character sets by escapes; only seven-bit text may."""
    return b"\x1b" in data and data.isascii() and START.search(data) is not None


def decode_iso2022(data: bytes) -> str:
    """The text; what no set knows becomes U+FFFD. Never raises."""
    if KOREAN in data:
        return data.decode("iso2022_kr", "replace")
    made: list[str] = []
    position, mode = 0, b"(B"
    for escape in ESCAPE.finditer(data):
        made.append(_segment(data[position : escape.start()], mode))
        position, mode = escape.end(), escape.group(1)
    made.append(_segment(data[position:], mode))
    return "".join(made)


def _segment(data: bytes, mode: bytes) -> str:
    if mode in SINGLE:
        return data.decode("ascii", "replace")
    if mode == b"(I":
        return bytes(byte | 0x80 if byte > 0x20 else byte for byte in data).decode("cp932", "replace")
    if mode in WIDER:
        return (b"\x1b" + mode + data + b"\x1b(B").decode(WIDER[mode], "replace")
    # A line end returns to ASCII even where the escape is missing (RFC 1468).
    first, newline, rest = data.partition(b"\n")
    return _shift_jis(first) + (newline + rest).decode("ascii", "replace")


def _shift_jis(data: bytes) -> str:
    """JIS X 0208 pairs as text, by the arithmetic that moves them into Shift_JIS (JIS X 0208:1997, appendix 1)."""
    made = bytearray()
    pairs = bytes(byte for byte in data if byte > 0x20)
    for row, cell in zip(pairs[::2], pairs[1::2], strict=False):
        lead = (row - 0x21) // 2 + 0x81
        made.append(lead if lead < 0xA0 else lead + 0x40)
        odd = row % 2
        made.append(cell + (0x1F if cell < 0x60 else 0x20) if odd else cell + 0x7E)
    return made.decode("cp932", "replace")
