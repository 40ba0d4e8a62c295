"""Reads the block of header fields (From, Sent, To, Subject) that programs put above the mail they repeat. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hd_bridge.mail import split_words

LONGEST = 400
LOOKED_AT = 32
"""Lines in which a block has to end."""

ROLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "from": split_words.FROM,
    "date": split_words.DATE,
    "to": split_words.TO,
    "copy": split_words.COPY,
    "subject": split_words.SUBJECT,
}
_RECIPIENTS = re.compile(r"[@;,/<]")
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Marks of direction and other signs without width: programs put them into lines of their own."""


def folded(text: str) -> str:
    """Text as words are compared: no capitals, no accents on Turkish i, one kind of sigma, no signs without width."""
    return UNSEEN.sub("", text).casefold().replace("i\u0307", "i").replace("’", "'").replace("\u00a0", " ")


_LABELS: Mapping[str, frozenset[str]] = {
    folded(word): frozenset(role for role, rows in ROLES.items() if any(word in row for row in rows.values()))
    for rows in ROLES.values()
    for row in rows.values()
    for word in row
}
_EMAIL = re.compile(r"[\w.+%'=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


@dataclass(slots=True)
class Block:
    """A block of fields: their values by role, the word that named the sender, and how many lines it takes."""

    fields: dict[str, str] = field(default_factory=dict)
    sender_label: str = ""
    lines: int = 0
    count: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it has a sender and two more fields, and a subject or an address: people ask for journeys with
        From, To and Date."""
        mailed = "subject" in self.fields or any(_EMAIL.search(value) for value in self.fields.values())
        return mailed and "from" in self.fields and self.count >= 3 and len(self.fields) >= 3


def label(text: str) -> frozenset[str]:
    """The header fields that a line such as ``From: x`` or ``*Von:* x`` may be; empty for all other lines."""
    return _LABELS.get(_named(text)[0], frozenset())


def _named(text: str) -> tuple[str, str]:
    head, colon, _ = text[:60].replace("：", ":").partition(":")
    if not colon:
        return "", ""
    return folded(head).strip(" *_|\u202f\t"), text[len(head) + 1 : LONGEST].strip(" *_|\u00a0\u202f\t")


def header_block(lines: Sequence[str]) -> int:
    """How many of these lines are a block From/Sent/To/Subject; 0 where they do not begin with one."""
    if not lines or not label(lines[0]):
        return 0
    block = read_block(lines)
    return block.lines if block.is_whole else 0


def read_block(lines: Sequence[str]) -> Block:
    """The block with which these lines begin. Fields may run over a second line, blank lines may stand between."""
    lines = lines[:LOOKED_AT]
    block, role = Block(), ""
    for place, line in enumerate(lines):
        found = label(line)
        if found:
            role = _add(block, line, found)
        elif place == 0 or (line and not _continues(lines, place, block.count)):
            break
        elif line:
            block.fields[role] = f"{block.fields[role]} {line[:LONGEST]}"
        if line:
            block.lines = place + 1
    return block


def _add(block: Block, line: str, found: frozenset[str]) -> str:
    """One more field. A word that serves two fields somewhere ("De", "A", "Data") takes the one still missing."""
    role = min(found - block.fields.keys() or found)
    named, value = _named(line)
    block.fields.setdefault(role, value)
    if role == "from":
        block.sender_label = block.sender_label or named
    block.count += 1
    return role


def _continues(lines: Sequence[str], place: int, fields: int) -> bool:
    """Whether a line is the rest of a long field: another field comes right after it, or after more recipients."""
    if not fields or not lines[place - 1]:
        return False
    for line, following in zip(lines[place : place + 10], lines[place + 1 : place + 11], strict=False):
        if label(following):
            return True
        if not _RECIPIENTS.search(line[:LONGEST]) or not following:
            return False
    return False
