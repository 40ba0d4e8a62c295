"""What pydantic found wrong, in words that somebody who writes config.yaml understands. Pure.

No value of the file is ever repeated: a password may stand where it does not belong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hd_bridge.config.document import Document, Path, did_you_mean
from hd_bridge.config.section import Section

WORDS = {
    "int_parsing": "is not a whole number; expected {expected}",
    "int_type": "is not a whole number; expected {expected}",
    "int_parsing_size": "is too large; expected {expected}",
    "greater_than_equal": "is too small; expected {ge} or more",
    "less_than_equal": "is too large; expected {le} or less",
    "bool_parsing": "is neither yes nor no; expected yes or no",
    "bool_type": "is neither yes nor no; expected yes or no",
    "string_type": "is not a text; expected {expected}",
    "model_type": "is not a section; expected keys and values below it",
    "model_attributes_type": "is not a section; expected keys and values below it",
    "dict_type": "is not a section; expected keys and values below it",
    "tuple_type": "is not a list; expected {expected}",
    "too_short": "is an empty list; expected {expected}",
    "literal_error": "is not one of the choices; expected {choices}",
    "union_tag_not_found": "has no kind; expected kind: {tags}",
    "union_tag_invalid": "has an unknown kind; expected kind: {tags}",
    "missing": "is missing; expected {expected}",
}


def mistakes(
    error: ValidationError, document: Document, sections: dict[int, type[Section]]
) -> Iterator[tuple[Path, str]]:
    """Each mistake with its path in the file; ``sections`` tells for which section each mapping was taken."""
    for detail in error.errors(include_url=False, include_input=False):
        path = as_written(detail["loc"], document, absent=detail["type"] == "missing")
        # pydantic counts only the sound items of a list: one whose items are all mistaken is no empty list.
        if detail["type"] == "too_short" and document.at(path):
            continue
        yield path, _words(detail, path, document, sections)


def as_written(loc: tuple[int | str, ...], document: Document, *, absent: bool) -> Path:
    """pydantic's path without its own words (the kind that it chose, ``[key]``): only steps that the file has.

    The last step is kept as well where it is what is ``absent``.
    """
    path: Path = ()
    for i, part in enumerate(loc):
        here = document.at(path)
        known = part in here if isinstance(here, dict) else isinstance(here, list) and isinstance(part, int)
        if known or (absent and i == len(loc) - 1):
            path = (*path, part)
    return path


def _words(detail: ErrorDetails, path: Path, document: Document, sections: dict[int, type[Section]]) -> str:
    section = sections.get(id(document.at(path[:-1])))
    keys = section.known_keys() if section else {}
    key = str(path[-1]) if path else ""
    if detail["type"] == "extra_forbidden":
        return f"is not a known key{did_you_mean(key, list(keys))}; expected {' or '.join(sorted(keys))}"
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    context: dict[str, Any] = dict(detail.get("ctx") or {})
    words = WORDS.get(detail["type"], "cannot be used ({kind}); expected {expected}")
    return words.format(
        kind=detail["type"].replace("_", " "),
        expected=keys.get(key, "a value"),
        choices=str(context.get("expected", "")).replace("'", ""),
        tags=str(context.get("expected_tags", "")).replace("'", "").replace(", ", " or ") or _kinds(path),
        **{bound: context.get(bound) for bound in ("ge", "le")},
    )


def _kinds(path: Path) -> str:
    if path[:1] == ("mailboxes",):
        return "maildir or imap"
    return "embedded or redmine" if path[:1] == ("tracker",) else "maildir or smtp"
