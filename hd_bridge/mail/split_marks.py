"""Recognises one line (or a few) as the beginning of a quoted mail: attribution, header block, divider. Pure.

Each recogniser looks at a bounded number of characters, so that a whole mail takes time linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from hd_bridge.mail import split_phrases, split_words

LONGEST = 400
"""Characters of an attribution, however it is wrapped; longer ones are prose."""


class Evidence(IntEnum):
    """How sure it is that a line introduces a quote: ``LIKELY`` needs quoted lines after it, ``SURE`` does not."""

    NONE = 0
    LIKELY = 1
    SURE = 2


def _all(words: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(word for row in words.values() for word in row)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_ROLES: Mapping[str, frozenset[str]] = {
    "from": _all(split_words.FROM),
    "date": _all(split_words.DATE),
    "to": _all(split_words.TO),
    "copy": _all(split_words.COPY),
    "subject": _all(split_words.SUBJECT),
}
_LABELS: Mapping[str, frozenset[str]] = {
    word: frozenset(role for role, known in _ROLES.items() if word in known)
    for word in frozenset().union(*_ROLES.values())
}
_ORIGINAL = _all(split_words.ORIGINAL)
_FORWARDED = _all(split_words.FORWARDED)

_CASED = frozenset(word for word in _all(split_words.WROTE) if word.isascii() or word[0].lower() != word[0].upper())
_VERB = re.compile(rf"(?<!\w)(?:{_either(_CASED)})(?!\w)|{_either(_all(split_words.WROTE) - _CASED)}")
_EMAIL = re.compile(r"[\w.+%'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_BRACKETED = re.compile(
    r"[<(\[（＜]{1,2}(?:mailto:)?[\w.+%'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?:[\s<][^>)\]]{0,120})?[>)\]）＞]{1,3}"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.h時时]\s?\d{2}(?!\d)|\d{1,2}\s?[時时点點시]")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d\d(?!\d)|25\d\d")
_DATE_OR_ADDRESS = re.compile(r"[\d@]")
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_PARTICLES = _words(
    "van von der den de da di du des do dos del della la le bin ibn al el y e i und and via of "
    # What stands between the time and the name, or after the name.
    "am pm a.m p.m a p m uhr h kl klo kell utc gmt cet cest est edt pst pdt bst msk om um at o u от в г р ч год "
    "kello ore alle às as las à il po odesílatel użytkownik tarihinde den op notre mr mrs ms dr"
)


def may_attribute(lines: Sequence[str]) -> bool:
    """Whether a look at these lines can pay: an attribution has a date or an address."""
    return _DATE_OR_ADDRESS.search(" ".join(line[:LONGEST] for line in lines)) is not None


def attribution(lines: Sequence[str]) -> Evidence:
    """Whether one to four lines together say who wrote when, and nothing else."""
    if sum(map(len, lines)) > LONGEST or not (lines[-1].endswith((":", "：", "-", "*", "_"))):
        return Evidence.NONE
    bare = " ".join(lines).strip("*_ ")
    dashed = bare.startswith("--") and bare.endswith("--")
    bare = bare.strip("-—– ")
    if not dashed and not bare.endswith((":", "：")):
        return Evidence.NONE
    mailed = _BRACKETED.search(bare)
    verb = _VERB.search(bare.casefold())
    digits = any(c.isdigit() for c in bare)
    if not (digits if mailed else verb and (digits or _EMAIL.search(bare))):
        return Evidence.NONE
    dated = _DAY.search(bare) and _CLOCK.search(bare)
    named = _names_only(_VERB.sub(" ", _BRACKETED.sub(" @ ", bare)), bool(mailed))
    return Evidence.SURE if dated and named and len(bare.split()) <= 40 else Evidence.LIKELY


def _names_only(bare: str, mailed: bool) -> bool:
    """Whether what is left beside date, verb and address can be a name: prose has words in lower case."""
    pieces = [piece for piece in re.split(r"\d[\d.:/,\s-]*", bare) if piece.strip(" .,:;：，、@\"'“”„")]
    if not pieces:
        return mailed
    # Before the first number stand "On Tue," or "Am Di.,"; between numbers a month; after the last one the name.
    where = next((i for i, piece in enumerate(pieces) if "@" in piece), len(pieces) - 1)
    words = _WORD.findall(pieces[where])
    return len(words) <= 8 and all(w[0].lower() == w[0].upper() or w[0].isupper() or _small(w) for w in words)


def _small(word: str) -> bool:
    return word.rstrip(".").casefold() in _PARTICLES


def divider(text: str) -> str:
    """``original`` or ``forwarded`` where a line says that such a mail follows; else empty."""
    if len(text) > 120:
        return ""
    ruled = text.startswith(("--", "__", "==", "—", "––", "**"))
    phrase = text.strip("-_=*>—– :：.\t").casefold()
    if phrase in _FORWARDED and (ruled or text.rstrip().endswith(":")):
        return "forwarded"
    return "original" if phrase in _ORIGINAL and ruled else ""


def is_rule(text: str) -> bool:
    """Whether a line is a drawn line (of three signs at least)."""
    return len(text) >= 3 and not text.strip("-_=—–─*")


def label(text: str) -> frozenset[str]:
    """The header fields that a line such as ``From: x`` or ``*Von:* x`` may be; empty for all other lines."""
    head, colon, _ = text[:60].replace("：", ":").partition(":")
    if not colon:
        return frozenset()
    return _LABELS.get(head.strip(" *_|\u00a0\u202f\t").casefold(), frozenset())


def header_block(lines: Sequence[str]) -> int:
    """How many of these lines are a block From/Sent/To/Subject; 0 where they do not begin with one.

    ``lines`` are the next twenty. A block has a sender and two more fields, and a subject or an address: people ask
    for journeys with From, To and Date. Fields may run over a second line, blank lines may stand between them.
    """
    roles: set[str] = set()
    fields = end = 0
    for place, line in enumerate(lines):
        found = label(line)
        if found:
            # A word that serves two fields somewhere ("De", "A", "Data") takes the one that is still missing.
            roles.add(min(found - roles or found))
            fields, end = fields + 1, place + 1
        elif place == 0 or (line and not _continues(lines, place, fields)):
            break
        elif line:
            end = place + 1
    mailed = "subject" in roles or any(_EMAIL.search(line[:LONGEST]) for line in lines[:end])
    return end if mailed and "from" in roles and fields >= 3 and len(roles) >= 3 else 0


def _continues(lines: Sequence[str], place: int, fields: int) -> bool:
    """Whether a line is the rest of a long field: another field comes right after it."""
    return fields > 0 and bool(lines[place - 1]) and any(label(line) for line in lines[place + 1 : place + 2])


_SENT_FROM = re.compile(
    "|".join(
        f"(?:{pattern.replace('{device}', split_phrases.DEVICE)})"
        for row in split_phrases.SENT_FROM.values()
        for pattern in row
    )
)
_WITHIN_CASED = [w for w in _all(split_phrases.ANSWERED_WITHIN) if w[0].lower() != w[0].upper()]
_WITHIN = re.compile(
    rf"(?<!\w)(?:{_either(_WITHIN_CASED)})(?!\w)|{_either(_all(split_phrases.ANSWERED_WITHIN) - set(_WITHIN_CASED))}"
)
_LINK = re.compile(r"[<(\[]\s?https?://[^\s>)\]]{1,2000}[>)\]]")


def sent_from(text: str) -> bool:
    """Whether a line is what a telephone or program adds about itself."""
    bare = _LINK.sub("", text[:2100]).strip(" .!*_-—|~()[]\t").casefold()
    return 5 < len(bare) <= 120 and _SENT_FROM.fullmatch(bare) is not None


def answered_within(text: str) -> bool:
    """Whether a reply says that its answers stand within the quote."""
    return _WITHIN.search((text[:2000] + "\n" + text[-2000:]).casefold()) is not None
