"""Passwords and keys: named in config.yaml as env:NAME or file:PATH, never written there. Touches the disk."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from hd_bridge.config.section import Surroundings, surroundings
from hd_bridge.errors import ConfigError

EXPECTED = "expected env:NAME or file:PATH (secrets are never written into this file)"
LONGEST = 16_384  # bytes of a secret's file that are read: a key file named by mistake must not fill the memory


class Secret:
    """Something that must not be seen: printing it shows only where it comes from."""

    __slots__ = ("_value", "source")

    def __init__(self, source: str, value: str) -> None:
        self.source = source
        self._value = value

    def reveal(self) -> str:
        """The secret itself: for the wire, never for a log or an error."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.source.split(':')[0]}:…)"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a secret is not pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_validate)


def resolve(source: str, where: Surroundings) -> str:
    """The secret that ``source`` names; ValueError in words that hold nothing of it."""
    kind, _, name = source.partition(":")
    if kind == "env" and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        value = where.environ.get(name, "")
    elif kind == "file" and name:
        value = _first_line(where.folder / name)
    else:
        raise ValueError(f"does not name a secret; {EXPECTED}")
    if not value.strip():
        raise ValueError(f"names a secret that is not set or empty; {EXPECTED} with something in it")
    return value


def read_where_named(text: str, folder: Path) -> str:
    """A word of the command line that may name a secret too; any other is taken as it is. ConfigError if it cannot be
    had."""
    if not text.startswith(("env:", "file:")):
        return text
    try:
        return resolve(text, Surroundings(folder=folder, environ=os.environ))
    except ValueError as error:
        raise ConfigError((f"{text.split(':')[0]}:… {error}",)) from None


def _first_line(path: Path) -> str:
    try:
        mode = path.stat().st_mode  # before opening: a pipe would wait for a writer
        if not stat.S_ISREG(mode):
            raise ValueError("names something that is not a plain file; expected a file with the secret in it")
        if mode & stat.S_IRWXO:
            raise ValueError("names a file that everybody on this machine may open; expected one with mode 0600")
        with path.open("rb") as stream:
            raw = stream.read(LONGEST)
    except OSError as error:
        raise ValueError(f"names a file that cannot be read ({error.strerror}); expected a readable file") from None
    try:
        return raw.decode().split("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise ValueError("names a file that is not text; expected UTF-8, the secret in its first line") from None


def _validate(value: Any, info: ValidationInfo) -> Secret:
    if not isinstance(value, str):
        raise ValueError(f"does not name a secret; {EXPECTED}")  # noqa: TRY004 - pydantic collects ValueErrors only
    return Secret(value, resolve(value, surroundings(info)))


SecretText = Annotated[Secret, Field(description="env:NAME or file:PATH")]
