"""Guesses the language of what a customer wrote, or says that it cannot tell. Pure.

CLD2 (package pycld2, Apache-2.0) carries its tables in its own library: nothing is downloaded, 8 MB of memory,
0.03 ms a text. ``tests/bench/language.py`` measures it on short support mails.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol, cast

LONGEST = 4000
"""Characters that are looked at; more changes no guess."""

_LETTERS = 8
_IDEOGRAPHS = 3
_SURE_LETTERS = 40
_SURE_ENGLISH = 60
_NONCHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_NO_PROSE = re.compile(
    r"https?://\S+|www\.\S+|\S{1,100}@\S{1,100}|\S*\d\S*"
    rf"|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]"
)
_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ACCENTED = re.compile(r"(?:^|\s|['’])[a-zà-öø-ÿœ]*[à-öø-ÿœ]")
_SAME = {"iw": "he", "nb": "no", "nn": "no", "sh": "sr"}

# CLD2 knows 80 languages by heart and some 80 more, such as Corsican or Interlingua, that a short mail in a big
# language is mistaken for. Those are believed in a long text only.
_USUAL = frozenset(
    [
        *("en", "pt", "de", "es", "fr", "it", "nl", "pl", "sv", "da", "no", "fi", "cs", "tr", "ru", "uk", "ja", "zh"),
        *("ko", "ar", "sk", "hu", "ro", "el", "bg", "hr", "sr", "sl", "lt", "lv", "et", "he", "fa", "hi", "bn", "ur"),
        *("th", "vi", "id", "ms", "ca", "is", "sq", "mk", "ka", "hy", "az", "kk", "be", "bs", "ta", "te", "tl"),
    ]
)


class _Detector(Protocol):
    """What is used of pycld2: reliable or not, bytes looked at, then up to three (name, code, percent, score)."""

    def detect(self, text: str, *, bestEffort: bool) -> tuple[bool, int, tuple[tuple[str, str, int, float], ...]]: ...


def guess_language(text: str) -> str | None:
    """The ISO 639-1 code of a text's language; ``None`` where it is too short, mixed or unclear."""
    prose = _prose(text)
    letters = len(_LETTER.findall(prose))
    if letters < _LETTERS and len(_IDEOGRAPH.findall(prose)) < _IDEOGRAPHS:
        return None
    if (detector := _detector()) is None:
        return None
    # Without best effort CLD2 is silent about most short texts; with it, its own doubt has to be heeded.
    reliable, _, found = detector.detect(prose, bestEffort=True)
    code = found[0][1].split("-")[0]
    code = _SAME.get(code, code)
    if not reliable or len(code) != 2 or (code not in _USUAL and letters < _SURE_LETTERS):
        return None
    if code == "en" and letters < _SURE_ENGLISH and _ACCENTED.search(prose):
        return None  # short French, full of words that English shares, passes for English
    return code if code != "un" else None


def _prose(text: str) -> str:
    """A text without what is no language: addresses, numbers, and characters that CLD2 refuses."""
    return _NO_PROSE.sub(" ", text[:LONGEST])


@cache
def _detector() -> _Detector | None:
    """Loaded with the first mail: commands that read none should not wait for it. Not on every kind of machine."""
    try:
        import pycld2  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return None
    return cast(_Detector, pycld2)


def can_guess() -> bool:
    """Whether languages can be guessed on this machine."""
    return _detector() is not None
