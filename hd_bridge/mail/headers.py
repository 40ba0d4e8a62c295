"""The header fields of a mail, decoded and taken apart; of a field that stands twice the first one counts. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_tz

from hd_bridge.mail.addresses import addr_spec, read_addresses
from hd_bridge.mail.words import decode_text, raw_bytes, unfold
from hd_bridge.mail.zones import with_offset
from hd_bridge.model import Address

DELIVERED = ("delivered-to", "x-original-to", "envelope-to")
# Where a sender is looked for when From does not name one; RFC 5322 §3.6.2 knows only the first.
INSTEAD_OF_FROM = ("sender", "reply-to", "return-path")
MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
LONGEST_ID, CUT_ID = 998, 900  # octets: a line of a mail holds no more (RFC 5322 §2.1.1), a database's index few more
MOST_IDS = 200
LONGEST_SUBJECT = 2000
EARLIEST, LATEST = 1971, 2100
FARTHEST = 18 * 3600  # seconds from UTC to any zone
COMMENT = re.compile(r"\([^()]{0,100}\)")
# "+01:00" and "GMT+0100", both of programs that format dates by themselves.
ZONE = re.compile(r"\s*(?:GMT|UTC|UT)?\s*([+-][0-9]{2}):?([0-9]{2})\s*$")
AFTERNOON = re.compile(r"[0-9]\s*PM\b", re.IGNORECASE)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{5,15}(?:Z|\s?[+-][0-9]{2}:?[0-9]{2})?")


class Fields:
    """The raw fields of one message, in order, and the charset that raw eight-bit values are probably in."""

    def __init__(self, message: Message, hint: str | None = None) -> None:
        self.raw = [(name, raw_bytes(value)) for name, value in message.raw_items()]
        self.hint = hint
        self._named: dict[str, list[bytes]] = {}
        for name, value in self.raw:
            self._named.setdefault(name.lower(), []).append(value)

    def all(self, *names: str) -> list[bytes]:
        """The raw values of every field of these names, in the order of the mail."""
        if len(names) == 1:
            return self._named.get(names[0], [])
        return [value for name, value in self.raw if name.lower() in names]

    def first(self, name: str) -> bytes | None:
        """The raw value of the first field of that name."""
        return next(iter(self._named.get(name, ())), None)

    def text(self, name: str) -> str:
        """The first field of that name as people read it; empty where there is none."""
        return decode_text(self.first(name) or b"", self.hint)

    def decoded(self) -> tuple[tuple[str, str], ...]:
        """All fields, decoded and on one line each."""
        return tuple((name, decode_text(value, self.hint)) for name, value in self.raw)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """The addresses of every field of that name: with To and Cc both of two lines count (each may be ours)."""
        found = (address for value in self.all(name) for address in read_addresses(value, self.hint))
        return tuple({address.email: address for address in reversed(list(found))}.values())[::-1]

    def sender(self) -> tuple[Address | None, str]:
        """Who wrote, and where that was found: the first usable address of From, else of its substitutes."""
        for name in ("from", *INSTEAD_OF_FROM):
            for value in self.all(name):
                if found := read_addresses(value, self.hint):
                    return found[0], name
        return None, ""

    def delivered_to(self) -> tuple[str, ...]:
        """The envelope's recipients as delivery programs noted them, without doubles."""
        found = (address.email for value in self.all(*DELIVERED) for address in read_addresses(value))
        return tuple(dict.fromkeys(found))

    def return_path(self) -> str | None:
        """The envelope's sender: empty for ``<>``, ``None`` where no Return-Path was written."""
        value = self.first("return-path")
        if value is None:
            return None
        text = decode_text(value)
        return addr_spec(text) or "".join(text.split()).strip("<>").lower()

    def ids(self, name: str) -> tuple[str, ...]:
        """The Message-IDs of every field of that name, each in angle brackets, without doubles."""
        found = (one for value in self.all(name) for one in message_ids(decode_text(value)))
        return tuple(dict.fromkeys(found))[-MOST_IDS:]

    def message_id(self) -> str | None:
        """The Message-ID in angle brackets; ``None`` where there is none."""
        text = self.text("message-id")
        cut = text.strip("<> ").encode(errors="replace")[:CUT_ID].decode(errors="ignore")
        return next(iter(message_ids(text)), f"<{cut}>" if cut else None)


def message_ids(text: str) -> tuple[str, ...]:
    """The ids in a field; white space within one comes from folding, brackets may be forgotten."""
    found = ["<" + "".join(inner.split()) + ">" for inner in MESSAGE_ID.findall(text)]
    if not found:
        found = [f"<{word}>" for word in text.replace(",", " ").split() if "@" in word]
    return tuple(one for one in found if one != "<>" and len(one.encode(errors="replace")) <= LONGEST_ID)


def read_date(value: bytes) -> datetime | None:
    """A Date field in UTC, read leniently; ``None`` where it is no date or one that cannot be."""
    said = with_offset(COMMENT.sub(" ", unfold(value[:200]).decode("ascii", "replace")).strip())
    parsed = parsedate_tz(ZONE.sub(r" \1\2", said))
    if parsed is None or not EARLIEST <= parsed[0] <= LATEST:
        return _iso_date(said) or _spoken_date(value)
    midnight = parsed[3:6] == (24, 0, 0)  # the end of the day (ISO 8601)
    hour, minute, second = (0, 0, 0) if midnight else parsed[3:6]
    try:
        local = datetime(*parsed[:3], hour, minute, min(second, 59), tzinfo=UTC)
        ahead = timedelta(days=midnight, hours=12 if _in_the_afternoon(said, local) else 0)
        return local + ahead - timedelta(seconds=_offset(parsed[9]))
    except (ValueError, OverflowError):
        return None


def _spoken_date(value: bytes) -> datetime | None:
    """``lun., 24 août 2026 10:00 +0200``: programs that write dates in the language of whoever uses them."""
    from hd_bridge.mail.forward_dates import read_spoken_date  # seldom wanted, and it knows thirty languages

    read = read_spoken_date(decode_text(value[:200]), timedelta(0))
    return read if read and EARLIEST <= read.year <= LATEST else None


def _offset(seconds: int | None) -> int:
    """A zone that is none counts as UTC."""
    return seconds if seconds is not None and abs(seconds) <= FARTHEST else 0


def _in_the_afternoon(said: str, local: datetime) -> bool:
    return local.hour < 12 and AFTERNOON.search(said) is not None


def _iso_date(said: str) -> datetime | None:
    """``2026-11-20T09:15:00+01:00``, as some programs write it; without a zone it is UTC."""
    found = ISO_DATE.match(said)
    try:
        read = datetime.fromisoformat(found[0].strip().replace(" +", "+").replace(" -", "-")) if found else None
        if read is None or not EARLIEST <= read.year <= LATEST:
            return None
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
