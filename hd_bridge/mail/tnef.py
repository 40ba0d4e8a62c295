"""Opens winmail.dat (TNEF), in which Outlook packs a mail's files, by the optional tnefparse. Pure."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from mimetypes import MimeTypes
from typing import Any

SIGNATURE = b"\x78\x9f\x3e\x22"
TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
# Real ones have some dozens; each costs tnefparse a copy of all that follows.
MOST_OBJECTS = 1000
FRAME = 11  # bytes of an object around its data
_LONG_NAME, _CONTENT_ID, _MIME_TYPE = 0x3707, 0x3712, 0x370E  # [MS-OXPROPS]
# It logs pieces of strangers' mails as warnings.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One file in it."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What is in it: files, and the text in one form, UTF-8."""

    files: tuple[Packed, ...]
    text: bytes = b""
    html: bytes = b""


def can_open() -> bool:
    """Whether tnefparse is installed (the extra ``tnef``)."""
    return _library() is not None


def open_tnef(content: bytes) -> Opened | None:
    """Its files and text; ``None`` where it is damaged or something else."""
    library = _library()
    if library is None or not content.startswith(SIGNATURE) or _objects(content) > MOST_OBJECTS:
        return None
    try:
        found = library.TNEF(content, do_checksum=False)
        files = tuple(_file(one, number) for number, one in enumerate(found.attachments, start=1))
        return Opened(files=files, text=_bytes(found.body), html=_bytes(found.htmlbody))
    except MemoryError:
        raise
    except Exception:  # it raises whatever its slices come to
        return None


@cache
def _library() -> Any:
    try:
        return importlib.import_module("tnefparse")
    except ImportError:
        return None


def _objects(content: bytes) -> int:
    return sum(1 for _ in _places(content))


def _places(content: bytes) -> Iterator[int]:
    place = len(SIGNATURE) + 2
    while place + FRAME < len(content):
        yield place
        place += FRAME + int.from_bytes(content[place + 5 : place + 9], "little")


def _file(one: Any, number: int) -> Packed:
    said = {property.name: property.data for property in one.mapi_attrs}
    name = _words(said.get(_LONG_NAME)) or _words(one._name) or f"file-{number}"
    kind = _words(said.get(_MIME_TYPE)).lower() or MimeTypes(()).guess_type(name)[0] or "application/octet-stream"
    return Packed(
        name=name,
        media_type=kind,
        content=bytes(one.data),
        content_id=_words(said.get(_CONTENT_ID)).strip("<> ") or None,
    )


def _words(value: object) -> str:
    """Names are text or bytes of no known charset, ended by a NUL."""
    if not isinstance(value, bytes):
        return value.strip("\0 ") if isinstance(value, str) else ""
    try:
        return value.decode().strip("\0 ")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace").strip("\0 ")


def _bytes(value: object) -> bytes:
    """A body: bytes where its charset was not said."""
    if isinstance(value, bytes):
        return value.rstrip(b"\0")
    return value.rstrip("\0").encode("utf-8", "replace") if isinstance(value, str) else b""
