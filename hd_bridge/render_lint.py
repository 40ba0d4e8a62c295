"""What would go wrong with templates, found before a customer does. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from hd_bridge.errors import ConfigError
from hd_bridge.render import FALLBACK, HTML, TEXT, Templates
from hd_bridge.render_values import KINDS, LetterValues, context_of, full_sample
from hd_bridge.render_words import nearest

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def lint(templates: Templates, languages: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Everything that would go wrong while rendering, each with its template; nothing may be a hole in a letter.

    ``languages`` are those that every letter must be written in (the mailboxes'); ``None``: all there are.
    """
    wanted = languages if languages is not None else tuple(sorted({lang for lang, _ in templates.letters()}))
    mistakes = [mistake for path in sorted(templates.sources) for mistake in _read(templates, path)]
    mistakes += [mistake for name in sorted(templates.names) for mistake in _missing(templates, name, wanted)]
    broken = {mistake.split(":")[0] for mistake in mistakes}
    letters = [(language, name) for language, name in sorted(templates.letters())]
    whole = [(lang, name) for lang, name in letters if not broken & {f"{lang}/{name}{TEXT}", f"{lang}/{name}{HTML}"}]
    tried = (mistake for language, name in whole for mistake in _try(templates, language, name))
    return tuple(dict.fromkeys([*mistakes, *tried]))


def oversights(templates: Templates, folders: Container[str]) -> tuple[str, ...]:
    """What works, and is hardly meant so: parts that no letter includes, forms of one letter that are of two minds,
    folders for nobody. ``folders`` are the names of all mailboxes and projects."""
    found = [*_two_minds(templates), *_unused(templates)]
    for folder in sorted({path.split("/")[1] for path in templates.sources if path.count("/") == 2}):
        if folder not in folders:
            found.append(f"{folder}/: there is no mailbox and no project of that name, so nothing in it is used")
    return tuple(found)


def text_mistakes(templates: Templates, source: str, where: str) -> tuple[str, ...]:
    """What can be seen in a text with values, such as a saved answer, without filling it in."""
    return tuple(_seen(templates.environment, source, where))


def _read(templates: Templates, path: str) -> Iterator[str]:
    """What can be seen without rendering: branches that no sample takes are seen too."""
    source = templates.sources[path]
    yield from (seen := tuple(_seen(templates.environment, source, path)))
    if any("line" in one.split(":")[1] for one in seen):
        return
    for part in meta.find_referenced_templates(templates.environment.parse(source, path)):
        if part is None or templates.environment.join_path(part, path) not in templates.sources:
            yield f"{path}: there is no template “{part or 'with a computed name'}” to include"


def _seen(environment: Environment, source: str, where: str) -> Iterator[str]:
    try:
        tree = environment.parse(source, where)
    except TemplateSyntaxError as error:
        yield f"{where}: line {error.lineno}: {error.message}"
        return
    uses = tree.find_all((nodes.Filter, nodes.Test))
    strange = [use for use in uses if use.name not in _known_uses(environment, use)]
    for use in strange:
        kind = "filter" if isinstance(use, nodes.Filter) else "test"
        yield f"{where}: line {use.lineno}: there is no {kind} “{use.name}”"
    known = {*context_of(full_sample(NOON), FALLBACK), *environment.globals}
    # Jinja compiles to find the names, which it cannot where a filter is unknown.
    for name in sorted(meta.find_undeclared_variables(tree) - known) if not strange else ():
        yield f"{where}: there is no value “{name}”"


def _known_uses(environment: Environment, use: nodes.Expr) -> Container[str]:
    return environment.filters if isinstance(use, nodes.Filter) else environment.tests


def _missing(templates: Templates, name: str, wanted: tuple[str, ...]) -> Iterator[str]:
    offered = templates.languages(name)
    for language in wanted:
        if nearest(language, offered) is None:
            yield f"{language}/{name}{TEXT}: is missing; expected because letters are written in {language}"


def _try(templates: Templates, language: str, name: str) -> Iterator[str]:
    """Render with every value full and with every value empty, for everybody and every folder of their own."""
    full, empty = full_sample(NOON), LetterValues(now=NOON)
    samples = [full, empty, *(replace(full, kind=kind) for kind in templates.kinds & {*KINDS})]
    own = [replace(one, mailbox_name=folder) for folder in sorted(templates.folders) for one in samples]
    for values in [*samples, *own]:
        try:
            rendered = templates.render(name, language, values)
        except ConfigError as error:
            yield from error.mistakes
        else:
            if not rendered.subject:
                place = templates.place(templates.scope(language, values), name + TEXT)
                yield f"{place}: its first line, the subject, is empty"


def _two_minds(templates: Templates) -> Iterator[str]:
    for path in sorted(templates.yours):
        stem, ending = (path.removesuffix(TEXT), TEXT) if path.endswith(TEXT) else (path.removesuffix(HTML), HTML)
        if stem.rpartition("/")[2].startswith("_"):
            continue
        other = stem + (HTML if ending == TEXT else TEXT)
        if path.endswith(HTML) and other not in templates.sources and path.count("/") == 1:
            yield f"{path}: has no {other} beside it, so no letter uses it"
        elif other not in templates.yours and _general(other) in templates.sources:
            yield f"{path}: is yours, and {_general(other)} is not: one letter says two things"


def _general(path: str) -> str:
    """Where the file is that all share."""
    return f"{path.split('/')[0]}/{path.split('/')[-1]}"


def _unused(templates: Templates) -> Iterator[str]:
    """Parts of the operator's that nothing includes, by a slip in their names."""
    included = {
        part
        for path, source in templates.sources.items()
        for part in meta.find_referenced_templates(_parsed(templates, source))
        if part
    }
    for path in sorted(templates.yours):
        file = path.rpartition("/")[2]
        stem, dot, ending = file.partition(".")
        kinds = [kind for kind in KINDS if stem.endswith(f"-{kind}")]
        bare = stem.removesuffix(f"-{kinds[0]}") if kinds else stem
        if file.startswith("_") and not {file, bare + dot + ending} & included:
            yield f"{path}: no letter includes it; parts are {', '.join(sorted(included))}, each also with a kind"


def _parsed(templates: Templates, source: str) -> nodes.Template:
    try:
        return templates.environment.parse(source)
    except TemplateSyntaxError:
        return nodes.Template([], lineno=1)
