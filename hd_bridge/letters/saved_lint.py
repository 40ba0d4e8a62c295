"""What would go wrong with saved answers, found before an agent uses one. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hd_bridge.errors import ConfigError
from hd_bridge.letters.saved_answers import SavedAnswer, SavedAnswers
from hd_bridge.letters.saved_fill import fill, readable
from hd_bridge.render import LetterValues, Templates
from hd_bridge.render_lint import NOON, text_mistakes
from hd_bridge.render_values import full_sample
from hd_bridge.render_words import nearest


def lint_saved(answers: SavedAnswers, languages: tuple[str, ...], templates: Templates, markup: str) -> tuple[str, ...]:
    """Each mistake with the place to mend it. ``languages`` are those that every answer should be in, unless it has a
    text for all."""
    found = [mistake for answer in answers.all for mistake in _of(answer, templates, markup)]
    found += [mistake for name in answers.names for mistake in _missing(answers, name, languages)]
    return tuple(dict.fromkeys(found))


def overshadowed(answers: SavedAnswers) -> tuple[str, ...]:
    """Answers that are never used, because another has the same name and language."""
    first: dict[tuple[str, str], SavedAnswer] = {}
    found = []
    for one in answers.all:
        used = first.setdefault((one.name.casefold(), one.language), one)
        if used is not one:
            found.append(f"{_where(one)}: is never used; {_where(used)} has the same name and language")
    return tuple(found)


def _of(answer: SavedAnswer, templates: Templates, markup: str) -> Iterator[str]:
    seen = text_mistakes(templates, readable(answer), _where(answer))
    yield from seen
    for values in (full_sample(NOON), LetterValues(now=NOON)) if not seen else ():
        try:
            fill(answer, values, answer.language or "en", templates, markup)
        except ConfigError as error:
            yield from error.mistakes


def _missing(answers: SavedAnswers, name: str, languages: tuple[str, ...]) -> Iterator[str]:
    offered = answers.languages(name)
    for language in languages if "" not in offered else ():
        if nearest(language, offered) is None:
            where = next(one.where for one in answers.all if one.name == name)
            yield f"{where}: has no text in {language}, nor one for all languages"


def _where(answer: SavedAnswer) -> str:
    return answer.where + (f" ({answer.language})" if answer.language else "")
