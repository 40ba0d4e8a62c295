"""config.yaml from the disk: read, checked, and all its mistakes at once. Touches the disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from hd_bridge.config import document as documents
from hd_bridge.config.document import Document
from hd_bridge.config.doubles import contradictions
from hd_bridge.config.mistakes import mistakes
from hd_bridge.config.section import Surroundings
from hd_bridge.config.settings import Settings
from hd_bridge.errors import ConfigError

LONGEST = 1_000_000  # bytes


def load(path: Path, *, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the file at ``path``; ConfigError with every mistake, each with its path and line.

    Paths in the file start from its folder. ``environ`` is where ``env:NAME`` looks.
    """
    document = documents.read(_text(path))
    if document.mistakes and document.root is None:
        raise ConfigError(document.told())
    settings = _checked(document, Surroundings(folder=path.resolve().parent, environ=environ))
    document.mistakes.extend(contradictions(document))
    if document.mistakes or settings is None:
        raise ConfigError(document.told())
    return settings


def _checked(document: Document, surroundings: Surroundings) -> Settings | None:
    if isinstance(document.root, dict):
        # A section whose lines are all commented out is a section that is not there.
        document.root = {key: value for key, value in document.root.items() if value is not None}
    try:
        return Settings.model_validate({} if document.root is None else document.root, context=surroundings)
    except ValidationError as error:
        told = {path for path, _ in document.mistakes}
        found = mistakes(error, document, surroundings.sections)
        document.mistakes.extend((path, words) for path, words in found if path not in told)
        return None


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError((f"{path.name}: cannot be read ({error.strerror}); expected a file",)) from None
    try:
        if len(raw) > LONGEST:
            raise ConfigError((f"{path.name}: is over a megabyte; expected a configuration",))
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError((f"{path.name}: is not UTF-8 in line {line}; expected text in UTF-8",)) from None
