"""Letters: template and values become subject, text and HTML, in the reader's language. Pure.

Templates are written by operators, values by strangers. The sandbox keeps the former from reaching out of it; the
latter are never read as templates, and are escaped in HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hd_bridge.errors import ConfigError
from hd_bridge.render_style import inlined
from hd_bridge.render_text import one_line, wrap
from hd_bridge.render_values import FILTERS, GLOBALS, KINDS, LetterValues, context_of, full_sample
from hd_bridge.render_words import estimated_words, nearest, status_words

__all__ = ["LetterValues", "Rendered", "Templates", "estimated_words", "status_words"]

FALLBACK = "en"
TEXT, HTML = ".txt.j2", ".html.j2"
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


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

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = dict(sources)
        letters = tuple(self._letters())
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
        self._folders = frozenset(path.split("/")[1] for path in self.sources if path.count("/") == 2)
        self._within: dict[Scope, _Environment] = {}

    @property
    def names(self) -> frozenset[str]:
        """The letters that there are, in whatever language."""
        return frozenset(name for _, name in self._letters())

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
        folders = dict.fromkeys(name for name in (values.mailbox_name, values.project) if name in self._folders)
        return Scope(language=language, folders=tuple(folders), kind=values.kind if values.kind in KINDS else "")

    def place(self, scope: Scope, file: str) -> str:
        """Where the file for a letter of that scope is, or would be."""
        places = tuple(scope.places(scope.language, file))
        return next((place for place in places if place in self.sources), places[-1])

    def lint(self, languages: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Everything that would go wrong while rendering, each with its template; nothing may be a hole in a letter.

        ``languages`` are those that every letter must be written in (the mailboxes'); ``None``: all there are.
        """
        wanted = languages if languages is not None else tuple(sorted({lang for lang, _ in self._letters()}))
        mistakes = [mistake for path in sorted(self.sources) for mistake in self._read(path)]
        mistakes += [mistake for name in sorted(self.names) for mistake in self._missing(name, wanted)]
        broken = {mistake.split(":")[0] for mistake in mistakes}
        letters = [f"{language}/{name}" for language, name in sorted(self._letters())]
        whole = [stem for stem in letters if not broken & {stem + TEXT, stem + HTML}]
        return tuple(mistakes + [mistake for stem in whole for mistake in self._try(stem)])

    def _letters(self) -> Iterator[tuple[str, str]]:
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

    def _read(self, path: str) -> Iterator[str]:
        """What can be seen without rendering: branches that no sample takes are seen too."""
        try:
            tree = self.environment.parse(self.sources[path], path)
        except TemplateSyntaxError as error:
            yield f"{path}: line {error.lineno}: {error.message}"
            return
        strange = [use for use in tree.find_all((nodes.Filter, nodes.Test)) if use.name not in self._uses(use)]
        for use in strange:
            kind = "filter" if isinstance(use, nodes.Filter) else "test"
            yield f"{path}: line {use.lineno}: there is no {kind} “{use.name}”"
        known = {*context_of(full_sample(_NOON), FALLBACK), *self.environment.globals}
        # Jinja compiles to find the names, which it cannot where a filter is unknown.
        for name in sorted(meta.find_undeclared_variables(tree) - known) if not strange else ():
            yield f"{path}: there is no value “{name}”"
        for partial in meta.find_referenced_templates(tree):
            if partial is None or self.environment.join_path(partial, path) not in self.sources:
                yield f"{path}: there is no template “{partial or 'with a computed name'}” to include"

    def _uses(self, use: nodes.Expr) -> Container[str]:
        return self.environment.filters if isinstance(use, nodes.Filter) else self.environment.tests

    def _missing(self, name: str, wanted: tuple[str, ...]) -> Iterator[str]:
        offered = self.languages(name)
        for language in wanted:
            if nearest(language, offered) is None:
                yield f"{language}/{name}{TEXT}: is missing; expected because letters are written in {language}"

    def _try(self, stem: str) -> Iterator[str]:
        """Render with every value full and with every value empty; each mistake once."""
        language, _, name = stem.partition("/")
        found: dict[str, None] = {}
        for values in (full_sample(_NOON), LetterValues(now=_NOON)):
            try:
                rendered = self.render(name, language, values)
            except ConfigError as error:
                found.update(dict.fromkeys(error.mistakes))
            else:
                found.update({} if rendered.subject else {f"{stem}{TEXT}: its first line, the subject, is empty": None})
        yield from found


@contextmanager
def _template_errors(path: str) -> Iterator[None]:
    """Whatever a template does wrong is a mistake in the configuration."""
    try:
        yield
    except TemplateError as error:
        raise ConfigError((f"{path}: {error.message}",)) from error
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise ConfigError((f"{path}: {type(error).__name__} in an expression",)) from error
