"""A Maildir's names and folders: finding a mail, flagging it, moving it, making folders. Touches the disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

from hd_bridge.errors import Refused

FOLDERS = ("tmp", "new", "cur")
MOVE = "move:"
# Dots part the levels of a Maildir++ name, so that no two may meet; anything else could lead out of the Maildir.
FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 _&+,-]*(\.[A-Za-z0-9_&+,-][A-Za-z0-9 _&+,-]*)*", re.ASCII)
SEEN = "S"


def base_name(file: str) -> str:
    """A file's name without its flags."""
    return file.split(":", 1)[0]


def make_maildir(path: Path) -> None:
    """Make a Maildir with its three folders, for its owner only; one that is there is left as it is."""
    for folder in FOLDERS:
        if not (path / folder).is_dir():
            (path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def make_subfolder(path: Path) -> None:
    """Make a folder of a Maildir, with the mark by which others know it for one."""
    make_maildir(path)
    (path / "maildirfolder").touch(mode=0o600)


def find(path: Path, base: str) -> Path | None:
    """Where the mail of this base name lies now, whatever its flags; the usual names are tried before all others."""
    for usual in (f"new/{base}", f"cur/{base}:2,S", f"cur/{base}:2,"):
        there = path / usual
        if there.exists():
            return there
    for folder in ("new", "cur"):
        with os.scandir(path / folder) as entries:
            for entry in entries:
                if base_name(entry.name) == base:
                    return Path(entry.path)
    return None


def lies_in(path: Path, base: str) -> bool:
    """Whether a mail that was laid into new/ under its base name is there, or in cur/ since somebody has read it.
    new/ is not gone through: of letters that nobody fetches there may be any number."""
    if (path / "new" / base).exists():
        return True
    with os.scandir(path / "cur") as entries:
        return any(base_name(entry.name) == base for entry in entries)


def file_away(path: Path, place: str, how: str) -> None:
    """Flag a mail as seen, or move it into a folder of the Maildir; a mail that is gone is done."""
    if how != "flag" and not how.startswith(MOVE):
        raise Refused("mails can be filed away by flag or move:<folder> only")
    target = path if how == "flag" else folder_of(path, how.removeprefix(MOVE))
    if not place or place.startswith(".") or "/" in place or "\0" in place:
        raise Refused("this is no place in a Maildir")
    found = find(path, place)
    if found is None:
        return
    if target != path:
        make_subfolder(target)
    found.rename(target / "cur" / _named(found.name, seen=how == "flag"))


def sync_folder(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def folder_of(path: Path, name: str) -> Path:
    """Where a Maildir's folder lies; Refused if its name could lead elsewhere."""
    if not FOLDER.fullmatch(name) or len(name) > 200:
        raise Refused("a Maildir folder's name has ASCII letters, digits, spaces and _&+,- only, levels parted by dots")
    return path / f".{name}"


def _named(file: str, *, seen: bool) -> str:
    """The name in cur/, with flags in ASCII order as the format wants them."""
    base, _, info = file.partition(":2,")
    flags = set(info) | ({SEEN} if seen else set())
    return f"{base_name(base)}:2,{''.join(sorted(flags))}"
