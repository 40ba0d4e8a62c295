"""How commands speak: tables and words for people, one JSON object a line for programs. Touches the terminal."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", envvar="HD_BRIDGE_CONFIG", help="The configuration of this installation.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
CONFIG = Path("config.yaml")


@cache
def console() -> Console:
    """The terminal. Loaded with the first word: the daemon, which logs and says nothing, shall not wait for it."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """Say on standard error what is wrong."""
    print(f"hd-bridge: {printable(text)}", file=sys.stderr)


def printable(text: str) -> str:
    """Strangers' words without the control characters that could steer a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


def plain(value: Any) -> Any:
    """A value as JSON can hold it: times in ISO 8601, spans in seconds, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def print_json(value: Any) -> None:
    """One object on one line."""
    print(as_json(value))


def as_json(value: Any) -> str:
    """One line of JSON that any terminal and encoding takes: what steers a terminal is escaped, umlauts are not."""
    text = json.dumps(plain(value), ensure_ascii=False)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text)
    return text


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table for people; cells are never read as markup."""
    from rich.table import Table
    from rich.text import Text

    view = Table(*columns, title=title, title_justify="left", show_edge=False, pad_edge=False)
    for row in rows:
        view.add_row(*(Text(printable(str(cell))) for cell in row))
    console().print(view)


def say(text: str = "", style: str = "") -> None:
    """A line for people; never read as markup."""
    from rich.text import Text

    console().print(Text(printable(text), style=style))


def ago(moment: datetime | None, now: datetime) -> str:
    """How long something is past, in short words."""
    if moment is None:
        return "never"
    seconds = int((now - moment).total_seconds())
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{max(seconds, 0)} s ago"
