"""Laying a letter or its copy down in a Maildir so that it is whole or not there at all. Touches the disk."""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from hd_bridge.mail.maildir_filing import SEEN, find, folder_of, make_subfolder, sync_folder


def letter_name(message_id: str) -> str:
    """The file's name follows from the Message-ID: the same letter twice is one file."""
    return f"{sha256(message_id.encode()).hexdigest()[:32]}.hd-bridge"


def lay_down(path: Path, raw: bytes, message_id: str) -> Path:
    """Write a letter into tmp/ and onto the disk; where it lies. Nothing stays behind if that fails."""
    draft = path / "tmp" / f"{letter_name(message_id)}.{secrets.token_hex(8)}"
    try:
        with draft.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def keep_copy(path: Path, folder: str, raw: bytes, message_id: str) -> None:
    """Lay a copy into a folder of the Maildir as read already, unless it lies there, whatever its flags are now."""
    target = folder_of(path, folder)
    make_subfolder(target)
    name = letter_name(message_id)
    if find(target, name) is None:
        lay_down(target, raw, message_id).rename(target / "cur" / f"{name}:2,{SEEN}")
    sync_folder(target / "cur")
