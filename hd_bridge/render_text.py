"""Strangers' text made fit for a letter: single lines, names, excerpts, quotes and wrapped paragraphs. Pure."""

from __future__ import annotations

import re
import textwrap

WIDTH = 76
_NAME_LENGTH = 60
_EXCERPT_LINES = 30
_EXCERPT_LENGTH = 1500
# Bidirectional overrides and isolates, zero-width characters: they make a line read as something it is not.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# What Unicode calls Cc, Cs, Zl and Zp: as classes, for a letter asks of thousands of characters.
_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_A_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_ADVERTISING = re.compile(r"://|www\.|@|[<>{}\[\]]", re.IGNORECASE)
# "Re:" in the languages whose mail programs translate it, with the counters of some ("Re[2]:").
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|res|resp|rv|sv|vs|odp|ref|ynt|atb|回复|答复|回覆|返信|отв|на)\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[::]",
    re.IGNORECASE,
)
_BULLET = re.compile(r" {0,12}(?:[-*•☐☑]|[0-9]{1,5}[.)]) +(?=\S)")
# Quotes, code, the rows of tables: their lines mean what they are.
_SHAPED = re.compile(r">|\| | {4,}(?![-*•] |[0-9]{1,5}[.)] )")
_ADDRESS = re.compile(r"https?://|mailto:", re.IGNORECASE)


def one_line(text: str) -> str:
    """Text without line breaks, control or invisible characters, so that no header or subject can be injected."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join(_NOT_IN_A_LINE.sub(" ", _INVISIBLE.sub("", text)).split())


def many_lines(text: str) -> str:
    """Text with its lines and tabs, but no other control character (NUL and ESC have no business in a letter)."""
    return _NOT_IN_A_TEXT.sub("", _LINE_END.sub("\n", text))


def bare_subject(subject: str, tag: str) -> str:
    """A subject without the ticket's tag and what mail programs put before answers, so that these do not pile up."""
    before = ""
    while subject != before:
        before = subject
        subject = _REPLY.sub("", subject.replace(tag, " ") if tag else subject).strip()
    return " ".join(subject.split())


def person(name: str) -> str:
    """A name fit for a greeting, else "".

    A display name is the sender's to choose: one that carries an address or a page would make our acknowledgement
    the bearer of somebody's advertisement, sent with our good reputation to an address that may be forged.
    """
    name = one_line(name)
    return "" if len(name) > _NAME_LENGTH or _ADVERTISING.search(name) else name


def excerpt(text: str) -> str:
    """The beginning of a text: enough to know one's own mail again, too little to send a leaflet through us."""
    lines = many_lines(text).strip().split("\n")
    kept = "\n".join(lines[:_EXCERPT_LINES])[:_EXCERPT_LENGTH].rstrip()
    return kept if len(kept) == len("\n".join(lines).rstrip()) else f"{kept}\n[…]"


def quote(text: str) -> str:
    """Text quoted for a plain letter, every line behind "> " (RFC 3676 §4.5), wrapped."""
    return "\n".join(_quote_line(line) for line in text.split("\n"))


def _quote_line(line: str) -> str:
    return "\n".join(f"> {part}".rstrip() for part in wrap_line(line, WIDTH - 2).split("\n"))


def wrap(text: str) -> str:
    """A plain letter: long paragraphs wrapped, quotes, code, tables and addresses of pages left whole, single blank
    lines only."""
    lines = [line if _SHAPED.match(line) else wrap_line(line, WIDTH) for line in text.strip("\n").rstrip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() if line != "-- " else line for line in lines)) + "\n"


def wrap_line(line: str, width: int) -> str:
    """A line, wrapped behind its bullet if it is an item of a list."""
    if len(line) <= width or (" " not in line.strip() and _ADDRESS.search(line)):
        return line
    hanging = " " * len(_hanging(line))
    wrapped = textwrap.wrap(
        line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return "\n".join(wrapped) or line


def _hanging(line: str) -> str:
    """What stands before an item's words: indentation and bullet; "" for a paragraph."""
    found = _BULLET.match(line)
    return found[0] if found else ""


def unwrap(text: str) -> str:
    """A wrapped letter with its paragraphs whole again, for screens that wrap by themselves.

    A break was ours where the next word had no more room; every other break was meant and stays.
    """
    lines: list[str] = []
    last, hanging = "", 0
    for line in text.split("\n"):
        words = line[hanging:]
        first = words.split(" ")[0]
        indented = not hanging or (line[:hanging].isspace() and line.strip())
        if indented and first and first[0] not in "->*•" and " " in last and len(last) + 1 + len(first) > WIDTH:
            lines[-1] += " " + words
        else:
            lines.append(line)
            hanging = len(_hanging(line))
        last = line
    return "\n".join(lines)
