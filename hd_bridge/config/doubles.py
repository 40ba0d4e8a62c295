"""Contradictions between sections, looked for in what was written, so that they are said with all else. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hd_bridge.config.document import Document, Path, Value, did_you_mean, spell
from hd_bridge.mail.senders import listed


def contradictions(document: Document) -> Iterator[tuple[Path, str]]:
    """Names and addresses that are given twice, rules for mailboxes that are not there, an operator who is us."""
    boxes = _names(document, "mailboxes")
    yield from _doubles(boxes)
    yield from _doubles(_names(document, "rules"))
    addresses = list(_addresses(document))
    yield from _doubles(addresses)
    yield from _unknown_mailboxes(document, {name for _, name in boxes})
    operator = document.at(("operator", "email"))
    ours = {address for _, address in addresses}
    if isinstance(operator, str) and operator.lower() in ours:
        yield ("operator", "email"), "is an address of a mailbox; expected one that this bridge does not read"
    for path, pattern in _texts(document.at(("blocked",)), ("blocked",)):
        if own := next((address for address in sorted(ours) if listed((pattern.strip().lower(),), address)), None):
            yield path, f"would block {own}, which is one of our own; expected other senders"
    for path, agent in _agents(document):
        if agent.lower() in ours:
            yield path, "is an address of a mailbox; expected the address of a person"


def _doubles(named: list[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    first: dict[str, Path] = {}
    for path, name in named:
        if name in first:
            yield path, f"is the same as {spell(first[name])}; expected one of its own"
        first.setdefault(name, path)


def _names(document: Document, section: str) -> list[tuple[Path, str]]:
    paths: list[Path] = [(section, i, "name") for i in range(_length(document, section))]
    return [(path, name) for path in paths if isinstance(name := document.at(path), str)]


def _addresses(document: Document) -> Iterator[tuple[Path, str]]:
    for i in range(_length(document, "mailboxes")):
        for key in ("address", "aliases"):
            path: Path = ("mailboxes", i, key)
            for where, text in _texts(document.at(path), path):
                yield where, text.lower()


def _agents(document: Document) -> Iterator[tuple[Path, str]]:
    """The addresses of our own people, alone or with a login."""
    yield from _texts(document.at(("agents",)), ("agents",))
    for i in range(_length(document, "agents")):
        path: Path = ("agents", i, "address")
        yield from _texts(document.at(path), path)


def _length(document: Document, section: str) -> int:
    found = document.at((section,))
    return len(found) if isinstance(found, list) else 0


def _texts(value: Value, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, i), item) for i, item in enumerate(value) if isinstance(item, str))


def _unknown_mailboxes(document: Document, known: set[str]) -> Iterator[tuple[Path, str]]:
    for i in range(_length(document, "rules")):
        start: Path = ("rules", i, "when")
        for path, name in _mailboxes_of(document.at(start), start):
            if name not in known:
                yield path, f"is not a mailbox{did_you_mean(name, sorted(known))}; expected the name of one"


def _mailboxes_of(value: Value, path: Path) -> Iterator[tuple[Path, str]]:
    """The mailbox names that a condition compares with, however deep."""
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _mailboxes_of(item, (*path, i))
    elif isinstance(value, dict):
        for key, item in value.items():
            here = (*path, key)
            if key != "mailbox":
                yield from _mailboxes_of(item, here) if key in ("any", "all", "not") else ()
            elif isinstance(item, dict):
                yield from _texts(item.get("is"), (*here, "is"))
            else:
                yield from _texts(item, here)
