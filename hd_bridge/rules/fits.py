"""Whether a condition holds for a mail, and on what evidence; patterns have a time limit. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from time import thread_time

import regex

from hd_bridge.policy import All, Any, Condition, Not, Test
from hd_bridge.rules.texts import Text, Texts, folded, one_line

SHOWN = 60  # characters of a fitting text that evidence repeats
SHORT = 200  # characters of a subject, say: all patterns at once are found faster in it than one after the other
# What may mean something else beside other patterns: groups by number or name, flags, conditions, verbs, recursion,
# and the free spacing of which the rest of a line would be a comment.
BY_ITSELF = re.compile(r"\\[1-9gkKG]|\(\*|\(\?(?![:=!]|<[=!])|\(\?P|#|\\[LQE]")


class TooLong(Exception):
    """A pattern was stopped because it took too long; its message is the pattern."""


class Limit:
    """The time that all patterns on one mail may take together, in seconds.

    One search may take half of what is left: a pattern that hangs cannot take the other rules' time as well. It is
    this thread's own time: on a busy machine every search would take too long by the clock on the wall.
    """

    __slots__ = ("_left",)

    def __init__(self, budget: float) -> None:
        self._left = budget

    def search(self, pattern: str, text: str) -> str | None:
        """What a pattern finds in a text, ``None`` where it does not; TooLong."""
        start, share = thread_time(), self._left / 2
        try:
            found = _compiled(pattern).search(text, timeout=share)
        except TimeoutError:
            raise TooLong(pattern) from None
        finally:
            # A stopped search overruns a little; only its share is charged, or it would cost the others all theirs.
            self._left -= min(thread_time() - start, share)
        return str(found[0]) if found else None


def fits(condition: Condition, texts: Texts, limit: Limit) -> str | None:
    """The evidence that a condition holds (may be empty), or ``None`` where it does not; TooLong."""
    if isinstance(condition, All):
        return _all(condition, texts, limit)
    if isinstance(condition, Any):
        return next((found for one in condition.of if (found := fits(one, texts, limit)) is not None), None)
    if isinstance(condition, Not):
        return "" if fits(condition.of, texts, limit) is None else None
    return _test(condition, texts, limit)


def _all(condition: All, texts: Texts, limit: Limit) -> str | None:
    found: list[str] = []
    for one in condition.of:
        evidence = fits(one, texts, limit)
        if evidence is None:
            return None
        if evidence:
            found.append(evidence)
    return "; ".join(found)


def _test(test: Test, texts: Texts, limit: Limit) -> str | None:
    if test.what == "size":
        bound = int(test.values[0])
        return f"size {texts.size}" if (texts.size > bound if test.how == "over" else texts.size < bound) else None
    if test.what == "has-file":
        return (
            ("has a file" if texts.has_file else "has no file")
            if (texts.has_file == (test.values[0] == "yes"))
            else None
        )
    if test.what == "contact" and test.how == "is" and texts.standing in map(str.lower, test.values):
        return f"contact is {texts.standing}"
    label = test.name or test.what
    for text in texts.of(test.what, test.name):
        found = _HOW[test.how](text, test.values, limit)
        if found is not None:
            return f"{label} {test.how} {shortened(found)!r}"
    return None


def _contains(text: Text, values: tuple[str, ...], limit: Limit) -> str | None:
    return next((value for value in values if _needle(value) in text.folded), None)


def _is(text: Text, values: tuple[str, ...], limit: Limit) -> str | None:
    return next((value for value in values if _needle(value) == text.folded), None)


def _matches(text: Text, values: tuple[str, ...], limit: Limit) -> str | None:
    """A pattern written without accents sees the text without them, another one the text as it is."""
    for pattern in values if len(text.plain) > SHORT else _promising(values, text, limit):
        found = limit.search(pattern, text.folded if pattern.isascii() else text.plain)
        if found is not None:
            return found
    return None


def _promising(values: tuple[str, ...], text: Text, limit: Limit) -> tuple[str, ...]:
    """Of the patterns of one condition those that may fit a short text. What a search with a time limit costs beside
    the searching is most of it there, so those that can be are looked for together first; hardly ever is one found."""
    together = _together(values)
    try:
        found = together is None or limit.search(together[0], text.folded) is not None
    except TooLong:
        found = True  # by one of them; another may fit before its turn comes
    return values if together is None or found else together[1]


@lru_cache(maxsize=1024)
def _together(values: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """Patterns for the text without accents as one, and the others; ``None`` where there are too few."""
    joined = tuple(one for one in values if one.isascii() and not BY_ITSELF.search(one))
    if len(joined) < 3:
        return None
    return "|".join(f"(?:{one})" for one in joined), tuple(one for one in values if one not in joined)


_HOW: dict[str, Callable[[Text, tuple[str, ...], Limit], str | None]] = {
    "contains": _contains,
    "is": _is,
    "matches": _matches,
}


def shortened(text: str) -> str:
    """The beginning of a text, for evidence."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


@lru_cache(maxsize=4096)
def _needle(value: str) -> str:
    return folded(one_line(value))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, regex.IGNORECASE)
