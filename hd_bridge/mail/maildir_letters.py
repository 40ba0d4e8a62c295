"""Laying a letter down in a Maildir so that it is whole or not there at all. Touches the disk."""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from hd_bridge.work import Letter


def letter_name(message_id: str) -> str:
    """The file's name follows from the Message-ID: the same letter twice is one file."""
    return f"{sha256(message_id.encode()).hexdigest()[:32]}.hd-bridge"


def lay_down(path: Path, letter: Letter) -> Path:
    """Write a letter into tmp/ and onto the disk; where it lies. Nothing stays behind if that fails."""
    draft = path / "tmp" / f"{letter_name(letter.message_id)}.{secrets.token_hex(8)}"
    try:
        with draft.open("xb") as file:
            file.write(letter.raw)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft
