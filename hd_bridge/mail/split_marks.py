"""Recognises one line (or a few) as the beginning of a quoted mail: attribution, header block, divider. Pure.

Each recogniser looks at a bounded number of characters, so that a whole mail takes time linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import cache
from itertools import chain

from hd_bridge.mail import split_phrases, split_words
from hd_bridge.mail.split_heads import folded

LONGEST = 400
"""Characters of an attribution, however it is wrapped; longer ones are prose."""


class Evidence(IntEnum):
    """How sure it is that a line introduces a quote: ``LIKELY`` needs quoted lines after it, ``SURE`` does not."""

    NONE = 0
    LIKELY = 1
    SURE = 2


def _all(words: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(folded(word) for row in words.values() for word in row)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_ORIGINAL = _all(split_words.ORIGINAL)
_FORWARDED = _all(split_words.FORWARDED)
_REPLY_ABOVE = _all(split_phrases.REPLY_ABOVE)
_FORWARDED_BY = tuple(folded(phrase) + " " for phrase in split_words.FORWARDED_BY)

_CASED = frozenset(word for word in _all(split_words.WROTE) if word.isascii() or word[0].lower() != word[0].upper())
_VERB = re.compile(rf"(?<!\w)(?:{_either(_CASED)})(?!\w)|{_either(_all(split_words.WROTE) - _CASED)}")
_EMAIL = re.compile(r"[\w.+%'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_BRACKETED = re.compile(
    r"[<(\[（＜]{1,2}\s?(?:mailto:)?[\w.+%'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?:[\s<][^>)\]]{0,120})?[>)\]）＞]{1,3}"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.h時时]\s?\d{2}(?!\d)|\d{1,2}\s?[時时点點시]")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d\d(?!\d)|25\d\d")
_DATED_ADDRESS = re.compile(rf"\d{{4}}[/-]\d{{1,2}}[/-]\d{{1,2}} .{{1,80}}[<(]{_EMAIL.pattern}[>)]")
_ADDRESS_DATED = re.compile(
    rf".{{0,80}}[<(]{_EMAIL.pattern}[>)] on \d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}"
    r" \d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: [AaPp][Mm])?"
)
_OPENS = re.compile(
    r"(?:\W{0,3}(?:on|am|le|el|em|il|op|w dniu|den|dne|dňa|în|pe|στισ|no dia|in|at|quoting|в|у|ב|בתאריך|في|wiadomość)\b"
    r"|\W{0,3}\d|[^\W\d]{2,10}[.,]{0,2} ?\d|[^<]{0,80}<)[^\n]{0,300}[\d@<]"
)
_BREAKS_OFF = re.compile(r"(?:[\d,;)>]|\b[ap]\.?m\.?|\b(?:utc|gmt|cest?|[ecmp][sd]t))$")
_CLOCK_WORDS = re.compile(r"\b(?:am|pm|[ecmp][sd]t|gmt|utc)\b")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_RUN_ON = re.compile(r"[-_=*]{3,40} ?([^-_=*]{5,40}?) ?[-_=*]{3,40}")
_WE = _words("i we he she they you it who ich wir er sie du je nous vous elle yo nosotros él ella eu nós io noi")
_DATE_OR_ADDRESS = re.compile(r"[\d@]")
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_PARTICLES = _words(
    "van von der den de da di du des do dos del della la le bin ibn al el y e i und and via of "
    # What stands between the time and the name, or after the name.
    "am pm a.m p.m a p m uhr h kl klo kell utc gmt cet cest est edt pst pdt bst msk om um at o u от в г р ч год "
    "kello ore alle às as las à il po odesílatel użytkownik tarihinde den op notre mr mrs ms dr "
    "π.μ μ.μ hat ч на u an kell pukul lúc vào th thg ob je les va kuupäev дана tanggal időpont keltezéssel dátummal "
    "időpontban ο η ο/η στις la pe în dňa dne v dniu wiadomość"
)


def may_attribute(lines: Sequence[str]) -> bool:
    """Whether a look at these lines can pay: an attribution has a date or an address."""
    return _DATE_OR_ADDRESS.search(" ".join(line[:LONGEST] for line in lines)) is not None


def may_end_attribution(text: str) -> bool:
    """Whether a look at this line can pay: attributions end with a colon, a dash, or an address."""
    return text.endswith((":", "：", "-", "*", "_", ">", "M", "m", *"0123456789")) and len(text) <= LONGEST


def opens(text: str) -> bool:
    """Whether a line looks like the first one of a wrapped attribution: it breaks off after a date, or in a name."""
    bare = folded(text[:LONGEST])
    if text.endswith((".", "!", "?", "。")) or not _OPENS.match(bare):
        return False
    dated = not bare[0].isdigit() and _DAY.search(bare) and _CLOCK.search(bare)
    return bool(dated) or _BREAKS_OFF.search(bare) is not None


def attribution(lines: Sequence[str]) -> Evidence:
    """Whether one to four lines together say who wrote when, and nothing else."""
    if sum(map(len, lines)) > LONGEST or not may_end_attribution(lines[-1]):
        return Evidence.NONE
    bare = " ".join(lines).strip("*_ ")
    if _DATED_ADDRESS.fullmatch(bare) or _ADDRESS_DATED.fullmatch(bare):
        return Evidence.LIKELY
    dashed = bare.startswith("--") and bare.endswith("--")
    bare = bare.strip("-—– ")
    if not dashed and not bare.endswith((":", "：")):
        return Evidence.NONE
    mailed, verb = _BRACKETED.search(bare), _VERB.search(folded(bare))
    if not mailed and not verb:
        return Evidence.NONE
    named = _names_only(_VERB.sub(" ", _EMAIL.sub(" @ ", _BRACKETED.sub(" @ ", bare))), bool(mailed))
    if named and _DAY.search(bare) and _CLOCK.search(bare) and len(bare.split()) <= 40:
        return Evidence.SURE
    return Evidence.LIKELY if _is_likely(bare, bool(mailed), bool(verb), named) else Evidence.NONE


def _is_likely(bare: str, mailed: bool, verb: bool, named: bool) -> bool:
    words = folded(bare).split()
    if len(words) > 30 or not _WE.isdisjoint(words):
        return False
    if mailed or (verb and (_DAY.search(bare) or _CLOCK.search(bare) or _EMAIL.search(bare))):
        return True
    return verb and (named or (len(words) == 2 and words[1] in ("wrote:", "writes:"))) and len(words) <= 12


def supercited(text: str) -> bool:
    """Whether a quoted line tells who is quoted, as Gnus has it: ``>>>>> "Jo" == Jo Doe <jo@x.example> writes:``."""
    return " == " in text[:80] and text.endswith((":", "...")) and len(text) <= LONGEST


def closed_by_arrows(text: str) -> bool:
    """Whether a line, its first arrows gone, is GroupWise's: ``>>> Jo Doe <jo@x.example> 5/12/2026 10:15 AM >>>``."""
    return text.endswith(">>>") and len(text) <= LONGEST and bool(_CLOCK.search(text))


def notes_sender(above: Sequence[str]) -> int:
    """How many of the lines above To, cc and Subject are Lotus Notes' name and date; 0 where there are none."""
    filled = 0
    for back, text in enumerate(reversed(above), start=1):
        filled += bool(text)
        if filled > 4 or len(text) > 120:
            return 0
        if text and _DAY.search(text) and _CLOCK.search(text):
            if _WORD.search(_CLOCK_WORDS.sub(" ", folded(text))):
                return back  # the name stands on the same line
            name = above[len(above) - back - 1] if back < len(above) else ""
            return back + 1 if 0 < len(name.split()) <= 8 and not name.endswith((".", "!", "?", ",", ":")) else back
    return 0


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
    if len(text) > 200:
        return ""
    text = _DASHES.sub("-", text)
    ruled = text.startswith(("--", "__", "==", "—", "––", "**", "##"))
    phrase = folded(text).strip("-_=*>—– :：.\t")
    if phrase in _FORWARDED and (ruled or text.endswith((":", "："))):
        return "forwarded"
    if not ruled:
        return ""
    if text[-1] in "-_=#—–*" and any(words in phrase for words in _REPLY_ABOVE):
        return "original"
    if phrase in _ORIGINAL or ((head := _RUN_ON.match(folded(text))) and head[1] in _ORIGINAL):
        return "original"
    return "forwarded" if phrase.startswith(_FORWARDED_BY) and text.endswith("-") else ""


def is_rule(text: str) -> bool:
    """Whether a line is a drawn line (of three signs at least)."""
    return len(text) >= 3 and not text.strip("-_=—–─*")


_KNOWN = re.compile(split_phrases.KNOWN)


@cache
def _sent_from() -> tuple[re.Pattern[str], ...]:
    """One pattern for all that go on alike after the device: what a device may be called is long, and said once for
    every phrase it took 8 MB and a third of a second to compile. Made when it is needed, for it still takes a tenth."""
    begins: dict[str, list[str]] = {}
    for phrase in chain.from_iterable(split_phrases.SENT_FROM.values()):
        before, device, after = phrase.partition("{device}")
        begins.setdefault(device + after, []).append(before)
    return tuple(
        re.compile(f"(?:{'|'.join(before)}){rest.replace('{device}', split_phrases.DEVICE)}")
        for rest, before in begins.items()
    )


_WITHIN_CASED = [w for w in _all(split_phrases.ANSWERED_WITHIN) if w[0].lower() != w[0].upper()]
_WITHIN = re.compile(
    rf"(?<!\w)(?:{_either(_WITHIN_CASED)})(?!\w)|{_either(_all(split_phrases.ANSWERED_WITHIN) - set(_WITHIN_CASED))}"
)
_LINK = re.compile(r"[<(\[]\s?https?://[^\s>)\]]{1,2000}[>)\]]")


def sent_from(text: str) -> bool:
    """Whether a line is what a telephone or program adds about itself."""
    bare = folded(_LINK.sub("", text[:2100])).strip(" .!*_-—|~()[]\t")
    if not 5 < len(bare) <= 120 or not _KNOWN.search(bare):  # which is quickly seen, and most lines name none
        return False
    return any(phrase.fullmatch(bare) for phrase in _sent_from())


def answered_within(text: str) -> bool:
    """Whether a reply says that its answers stand within the quote."""
    return _WITHIN.search(folded(text[:2000] + "\n" + text[-2000:])) is not None
