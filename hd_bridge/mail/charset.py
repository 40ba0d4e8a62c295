"""Bytes to text, whatever charset a mail claims or forgets to claim. Pure.

The order: what the bytes prove (a byte order mark, ISO-2022 escapes, plain ASCII), then what is declared (read as the
wider charset that senders really use), then UTF-8, then chardet's guess. Text is never thrown away: what cannot be
read becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re

from hd_bridge.mail.iso2022 import decode_iso2022, is_iso2022

# Senders declare the small charset and use the large one (WHATWG Encoding Standard §4.2, and what mails show).
ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb-2312-80": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "ms-kanji": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc-jp",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "koi8-ru": "koi8-u",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-16",
    "utf8mb4": "utf-8",
    "utf-8-mac": "utf-8",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
}
SECOND_TRY = {"cp950": "big5hkscs", "cp932": "shift_jis_2004", "euc-jp": "euc_jis_2004", "utf-16": "utf-16-le"}
# Names that say nothing: senders write them when they do not know either.
EMPTY = frozenset({"", "us-ascii", "ascii", "ansi-x3.4-1968", "unknown-8bit", "x-unknown", "unknown", "8bit", "7bit"})
# Python codecs that are no charset of a mail; some of them take quadratic time on crafted input.
NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
NAME = re.compile(r"[a-z0-9][a-z0-9.:+-]{0,39}")
# Seven-bit charsets: their bytes are ASCII, their text is not.
SEVEN_BIT = ("utf-7", "hz", "utf-16", "utf-32")
# Byte-wise mixture of letters with and without the high bit: a Latin script, whatever a guess says.
MIXED = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")
HIGH = re.compile(rb"[\x80-\xff]+")
LATIN = ("windows-1252", "windows-1250", "windows-1254", "windows-1257")
OTHER_SCRIPTS = ("windows-1251", "windows-1253", "windows-1255", "windows-1256", "koi8", "iso-8859-5", "iso-8859-7")
GUESS_FROM = 65536
# windows-1252 as browsers read it: the five bytes that it leaves open are control characters.
CP1252 = "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256))
SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``; ``declared`` is the charset's name as the mail gives it. Never raises."""
    name = known_name(declared)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _scrub(data.decode("utf-16", "replace"))
    if is_iso2022(data):
        return decode_iso2022(data)
    if data.isascii() and not name.startswith(SEVEN_BIT):
        return data.decode("ascii")
    if name and not (name == "cp1252" and _strictly(data, "utf-8") is not None):
        text = _strictly(data, name)
        if text is None and name in SECOND_TRY:
            text = _strictly(data, SECOND_TRY[name])
        if text is None and _mostly(data, name):
            text = data.decode(name, "replace")
        if text is not None:
            return _scrub(text)
    return guess(data)


def guess(data: bytes, hint: str | None = None) -> str:
    """The text of bytes that declare nothing (raw header fields); ``hint`` is the charset of the mail's body."""
    if is_iso2022(data):
        return decode_iso2022(data)
    text = _strictly(data, "utf-8")
    if text is None and (name := known_name(hint)) and name != "utf-8":
        text = _strictly(data, name)
    if text is None and _mostly(data, "utf-8"):
        text = data.decode("utf-8", "replace")
    if text is None:
        text = _strictly(data, _detect(data[:GUESS_FROM]))
    return _scrub(data.decode("latin-1") if text is None else text)


def known_name(declared: str | None) -> str:
    """The charset to read a declared one as; empty where the name says nothing or is none."""
    name = (declared or "").strip(" \t\r\n\"'").lower().replace("_", "-")
    name = ALIASES.get(name, name)
    if name in EMPTY or name in NOT_CHARSETS or not NAME.fullmatch(name):
        return ""
    try:
        "".encode(name)  # refuses codecs that are no text encodings, such as base64
    except (LookupError, ValueError):
        return ""
    return name


def _strictly(data: bytes, name: str) -> str | None:
    if name == "cp1252":
        return codecs.charmap_decode(data, "strict", CP1252)[0]
    try:
        return data.decode("utf-8-sig" if name == "utf-8" else name)
    except (UnicodeError, LookupError):
        return None


def _mostly(data: bytes, name: str) -> bool:
    """Whether only a few places of a multi-byte text are broken (it was cut, or one byte was changed)."""
    if name not in ("utf-8", "gb18030", "cp932", "cp949", "cp950", "euc-jp"):
        return False
    text = data.decode(name, "replace")
    whole = sum(len(run) for run in HIGH.findall(data))
    return 3 * text.count("\ufffd") <= whole


def _detect(data: bytes) -> str:
    """chardet's guess among what today's mails use: with old Macs and mainframes included it calls Köln Icelandic."""
    found = _chardet(data)
    if found.startswith(OTHER_SCRIPTS) and 2 * len(MIXED.findall(data)) >= len(HIGH.findall(data)):
        found = _chardet(data, LATIN)
    return known_name(found) or "cp1252"


def _chardet(data: bytes, among: tuple[str, ...] | None = None) -> str:
    import chardet  # seldom wanted, and the process that reads no strangers' mails never needs it

    era = chardet.EncodingEra.MODERN_WEB
    return (chardet.detect(data, encoding_era=era, include_encodings=among)["encoding"] or "").lower()


def _scrub(text: str) -> str:
    """Without lone surrogates: some codecs make them, and nothing can store them."""
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)
