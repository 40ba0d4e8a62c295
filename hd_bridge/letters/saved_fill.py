"""A saved answer filled in: what is known of the letter takes the places that its text leaves for it. Pure."""

from __future__ import annotations

import re
from typing import Any

from hd_bridge.errors import ConfigError
from hd_bridge.letters.saved_answers import PLAIN, SavedAnswer
from hd_bridge.render import LetterValues, Templates
from hd_bridge.render_values import context_of
from hd_bridge.tracker.markup import from_common_mark, quote_plain

# Redmine's macros are written in braces too; these are for note_body, which reads the text afterwards.
_MACRO = re.compile(r"\{\{(?=>?(?:toc|collapse|thumbnail|include|child_pages|issue)\b)")
_BRACES = "\ue020"


def readable(answer: SavedAnswer) -> str:
    """The text as the template that it is: the tracker's own braces are out of the way."""
    return _MACRO.sub(_BRACES, answer.text)


def fill(answer: SavedAnswer, values: LetterValues, language: str, templates: Templates, markup: str) -> str:
    """The answer's text in the tracker's ``markup``, ready to stand in a note.

    A value is a stranger's words: no sign of it is read as markup. ConfigError, naming the answer, if it cannot be
    filled or is in a markup that cannot be brought into the tracker's.
    """
    if answer.markup == "textile" != markup:
        raise ConfigError((f"{answer.where}: is Textile, the tracker's texts are not; make it .md or .txt",))

    def as_words(value: Any) -> Any:
        plain = not isinstance(value, str) or answer.markup == PLAIN
        return value if plain else quote_plain(value, answer.markup)

    filled = templates.fill(readable(answer), context_of(values, language), answer.where, as_words).replace(
        _BRACES, "{{"
    )
    if answer.markup == PLAIN:
        return quote_plain(filled, markup)
    return (filled if answer.markup == markup else from_common_mark(filled, markup, {})).strip("\n")
