"""Reads a date as a mail program writes it for people, in the words of some twenty-five languages. Pure.

Where day and month could be taken for each other, or no zone can be known, there is no date: none is better than a
wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache

from babel import Locale

from hd_bridge.mail.zones import with_offset

_LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "pl",
    "sv",
    "da",
    "nb",
    "nn",
    "fi",
    "cs",
    "sk",
    "hu",
    "ro",
    "tr",
    "ru",
    "uk",
    "el",
    "he",
    "ar",
    "bg",
    "hr",
    "sl",
    "ca",
    "et",
    "lv",
    "lt",
]
_LONGEST = 120
_AFTERNOON = ("pm", "p.m", "p. m", "下午", "午後", "오후", "μ.μ", "م", "du", "öö", "晚上")
_MORNING = ("am", "a.m", "a. m", "上午", "午前", "오전", "π.μ", "ص", "凌晨", "早上")

_CLOCK = re.compile(r"(?<![\d.:/-])(\d{1,2})\s?[:.h時时点點시]\s?(\d{2})(?![\d/-]|\.\d)(?:[:.分분](\d{2})(?!\d))?")
_ZONE = re.compile(r"(?:GMT|UTC)\s?([+-])(\d{1,2})(?::?(\d{2}))?\b|(?<!\w)([+-])(\d{2}):?(\d{2})\b|\b(?:GMT|UTC|Z)\b")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})(\.|/|-)\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<![\d:.])\d{1,2}(?![\d:])")
_WORD = re.compile(r"[^\W\d_]+")


def read_spoken_date(text: str, zone: timedelta | None, *, month_first: bool = False) -> datetime | None:
    """The time in UTC; ``zone`` is what holds where none is written, ``month_first`` how ``1/2/26`` is read."""
    text = with_offset(" ".join(text[:_LONGEST].split()))
    clock, offset = _clock(text), _offset(text, zone)
    day = _date(_CLOCK.sub(" ", text, count=1), month_first)
    if clock is None or day is None or offset is None:
        return None
    midnight = clock == (24, 0, 0)
    try:
        said = datetime(*day, *((0, 0, 0) if midnight else clock), tzinfo=timezone(offset))
        return (said + timedelta(days=midnight)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clock(text: str) -> tuple[int, int, int] | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    around = (text[max(found.start() - 6, 0) : found.start()] + " " + text[found.end() : found.end() + 6]).casefold()
    if hour <= 12 and any(_said(around, word) for word in _AFTERNOON):
        hour = hour % 12 + 12
    elif hour == 12 and any(_said(around, word) for word in _MORNING):
        hour = 0
    return hour, minute, second


def _said(around: str, word: str) -> bool:
    return re.search(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", around) is not None


def _offset(text: str, zone: timedelta | None) -> timedelta | None:
    found = _ZONE.search(text)
    if found is None:
        return zone
    sign, hours, minutes = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
    way = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    if way >= timedelta(days=1):
        return None
    return -way if sign == "-" else way


def _date(text: str, month_first: bool) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NUMBERS.search(text):
        return _of_numbers(int(found[1]), found[2], int(found[3]), int(found[4]), month_first)
    month = next((one for word in _WORD.findall(text.casefold()) if (one := _months().get(word))), None)
    year, days = _YEAR.search(text), [int(one) for one in _DAY.findall(_ZONE.sub(" ", text))]
    return (int(year[0]), month, days[0]) if year and month and days else None


def _of_numbers(first: int, sign: str, second: int, year: int, month_first: bool) -> tuple[int, int, int] | None:
    year += 2000 if year < 100 else 0
    if first > 12 or sign == ".":
        return year, second, first
    if second > 12 or first == second:
        return year, first, second
    return (year, first, second) if month_first else None


@cache
def _months() -> dict[str, int]:
    """Names of months and their short forms; those that mean two months somewhere are left out."""
    found: dict[str, int] = {}
    for name, month in _all_months():
        if found.setdefault(name, month) != month:
            found[name] = 0
    return {name: month for name, month in found.items() if month}


def _all_months() -> Iterator[tuple[str, int]]:
    for language in _LANGUAGES:
        for context in Locale.parse(language).months.values():
            for width in ("wide", "abbreviated"):
                for month, name in context[width].items():
                    words = _WORD.findall(name.casefold())
                    if len(words) == 1 and len(words[0]) > 1:
                        yield words[0], month
                        yield "ב" + words[0], month  # Hebrew writes "in May" as one word
