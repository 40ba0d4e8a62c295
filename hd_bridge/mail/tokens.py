"""Signed names that travel with letters and pages, and come back: HMACs bound to one purpose each. Pure.

A token says which conversation it stands for, so nothing is looked up to check it. It is bound to its purpose, the
conversation, the epoch and one key: raising the epoch takes back all of them, a new key none of the old ones.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

CONVERSATION = re.compile(r"[a-z2-7]{16}")
MESSAGE_ID = re.compile(r"<?hd\.([a-z2-7]{16})\.([a-z2-7]{16})\.([a-z2-7]{16})@[^\s<>@]+>?", re.ASCII)
TOKEN = re.compile(r"([a-z2-7]{16})-([a-z2-7]{26})")
DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
ID_LETTERS = 16  # base32, so 80 bits: a guess at one in a mail has to be mailed
SHORT = re.compile(r"([a-z2-7]{16})([a-z2-7]{16})")
MARK = "ref:"  # a word that people understand when they see it at the foot of a letter
URL_LETTERS = 26  # 130 bits: a guess at one in a URL costs next to nothing


class Purpose(StrEnum):
    """What a token allows; one made for a page does not vote."""

    REPLY = "reply"
    MARK = "mark"
    PAGE = "page"
    VOTE = "vote"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One secret of 32 bytes, and the id that it is told by."""

    id: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The keys of an installation, newest last: that one signs letters, the first one pages' addresses. All are
    believed, under the present epoch only."""

    instance: str
    epoch: int
    keys: tuple[Key, ...] = field(repr=False)


def new_conversation_id() -> str:
    """80 random bits in 16 letters."""
    return _base32(secrets.token_bytes(10), 16)


@lru_cache(1024)
def page_path(ring: KeyRing, conversation: str) -> str:
    """Where a conversation's page lies under the site, with a trailing slash. The oldest key signs it: a new key must
    not move the pages whose addresses people have."""
    mac = _mac(ring, ring.keys[0], Purpose.PAGE, _checked(conversation))[:URL_LETTERS]
    return f"t/{conversation}-{mac}/"


def token(ring: KeyRing, purpose: Purpose, conversation: str) -> str:
    """``<conversation>-<130 bits>``: 43 lower-case letters, digits and a hyphen, fit for URLs and local parts."""
    return f"{_checked(conversation)}-{_mac(ring, ring.keys[-1], purpose, conversation)[:URL_LETTERS]}"


def read_token(ring: KeyRing, purpose: Purpose, text: str) -> str | None:
    """The conversation that a token stands for; ``None`` if it is not ours, not for this, or taken back."""
    match = TOKEN.fullmatch(text.strip().lower())
    if match is None:
        return None
    conversation, mac = match.groups()
    return conversation if _is_ours(ring, mac, purpose, conversation) else None


def short_token(ring: KeyRing, purpose: Purpose, conversation: str) -> str:
    """``<conversation><80 bits>``: 32 lower-case letters and digits, for what comes back by mail. A local part has 64
    octets (RFC 5321 §4.5.3.1.1), and a line of quoted text is broken at its spaces only."""
    return f"{_checked(conversation)}{_mac(ring, ring.keys[-1], purpose, conversation)[:ID_LETTERS]}"


def read_short_token(ring: KeyRing, purpose: Purpose, text: str) -> str | None:
    """The conversation that a short token stands for; ``None`` if it is not ours, not for this, or taken back."""
    match = SHORT.fullmatch(text.strip().lower())
    if match is None:
        return None
    conversation, mac = match.groups()
    return conversation if _is_ours(ring, mac, purpose, conversation) else None


def mark(ring: KeyRing, conversation: str) -> str:
    """What our marker line carries: ``ref:`` and a short token. It says what a quoted letter is about; it is no proof
    of who quotes it, and opens nothing else."""
    return MARK + short_token(ring, Purpose.MARK, conversation)


def message_id(ring: KeyRing, conversation: str, letter: str, domain: str) -> str:
    """``<hd.<conversation>.<letter>.<80 bits>@domain>``; ``letter`` is what tells it from others: its step's key."""
    if not DOMAIN.fullmatch(domain):
        raise ValueError("the domain of a Message-ID must be a host name")
    short = letter_id(letter)
    mac = _mac(ring, ring.keys[-1], Purpose.REPLY, conversation, short)[:ID_LETTERS]
    return f"<hd.{_checked(conversation)}.{short}.{mac}@{domain}>"


def letter_id(step_key: str) -> str:
    """A letter's short name: 80 bits of its step key's hash."""
    return _base32(sha256(step_key.encode()).digest(), 16)


def read_message_id(ring: KeyRing, id: str) -> str | None:
    """The conversation of one of our own Message-IDs, whatever domain it carries; ``None`` if it is not ours."""
    match = MESSAGE_ID.fullmatch(id.strip().lower())
    if match is None:
        return None
    conversation, letter, mac = match.groups()
    return conversation if _is_ours(ring, mac, Purpose.REPLY, conversation, letter) else None


def _is_ours(ring: KeyRing, mac: str, purpose: Purpose, conversation: str, letter: str = "") -> bool:
    """All keys are tried and each comparison takes its full time: how long it takes tells nothing."""
    fits = [hmac.compare_digest(_mac(ring, key, purpose, conversation, letter)[: len(mac)], mac) for key in ring.keys]
    return any(fits)


def _mac(ring: KeyRing, key: Key, purpose: Purpose, conversation: str, letter: str = "") -> str:
    """No field can hold the NUL between them, so no two sets of fields make one text."""
    fields = ("hd-bridge 1", purpose.value, str(ring.epoch), key.id, conversation, letter)
    return _base32(hmac.digest(key.secret, "\0".join(fields).encode(), "sha256"), 52)


def _checked(conversation: str) -> str:
    if not CONVERSATION.fullmatch(conversation):
        raise ValueError("a conversation's id is 16 letters of lower-case base32")
    return conversation


def _base32(octets: bytes, letters: int) -> str:
    return b32encode(octets).decode("ascii").lower()[:letters]
