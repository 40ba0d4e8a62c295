"""Letters: template and values become subject, text and HTML, in the reader's language. Pure.

Templates are written by operators, values by strangers. The sandbox keeps the former from reaching out of it; the
latter are never read as templates, and are escaped in HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hd_bridge.errors import ConfigError
from hd_bridge.render_style import inlined
from hd_bridge.render_text import one_line, wrap
from hd_bridge.render_values import FILTERS, GLOBALS, KINDS, LetterValues, context_of
from hd_bridge.render_words import estimated_words, nearest, status_words

__all__ = ["LetterValues", "Rendered", "Templates", "estimated_words", "status_words"]

FALLBACK = "en"
TEXT, HTML = ".txt.j2", ".html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A letter in words: ``subject`` is one line, ``text`` complete by itself, ``html`` "" for a plain letter."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom a letter is: its language, folders of its mailbox and project, the nearest first, and its kind."""

    language: str = ""
    folders: tuple[str, ...] = ()
    kind: str = ""

    def places(self, language: str, file: str) -> Iterator[str]:
        """Where a file may be, the first that is there counts. Only parts of letters differ by kind."""
        stem, dot, ending = file.partition(".")
        names = [f"{stem}-{self.kind}{dot}{ending}"] if self.kind and stem.startswith("_") else []
        for folder in (*self.folders, ""):
            for name in (*names, file):
                yield "/".join(filter(None, (language, folder, name)))


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which ``{% include "_header.txt.j2" %}`` means the part for this mailbox, project and kind of
    letter in the letter's language, else in English."""

    scope = Scope()

    def join_path(self, template: str, parent: str) -> str:
        assert isinstance(self.loader, DictLoader)
        # The letter's language, not the parent's: a part that all languages share includes others that they do not.
        for language in (self.scope.language or parent.partition("/")[0], FALLBACK):
            for place in self.scope.places(language, template):
                if place in self.loader.mapping:
                    return place
        return f"{FALLBACK}/{template}"

    def within(self, scope: Scope) -> _Environment:
        """The same templates as a letter of that scope sees them."""
        environment = self.overlay()
        assert isinstance(environment, _Environment)
        environment.scope = scope
        return environment


class Templates:
    """All templates of one installation, by ``<language>/<name>.txt.j2`` and ``.html.j2``.

    Those in ``<language>/<folder>/`` take their places in letters of the mailbox or project of that name (the mailbox
    first), and parts such as ``_footer-solved.txt.j2`` in letters of that kind.
    """

    def __init__(self, sources: Mapping[str, str], yours: Iterable[str] = ()) -> None:
        """``yours`` are the paths of those that the operator has written."""
        self.sources = dict(sources)
        self.yours = frozenset(yours)
        letters = tuple(self.letters())
        self._languages = {name: frozenset(lang for lang, one in letters if one == name) for _, name in letters}
        self.environment = _Environment(
            loader=DictLoader(self.sources),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(HTML),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            keep_trailing_newline=True,
        )
        self.environment.filters.update(FILTERS)
        self.environment.globals.update(GLOBALS)
        self.folders = frozenset(path.split("/")[1] for path in self.sources if path.count("/") == 2)
        self._within: dict[Scope, _Environment] = {}

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of letters for which there are parts of their own."""
        stems = [path.rpartition("/")[2].partition(".")[0] for path in self.sources]
        return frozenset(kind for kind in KINDS for stem in stems if stem.startswith("_") and stem.endswith(f"-{kind}"))

    @property
    def markers(self) -> tuple[str, ...]:
        """The lines, in every language, above which customers answer: what stands below one is quoted."""
        texts = [text.strip() for path, text in sorted(self.sources.items()) if path.endswith("/_marker.txt.j2")]
        return tuple(dict.fromkeys(text for text in texts if text and "\n" not in text and "{" not in text))

    @property
    def names(self) -> frozenset[str]:
        """The letters that there are, in whatever language."""
        return frozenset(name for _, name in self.letters())

    def languages(self, name: str) -> frozenset[str]:
        """The languages that have a letter."""
        return self._languages.get(name, frozenset())

    def language(self, name: str, language: str, fallback: str = FALLBACK) -> str:
        """The language in which a letter will be written: the reader's, else the mailbox's, else English.

        Ask before making ``estimated`` and ``status``, so that one letter speaks one language.
        """
        offered = self.languages(name)
        found = nearest(language, offered) or nearest(fallback, offered) or nearest(FALLBACK, offered)
        if found is None:
            raise ConfigError((f"templates: there is no {name}{TEXT} in {language}, {fallback} or {FALLBACK}",))
        return found

    def render(self, name: str, language: str, values: LetterValues, *, fallback: str = FALLBACK) -> Rendered:
        """Write a letter. ``fallback`` is the mailbox's language. ConfigError if the template cannot be filled."""
        language = self.language(name, language, fallback)
        context, scope = context_of(values, language), self.scope(language, values)
        subject, _, text = self._fill(self.place(scope, name + TEXT), context, scope).partition("\n")
        html = self.place(scope, name + HTML)
        return Rendered(
            subject=one_line(subject),
            text=wrap(text),
            html=inlined(self._fill(html, context, scope)) if html in self.sources else "",
        )

    def scope(self, language: str, values: LetterValues) -> Scope:
        """What of a letter's mailbox, project and kind makes a difference."""
        folders = dict.fromkeys(name for name in (values.mailbox_name, values.project) if name in self.folders)
        return Scope(language=language, folders=tuple(folders), kind=values.kind if values.kind in KINDS else "")

    def place(self, scope: Scope, file: str) -> str:
        """Where the file for a letter of that scope is, or would be."""
        places = tuple(scope.places(scope.language, file))
        return next((place for place in places if place in self.sources), places[-1])

    def letters(self) -> Iterator[tuple[str, str]]:
        """Language and name of each letter, but for those of one mailbox or project."""
        for path in self.sources:
            language, _, file = path.partition("/")
            if file.endswith(TEXT) and not file.startswith("_") and "/" not in file:
                yield language, file.removesuffix(TEXT)

    def fill(self, source: str, context: Mapping[str, Any], where: str, finalize: Callable[[Any], Any]) -> str:
        """Fill in a text that is no letter, such as a saved answer; ``finalize`` makes each value fit for it."""
        with _template_errors(where):
            return self.environment.overlay(finalize=finalize, autoescape=False).from_string(source).render(context)

    def _fill(self, path: str, context: Mapping[str, Any], scope: Scope) -> str:
        environment = self._within.get(scope)
        if environment is None:
            environment = self._within[scope] = self.environment.within(scope)
        with _template_errors(path):
            return environment.get_template(path).render(context)


@contextmanager
def _template_errors(path: str) -> Iterator[None]:
    """Whatever a template does wrong is a mistake in the configuration."""
    try:
        yield
    except TemplateError as error:
        raise ConfigError((f"{path}: {error.message}",)) from error
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise ConfigError((f"{path}: {type(error).__name__} in an expression",)) from error
