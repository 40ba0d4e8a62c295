"""Saved answers from a folder: ``<language>/<name>.txt``, ``.md`` or ``.textile``. Touches the disk."""

from __future__ import annotations

from pathlib import Path

from hd_bridge.errors import ConfigError
from hd_bridge.letters.saved_answers import FILES, SavedAnswer, of_files

MOST_BYTES = 256 * 1024


def load_saved(folder: Path | None) -> tuple[SavedAnswer, ...]:
    """The answers of a folder, none where there is no folder. ConfigError if it is not there or cannot be read."""
    if folder is None:
        return ()
    if not folder.is_dir():
        raise ConfigError((f"answers: there is no folder {folder}",))
    found = [one for one in sorted(folder.glob("*")) + sorted(folder.glob("*/*")) if one.suffix.lower() in FILES]
    return of_files({one.relative_to(folder).as_posix(): _text(one) for one in found if one.is_file()})


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ConfigError((f"answers: {file} is larger than {MOST_BYTES // 1024} KB",))
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f"answers: {file} cannot be read: {type(error).__name__}",)) from error
