"""Address lists (RFC 5322 §3.4) as people and programs really write them, read in one pass. Pure.

The standard library's strict readers raise on malformed addresses and are quadratic on crafted ones; what matters
here is to find who wrote whenever a person could.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hd_bridge.mail.charset import guess
from hd_bridge.mail.words import CONTROLS, HEAD, decode_text, unfold
from hd_bridge.model import Address

# Beyond this many a list of recipients is an attack or a newsletter; nobody acts on the rest.
MOST = 500
LONGEST = 320
LONGEST_FIELD = 64 * 1024
LONGEST_COMMENT = 1000
LONGEST_SURNAME = 60
DEEPEST_COMMENT = 10
LONGEST_MAILTO = 8
TOKEN = re.compile(r'\s+|[^\s"(<,;:]+|["(<,;:]')
QUOTED = re.compile(r'((?:[^"\\]|\\.){0,2000}+)"')
MAILTO = re.compile(r"[\[(]?mailto$", re.IGNORECASE)
ANGLE = re.compile(r"([^>]*)>+")
DOMAIN = re.compile(r"[^\s@<>()\[\]\",;:\\\x00-\x20\x7f]+|\[[0-9A-Za-z.:]+\]")
LOCAL = re.compile(r'[^\s@<>()",;:\\\x00-\x20\x7f]+|"[^"\x00-\x1f\x7f]+"')


@dataclass(slots=True)
class _Mailbox:
    """What was read so far of one entry: words outside, comments, what stood in angle brackets; ``mailed`` where it
    stood behind ``mailto:`` in square ones, ``end`` is what ended it."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None
    mailed: bool = False
    end: str = ""

    @property
    def phrase(self) -> str:
        """The words outside."""
        return " ".join("".join(self.words).split())


def read_addresses(value: bytes, hint: str | None = None) -> tuple[Address, ...]:
    """Every usable address of a field, in order; names are decoded, groups dissolved. Never raises."""
    line = unfold(value[:LONGEST_FIELD])
    text = line.decode("ascii") if line.isascii() else guess(line, hint)
    found: list[Address] = []
    surname = ""
    for entry in _entries(_sheltered(text)):
        addresses = _addresses_of(entry)
        if surname and addresses and (entry.angle is not None or entry.mailed):
            first = addresses[0]
            addresses[0] = _named(f"{surname}, {first.name}" if first.name else surname, first.email)
        surname = _surname(entry, addresses, surname)
        found.extend(addresses)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def _surname(entry: _Mailbox, addresses: list[Address], before: str) -> str:
    """What stands before the comma in ``Doe, Jo <jo@x.example>``, which should have been in quotes. An entry that has
    an address, or could have been meant as one, is none."""
    plain = not addresses and entry.angle is None and entry.end == "," and not entry.comments
    if not plain or not entry.phrase or "@" in entry.phrase:
        return ""
    return (f"{before}, {entry.phrase}" if before else entry.phrase)[:LONGEST_SURNAME]


def addr_spec(text: str) -> str | None:
    """The lower-case addr-spec in a piece of text such as ``<mailto:Jo@x.org >``; ``None`` if it is none."""
    bare = (text if '"' in text else "".join(text.split())).strip("<>'`,; ").removeprefix("mailto:")
    if "@[" not in bare:
        bare = bare.strip("[]")  # "Jo [mailto:jo@example.org]", as Outlook quotes
    if bare.startswith("@") and ":" in bare:
        bare = bare.rpartition(":")[2]  # a source route (RFC 5322 §4.4)
    local, at, domain = bare.rpartition("@")
    domain = domain.rstrip(".")
    if not at or len(bare) > LONGEST or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain):
        return None
    return f"{local}@{domain}".lower()


def _sheltered(text: str) -> str:
    """Encoded words become quoted text before the list is cut: a comma in ``=?utf-8?Q?M=C3=BCller, Jo?=`` is a name's.

    Within quotes they are decoded in place, which is against RFC 2047 and what everyone expects.
    """
    if "=?" not in text:
        return text
    raw = text.encode("utf-8", "replace")
    made: list[str] = []
    position, quoted = 0, False
    for start, end in _word_runs(raw):
        plain = raw[position:start]
        quoted ^= plain.replace(rb"\"", b"").count(b'"') % 2 == 1
        words = decode_text(raw[start:end]).replace("\\", " ").replace('"', "'")
        made.extend((plain.decode("utf-8", "replace"), words if quoted else f'"{words}"'))
        position = end
    return "".join(made) + raw[position:].decode("utf-8", "replace")


def _word_runs(raw: bytes) -> list[tuple[int, int]]:
    """Where encoded words stand; neighbours are one run, for a character may be cut between them."""
    runs: list[tuple[int, int]] = []
    for head in HEAD.finditer(raw):
        start = head.start()
        if runs and start < runs[-1][1]:
            continue
        close = raw.find(b"?=", head.end())
        end = close + 2 if close >= 0 else len(raw)
        if runs and not raw[runs[-1][1] : start].strip():
            start = runs.pop()[0]
        runs.append((start, end))
    return runs


def _entries(text: str) -> Iterator[_Mailbox]:
    """The list cut at its commas and semicolons; a group's name is dropped with its colon."""
    entry = _Mailbox()
    position = 0
    while match := TOKEN.match(text, position):
        token, position = match[0], match.end()
        if token in ",;":
            entry.end = token
            yield entry
            entry = _Mailbox()
        elif token == ":":
            _end_of_group(entry)
        elif token == '"':
            quoted, position = _quoted(text, position)
            if text.startswith("@", position):
                quoted = f'"{quoted}"'
            entry.words.append(quoted)
        elif token == "(":
            comment, position = _comment(text, position)
            entry.comments.append(comment)
        elif token == "<":
            entry.angle, position = _angle(text, position)
        else:
            _add_word(entry, token)
    yield entry


def _end_of_group(entry: _Mailbox) -> None:
    """What stood before the colon was a group's name, unless it is ``Jo [mailto:jo@x.example]``, as Outlook quotes."""
    last = entry.words[-1] if entry.words else ""
    found = MAILTO.search(last, max(0, len(last) - LONGEST_MAILTO))
    entry.mailed = found is not None
    if found is None:
        entry.words.clear()
    else:
        entry.words[-1] = last[: found.start()] + " "


def _add_word(entry: _Mailbox, token: str) -> None:
    """Words are kept with the space before them, so that ``"john doe"@example.org`` stays in one piece."""
    if entry.words and not token.isspace() and not entry.words[-1].isspace():
        entry.words[-1] += token
    else:
        entry.words.append(token)


def _quoted(text: str, start: int) -> tuple[str, int]:
    """What stands before the closing quote, backslashes resolved; a quote that is never closed ends at the address."""
    closed = QUOTED.match(text, start)
    if closed:
        return re.sub(r"\\(.)", r"\1", closed[1]), closed.end()
    end = text.find("<", start)
    end = len(text) if end < 0 else end
    return text[start:end].strip(), end


def _comment(text: str, start: int) -> tuple[str, int]:
    """The comment that begins here, and where it ends; one that is not closed soon is only a bracket."""
    depth, position, end = 1, start, min(len(text), start + LONGEST_COMMENT)
    while position < end and 0 < depth < DEEPEST_COMMENT:
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        position += 2 if text[position] == "\\" else 1
    if depth:
        return "", start
    return text[start : position - 1], position


def _angle(text: str, start: int) -> tuple[str, int]:
    """What stands in angle brackets; ``<<a@b>>`` and a missing ``>`` are common."""
    closed = ANGLE.match(text, start)
    return (closed[1], closed.end()) if closed else (text[start:], len(text))


def _addresses_of(entry: _Mailbox) -> list[Address]:
    """The address of one entry, or several where the commas were forgotten."""
    phrase = entry.phrase
    comment = " ".join(" ".join(entry.comments).split())
    inside = addr_spec(entry.angle) if entry.angle is not None else None
    if inside:
        return [_named(phrase or comment, inside)]
    specs = [(word, spec) for word in phrase.split() if (spec := addr_spec(word))]
    if '"' in phrase and (spec := addr_spec(phrase)):
        return [_named(comment, spec)]
    if len(specs) == 1:
        rest = " ".join(word for word in phrase.split() if word != specs[0][0])
        return [_named(rest or comment, specs[0][1])]
    return [_named("", spec) for _, spec in specs]


def _named(name: str, email: str) -> Address:
    """A name that only repeats the address says nothing."""
    name = " ".join(CONTROLS.sub(" ", name).split())
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1]
    return Address(name="" if name.lower() == email else name[:200], email=email)
