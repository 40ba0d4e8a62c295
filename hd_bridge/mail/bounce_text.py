"""Delivery reports without structure: who failed, by the words of the report and the addresses in it. Pure."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from email.message import Message

from flufl.bounce import all_failures

from hd_bridge.mail.addresses import addr_spec
from hd_bridge.mail.bounce_words import COPIES, DAEMONS
from hd_bridge.mail.payload import opened

MOST_SEARCHED = 32 * 1024
HEAD = 12 * 1024  # characters of a report in which its own words stand
ADDRESS = r"[^\s<>()\[\]{}\"',;:|=@]{1,64}@[^\s<>()\[\]{}\"',;:|=@]{1,250}\.[^\s<>()\[\]{}\"',;:|=@.]{2,63}"
# Where reports put an address that failed, the surest first.
PLACES = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"rcpt to: ?<({ADDRESS})>",
        rf"^[ \t>*-]{{0,8}}<({ADDRESS})>[ \t]*(?::|$|\(|\.{{3}})",
        rf"^[ \t>*-]{{0,8}}<?({ADDRESS})>?[ \t]*(?::|$|\.{{3}})",
        rf"(?:recipient|address|user|mailbox|account|delivered to|reach)[^\n@]{{0,60}}?<?({ADDRESS})>?",
        rf"deliver(?:ed|y)?[^\n@]{{0,40}} to[^\n@]{{0,60}}?<?({ADDRESS})>?",
        rf"<({ADDRESS})>",
        rf"({ADDRESS})",
    )
)
IDS = re.compile(r"^[> \t]{0,8}(?:message-id|in-reply-to|references):[^\n]*$", re.MULTILINE)
MOST_NAMED = 50
# It would log whole tracebacks of what odd mails do to it.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


def head_of(text: str) -> str:
    """The report's own words, casefolded: what stands before the letter that it returns."""
    head = text[:HEAD].casefold()
    found = next((m for m in COPIES.finditer(head) if m.start() > 0 and head[: m.start()].strip()), None)
    return head[: found.start()] if found else head


def named(head: str, not_these: frozenset[str]) -> tuple[str, ...]:
    """The addresses that the words of a report (``head_of``) name as failed; ``not_these`` are its two ends."""
    head = IDS.sub("", head)
    for place in PLACES:
        found = dict.fromkeys(spec for one in place.findall(head) if (spec := addr_spec(one.rstrip("."))))
        usable = [spec for spec in found if spec not in not_these and not DAEMONS.search(spec)]
        if usable:
            return tuple(usable[:MOST_NAMED])
    return ()


def searched(message: Message, text: str) -> tuple[set[str], set[str]]:
    """Temporary and permanent failures by flufl.bounce, which raises all sorts of errors on odd mails. Without its
    opinion the words alone are looked at."""
    try:
        temporary, permanent = all_failures(_searchable(opened(message), text))
    except Exception:
        return set(), set()
    return set(_decoded(temporary)), set(_decoded(permanent))


def _searchable(message: Message, text: str) -> Message:
    """The mail, or only the beginning of its text where it is large: some fifty patterns run over every line."""
    leaves = (part.get_payload(decode=True) for part in message.walk() if not part.is_multipart())
    if sum(len(leaf) for leaf in leaves if isinstance(leaf, bytes)) <= MOST_SEARCHED:
        return message
    short = Message()
    for name, value in message.raw_items():
        if not name.lower().startswith("content-"):
            short.set_raw(name, value)
    short.set_payload(text[:MOST_SEARCHED])
    return short


def _decoded(found: frozenset[bytes]) -> Iterator[str]:
    yield from (spec for one in found if (spec := addr_spec(one.decode("utf-8", "replace"))))
