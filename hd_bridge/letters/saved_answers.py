"""Answers that a team keeps ready: sections of a wiki page or files, by name and language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from babel import Locale, UnknownLocaleError

from hd_bridge.render_words import nearest

PLAIN = "plain"
FILES: Mapping[str, str] = {".txt": PLAIN, ".md": "common_mark", ".textile": "textile"}
# Languages that a heading may name in words: "German", "Deutsch" and "de" are one.
_SPOKEN = (
    *(
        "en",
        "en-GB",
        "en-US",
        "de",
        "de-AT",
        "de-CH",
        "es",
        "es-MX",
        "pt",
        "pt-BR",
        "pt-PT",
        "fr",
        "fr-CA",
        "it",
        "nl",
        "pl",
        "sv",
        "da",
        "nb",
        "fi",
    ),
    *(
        "is",
        "et",
        "lv",
        "lt",
        "cs",
        "sk",
        "sl",
        "hr",
        "sr",
        "hu",
        "ro",
        "bg",
        "el",
        "tr",
        "ru",
        "uk",
        "he",
        "ar",
        "fa",
        "hi",
    ),
    *("th", "vi", "id", "ms", "ja", "ko", "zh", "zh-CN", "zh-TW", "ca", "gl", "eu", "ga"),
)
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4}){0,2}")
_HEADINGS = {
    # Code may hold lines that look like headings; it comes first and is passed by.
    "textile": re.compile(
        r"<pre\b.*?(?:</pre>|\Z)|^h(?P<level>[1-6])(?:\([^)\n]*\)|\{[^}\n]*\}|[<>=])*\. +(?P<name>[^\n]+?) *$",
        re.DOTALL | re.MULTILINE,
    ),
    "common_mark": re.compile(
        r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]* *$|\Z)"
        r"|^ {0,3}(?P<level>#{1,6}) +(?P<name>[^\n]*?) *#* *$"
        r"|^ {0,3}(?P<above>[^\s>#*+-][^\n]*?) *\n {0,3}(?P<line>=+|-+) *$",
        re.DOTALL | re.MULTILINE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedAnswer:
    """One text in one language, "" where it is for all; ``markup`` is "textile", "common_mark" or "plain".

    ``where`` tells people where to mend it.
    """

    name: str
    language: str = ""
    text: str
    markup: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """There is no such answer; ``close`` are names that may have been meant, the likeliest first."""

    name: str
    close: tuple[str, ...] = ()


class SavedAnswers:
    """All answers of a project; of two with one name and language the first counts."""

    def __init__(self, answers: Iterable[SavedAnswer] = ()) -> None:
        self.all = tuple(answers)
        self._by_name: dict[str, dict[str, SavedAnswer]] = {}
        for one in self.all:
            self._by_name.setdefault(_plain(one.name), {}).setdefault(one.language, one)

    @property
    def names(self) -> tuple[str, ...]:
        """Each name once, as it was first written."""
        return tuple(next(iter(variants.values())).name for variants in self._by_name.values())

    def languages(self, name: str) -> tuple[str, ...]:
        """The languages of an answer, "" among them if it has a text for all."""
        return tuple(self._by_name.get(_plain(name), ()))

    def find(self, name: str, language: str, fallback: str = "en") -> SavedAnswer | Unknown:
        """The answer of that name, whatever its capitals, in the reader's language, else the one for all languages,
        else the mailbox's (``fallback``), else English, else whichever there is."""
        variants = self._by_name.get(_plain(name))
        if variants is None:
            return Unknown(name=name, close=self._close(name))
        spoken = [one for one in variants if one]
        found = nearest(language, spoken) or ("" if "" in variants else None)
        found = (
            found if found is not None else nearest(fallback, spoken) or nearest("en", spoken) or next(iter(variants))
        )
        return variants[found]

    def _close(self, name: str) -> tuple[str, ...]:
        wanted = _plain(name)
        within = [one for one in self._by_name if wanted and (wanted in one or one in wanted)]
        alike = get_close_matches(wanted, self._by_name, n=3, cutoff=0.5)
        keys = dict.fromkeys([*alike, *within])
        return tuple(next(iter(self._by_name[key].values())).name for key in keys)[:3]


def of_page(text: str, markup: str, where: str) -> tuple[SavedAnswer, ...]:
    """The answers of a wiki page: each heading of the second level names one, headings of the third that name a
    language part its variants. What stands before the first is for those who edit the page."""
    found: list[SavedAnswer] = []
    answer: SavedAnswer | None = None
    parts: list[str] = []
    for level, name, body in _sections(text.replace("\r\n", "\n"), markup):
        language = language_named(name) if level == 3 else None
        if answer is not None and level > 2 and language is None:
            parts.append(body)  # a heading of the answer's own
            continue
        found += _finished(answer, parts)
        if level > 2 and answer is not None:
            answer, parts = replace(answer, language=language or ""), [_without_heading(body, markup)]
        elif level == 2:
            answer = SavedAnswer(name=_words(name), text="", markup=markup, where=f"{where}, “{_words(name)}”")
            parts = [_without_heading(body, markup)]
        else:
            answer, parts = None, []
    return (*found, *_finished(answer, parts))


def of_files(files: Mapping[str, str]) -> tuple[SavedAnswer, ...]:
    """Answers from texts by relative path: ``<language>/<name>.txt``, ``.md`` or ``.textile``; beside the folders of
    languages those that are for all."""
    found = []
    for path, text in sorted(files.items()):
        folder, _, file = path.rpartition("/")
        stem, dot, ending = file.rpartition(".")
        markup = FILES.get(dot + ending.lower())
        if stem and markup and text.strip() and (not folder or language_named(folder)):
            name = stem.replace("_", " ").strip()
            language = language_named(folder) or ""
            found.append(SavedAnswer(name=name, language=language, text=_lines(text), markup=markup, where=path))
    return tuple(found)


def language_named(words: str) -> str | None:
    """The language (BCP 47) that a heading or folder names, by code or by name in English or its own words."""
    plain = _plain(words)
    if known := _languages().get(plain):
        return known
    code = words.strip().replace("_", "-")
    if not _CODE.fullmatch(code) or ("-" not in code and len(code) > 2):
        return None
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    return code


@cache
def _languages() -> Mapping[str, str]:
    """Codes by every name. A heading that is a word of English too ("Is it …") is none: names are matched whole."""
    names: dict[str, str] = {}
    for code in _SPOKEN:
        locale = Locale.parse(code, sep="-")
        own, english = locale.get_display_name() or "", locale.get_display_name("en") or ""
        language, base = locale.get_language_name("en") or "", code.split("-")[0]
        for name, meant in ((code, code), (own, code), (english, code), (language, base)):
            names.setdefault(_plain(name), meant)
    return names


def _sections(text: str, markup: str) -> Iterator[tuple[int, str, str]]:
    """Level, name and text (its heading included) of each heading's section, down to the next heading."""
    headings = [one for one in _HEADINGS[markup].finditer(text) if _level(one)]
    for place, one in enumerate(headings):
        end = headings[place + 1].start() if place + 1 < len(headings) else len(text)
        yield _level(one), (one["name"] or _above(one)).strip(), text[one.start() : end]


def _level(heading: re.Match[str]) -> int:
    if heading["level"]:
        return int(heading["level"]) if heading["level"].isdigit() else len(heading["level"])
    line = heading.groupdict().get("line")
    return 0 if not line else 1 if line.startswith("=") else 2


def _above(heading: re.Match[str]) -> str:
    return heading.groupdict().get("above") or ""


def _without_heading(section: str, markup: str) -> str:
    found = _HEADINGS[markup].match(section)
    return section[found.end() :] if found else section


def _finished(answer: SavedAnswer | None, parts: list[str]) -> list[SavedAnswer]:
    text = _lines("".join(parts))
    return [replace(answer, text=text)] if answer is not None and answer.name and text.strip() else []


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def _words(name: str) -> str:
    """A heading's words without the signs of emphasis around them."""
    return " ".join(name.split()).strip("*_@` ")


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[\s_\-]+", " ", _words(name)).split()).casefold()
