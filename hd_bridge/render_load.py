"""Where templates come from: those of the package, and a folder of the operator's own over them. Touches the disk."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from hd_bridge.errors import ConfigError
from hd_bridge.render import Templates


def load_templates(override: Path | None = None) -> Templates:
    """The shipped templates; a file of ``override`` takes the place of the one with the same relative path.

    ConfigError if the folder is not there or a template cannot be read as UTF-8.
    """
    sources = _read(resources.files("hd_bridge") / "templates")
    if override is not None and not override.is_dir():
        raise ConfigError((f"templates: there is no folder {override}",))
    yours = _read(override) if override is not None else {}
    return Templates(sources | yours, yours)


def _read(root: Traversable) -> dict[str, str]:
    """Every template of every language, and those in one more folder for a mailbox or project."""
    found: dict[str, str] = {}
    for language in _folders(root):
        for folder, within in [("", language), *((f"/{one.name}", one) for one in _folders(language))]:
            files = (file for file in within.iterdir() if file.name.endswith(".j2"))
            found |= {path: _text(path, file) for file in files for path in [f"{language.name}{folder}/{file.name}"]}
    return found


def _folders(root: Traversable) -> list[Traversable]:
    return sorted((entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name)


def _text(path: str, file: Traversable) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f"templates: {path} cannot be read: {type(error).__name__}",)) from error
