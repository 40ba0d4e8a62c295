"""A mail as the process that read it tells it (wire.py), taken in. Pure.

What strangers send has been at work in the process that wrote this. So nothing is taken but values of the types that
are asked for: no pickle, no code, no more bytes than the mail can hold, no name of a file that leads anywhere.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from cattrs.preconf.json import JsonConverter, make_converter

from hd_bridge.model import Email

# Bytes of text for each byte of mail, and for the smallest mail: quotes, headers and HTML are told several times.
ROOM, LEAST_ROOM = 40, 8 * 1024 * 1024


def _exactly(value: Any, wanted: type) -> Any:
    """cattrs would make a text of a number and True of any list that is not empty."""
    if type(value) is not wanted:
        raise ValueError(f"{wanted.__name__} expected, {type(value).__name__} found")
    return value


def _converter() -> JsonConverter:
    made = make_converter(forbid_extra_keys=True, detailed_validation=False)
    for plain in (str, bool, int):
        made.register_structure_hook(plain, _exactly)
    return made


_CONVERTER = _converter()


def heard(words: bytes, room: int) -> tuple[Email, tuple[int, ...]]:
    """The mail without contents, and how long each of its files' contents is that follows (0: none). ValueError for
    anything else, and where more than ``room`` bytes are to follow; ``Fault`` where reading failed."""
    try:
        found = json.loads(words)
        if isinstance(found, dict) and isinstance(found.get("fault"), str):
            raise Fault(found["fault"][:200])
        email = _CONVERTER.structure(found["email"], Email)
        follow = tuple(_exactly(one, int) for one in found["follow"])
    except Fault:
        raise
    except Exception as error:  # cattrs has many of its own
        raise ValueError(f"not a mail ({type(error).__name__})") from error
    if len(follow) != len(email.attachments) or min(follow, default=0) < 0 or sum(follow) > room:
        raise ValueError("not as many bytes as a mail can hold")
    within = email.forwarded.attachments if email.forwarded else ()
    if any(set(one.name) & set("/\\\0\r\n") or not one.name for one in (*email.attachments, *within)):
        raise ValueError("not the name of a file")
    return email, follow


def with_contents(email: Email, contents: tuple[bytes, ...]) -> Email:
    """The mail with the contents that followed."""
    files = (
        replace(one, content=content) if content else one
        for one, content in zip(email.attachments, contents, strict=True)
    )
    return replace(email, attachments=tuple(files))


class Fault(Exception):
    """A fault of ours in the process that reads."""
