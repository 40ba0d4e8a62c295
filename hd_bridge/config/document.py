"""YAML text -> plain values, with the line of every path and every mistake of the notation itself. Pure.

Every scalar is the text as it was written: YAML 1.1 would make ``no`` (Norwegian, or "no acknowledgement") a
boolean, ``22:30`` a number and ``1.10`` a 1.1. The settings know what they expect and convert from text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

import yaml

PLAIN = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:null"}

LARGEST = 100_000  # values, aliases unfolded
DEEPEST = 50  # levels; conditions of rules nest by any, all and not
TOO_DEEP = f"is nested more than {DEEPEST} levels deep; expected a configuration"

Path = tuple[str | int, ...]
Value = None | str | list["Value"] | dict[str, "Value"]


@dataclass(slots=True)
class Document:
    """A file as it was read: its ``root``, the line (from 1) of each path, and mistakes as (path, words)."""

    root: Value = None
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[tuple[Path, str]] = field(default_factory=list)

    def at(self, path: Path) -> Value:
        """What lies at a path; ``None`` where nothing does."""
        value = self.root
        for part in path:
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest one above it that is there; 0 where none is."""
        return next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 0)

    def told(self) -> tuple[str, ...]:
        """All mistakes as people read them, in order of their lines: path, what is wrong, line."""
        ordered = sorted(self.mistakes, key=lambda mistake: self.line(mistake[0]))
        return tuple(f"{spell(path)}: {text}{self._where(path)}" for path, text in ordered)

    def _where(self, path: Path) -> str:
        return f" (line {self.line(path)})" if path and self.line(path) else ""


class _Loader(yaml.SafeLoader):
    """Takes every plain scalar for text, except the three spellings of nothing."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own shape
        first: [("tag:yaml.org,2002:null", pattern) for tag, pattern in resolvers if tag.endswith(":null")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(text: str) -> Document:
    """The document in ``text``; a syntax error is its only mistake, with the line."""
    document = Document()
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        document.mistakes.append(((), _syntax(error)))
        return document
    except RecursionError:
        document.mistakes.append(((), TOO_DEEP))
        return document
    if node is not None and _sound(node, document):
        document.root = _value(node, (), document, ())
    return document


def _sound(node: yaml.Node, document: Document) -> bool:
    """Whether it can be unfolded: aliases of aliases grow a short file beyond every memory."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node, depth: int) -> int:
        if depth > DEEPEST:
            raise RecursionError
        if id(node) not in sizes:
            sizes[id(node)] = 1  # what refers to itself has a mistake of its own
            items = node.value if isinstance(node, yaml.CollectionNode) else ()
            inner = (one for item in items for one in (item if isinstance(item, tuple) else (item,)))
            sizes[id(node)] = 1 + sum(size(one, depth + 1) for one in inner)
        return sizes[id(node)]

    try:
        if size(node, 0) > LARGEST:
            document.mistakes.append(((), "grows too large by its aliases; expected a configuration"))
    except RecursionError:
        document.mistakes.append(((), TOO_DEEP))
    return not document.mistakes


def spell(path: Path) -> str:
    """A path as people write it: ``mailboxes[1].port``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the file"


def did_you_mean(word: str, known: Iterator[str] | list[str]) -> str:
    """`` (did you mean …?)`` for a near miss, else nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _syntax(error: yaml.YAMLError) -> str:
    # Only the problem is told: the mark's snippet would print a piece of the file, which may hold a secret.
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        where = f"line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"
        return f"is not valid YAML at {where}: {_tame(error.problem or 'unreadable')}; expected keys and values"
    return "is not valid YAML: it holds characters that YAML does not allow; expected UTF-8 text"


def _tame(problem: str) -> str:
    # The library quotes names of aliases and tags, which an unquoted password that starts with * or ! is taken for.
    return re.sub(r"(['\"])(?!<).{2,}\1", "…", " ".join(problem.split()))[:120]


def _value(node: yaml.Node, path: Path, document: Document, above: tuple[int, ...]) -> Value:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in above:
        document.mistakes.append((path, "refers to itself; expected a value that ends"))
        return None
    if node.tag not in PLAIN:
        document.mistakes.append((path, "carries a YAML tag; expected a plain value"))
        return None
    above = (*above, id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document, above)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), document, above) for i, item in enumerate(node.value)]
    if not node.tag.endswith(":null"):
        return str(node.value)
    # An empty condition would fit every mail: a line left half-written must not mean something. Only a whole
    # section may be empty, where all its lines are commented out.
    if len(path) != 1:
        document.mistakes.append((path, "is empty; expected a value, or no such line at all"))
    return None


def _mapping(node: yaml.MappingNode, path: Path, document: Document, above: tuple[int, ...]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.mistakes.append((path, "has a key that is not text; expected a word before each colon"))
            continue
        key = str(key_node.value)
        here = (*path, key)
        if key in found:
            first = document.lines[here]
            again = key_node.start_mark.line + 1
            document.mistakes.append(
                (here, f"is written twice, again in line {again}; expected once, as in line {first}")
            )
            continue
        document.lines[here] = key_node.start_mark.line + 1
        found[key] = _value(value_node, here, document, above)
    return found
