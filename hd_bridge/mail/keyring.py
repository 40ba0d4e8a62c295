"""keys.json: the signing keys, the epoch and the instance id, readable by their owner only. Touches the disk."""

from __future__ import annotations

import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from hd_bridge.errors import Closed, ConfigError
from hd_bridge.mail.tokens import Key, KeyRing

SECRET_BYTES = 32


def load_keyring(path: Path, *, make: bool) -> KeyRing:
    """The keys of this installation. ``make`` them where there are none: for the first start only, since without
    its old keys a journal full of conversations cannot know its own letters. ``Closed`` if they are missing,
    ``ConfigError`` if they cannot be used."""
    if make and not path.exists():
        _write_first(path, _new_ring())
    try:
        _refuse_readable_by_others(path)
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise Closed(f"{path} is missing: put it back from a backup, or run hd-bridge after-loss") from error
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            (f"{path} cannot be read: it must be a text file that its owner, who runs us, may read",)
        ) from error
    return _parse(path, text)


def _refuse_readable_by_others(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise ConfigError((f"{path} holds secrets that other users can read or change: chmod 600 it",))


def _parse(path: Path, text: str) -> KeyRing:
    try:
        fields = json.loads(text)
        ring = KeyRing(
            instance=str(fields["instance"]),
            epoch=int(fields["epoch"]),
            keys=tuple(Key(id=str(k["id"]), secret=b64decode(k["secret"], validate=True)) for k in fields["keys"]),
        )
        sound = bool(ring.instance and ring.keys) and all(len(key.secret) >= SECRET_BYTES for key in ring.keys)
    except (ValueError, TypeError, KeyError):
        sound = False  # the error's own text could show a piece of a secret
    if not sound:
        raise ConfigError(
            (f"{path} is damaged: put it back from a backup, or move it away and run hd-bridge after-loss",)
        )
    return ring


def _new_ring() -> KeyRing:
    return KeyRing(instance=secrets.token_hex(8), epoch=1, keys=(new_key(),))


def new_key() -> Key:
    """A key that nobody has seen."""
    return Key(id=secrets.token_hex(4), secret=secrets.token_bytes(SECRET_BYTES))


def save_keyring(path: Path, ring: KeyRing) -> KeyRing:
    """Keep these keys instead of those that are there."""
    draft = _draft(path, ring)
    draft.replace(path)
    _sync(path.parent)
    return ring


def _write_first(path: Path, ring: KeyRing) -> None:
    """A link, not a rename: of two first starts at once the second must find the keys of the first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, ring)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _sync(path.parent)


def _draft(path: Path, ring: KeyRing) -> Path:
    """The whole file under another name, on the disk; never readable by others, not even for a moment."""
    keys = [{"id": key.id, "secret": b64encode(key.secret).decode("ascii")} for key in ring.keys]
    text = json.dumps({"instance": ring.instance, "epoch": ring.epoch, "keys": keys}, indent=2)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(opened)
    return draft


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
