"""A mail that was read, on its way from the process that read it: JSON of our own words, then bytes of files. Pure.

``wire_heard.py`` takes it at the other end. Nothing that is needed there alone is loaded here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from hd_bridge.model import Attachment, Email, Forwarded


def told(email: Email) -> Iterator[bytes]:
    """A mail: its words, and what its files are, for no decision needs their contents."""
    yield _words(email, [0] * len(email.attachments))


def told_files(files: tuple[Attachment, ...]) -> Iterator[bytes]:
    """The files of a mail with their contents."""
    yield _words(_carrier(files), [len(one.content) for one in files])
    yield from (one.content for one in files if one.content)


def told_forwarded(found: Forwarded | None) -> bytes:
    """What a mail passes on, without the contents of its files."""
    return _words(replace(_carrier(()), forwarded=found), [])


def told_fault(error: BaseException, place: str) -> bytes:
    """A fault of ours in reading: its kind and place, nothing of the mail."""
    return json.dumps({"fault": f"{type(error).__name__} at {place}"}).encode()


def _carrier(files: tuple[Attachment, ...]) -> Email:
    return Email(key="", message_id=None, date=None, sender=None, attachments=files)


def _words(email: Email, follow: list[int]) -> bytes:
    """``follow``: how many bytes of each of its files come after the words."""
    told = {"email": email, "follow": follow}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_plain).encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    """What JSON does not know: times, contents of files (which follow or stay), and what is ours, field by field."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return ""
    return {field.name: getattr(value, field.name) for field in fields(value)}
