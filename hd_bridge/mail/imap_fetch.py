"""Reading an examined IMAP folder: which UIDs there are, their dates and sizes, their bytes. Touches the network.

Nothing here marks a mail as read: the folder is examined, never selected, and bodies are peeked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from hd_bridge.errors import Closed

BATCH = 200
EXCERPT = 256 * 1024  # of header and of body, from a mail over the cap
# A SEARCH answer is one line, and the standard library takes a million octets a line: a UID has up to ten digits.
SEARCH_SPAN = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """How an examined folder stands; a server need not tell UIDNEXT."""

    uidvalidity: int
    uidnext: int | None
    exists: int

    @property
    def mark(self) -> tuple[int, int]:
        """Differs as soon as something has arrived."""
        return self.uidvalidity, self.exists if self.uidnext is None else self.uidnext


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of a mail before its bytes are asked for."""

    uid: int
    internal_date: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A mail's bytes, or its header and the first part of its body."""

    raw: bytes
    truncated: bool = False


def examine(client: IMAPClient, name: str) -> Folder:
    """Open a folder read-only."""
    answer = client.select_folder(name, readonly=True)
    if b"UIDVALIDITY" not in answer:
        raise Closed(f"the server gives folder {name} no UIDVALIDITY, so its mails cannot be told apart safely")
    uidnext = answer.get(b"UIDNEXT")
    return Folder(
        uidvalidity=int(answer[b"UIDVALIDITY"]),
        uidnext=None if uidnext is None else int(uidnext),
        exists=int(answer.get(b"EXISTS", 0)),
    )


def uids_after(client: IMAPClient, folder: Folder, uid: int, span: int = SEARCH_SPAN) -> list[int]:
    """UIDs above ``uid``, ascending. ``n:*`` always names the last mail too (RFC 9051 §9, seq-range): filtered."""
    if folder.exists == 0:
        return []
    if folder.exists <= span or folder.uidnext is None:
        ranges = [f"{uid + 1}:*"]
    else:
        ranges = [f"{start}:{start + span - 1}" for start in range(uid + 1, folder.uidnext, span)]
    found = {int(one) for piece in ranges for one in client.search(["UID", piece])}
    return sorted(one for one in found if one > uid)


def rows(client: IMAPClient, uids: Sequence[int]) -> list[Row]:
    """Dates and sizes of mails, in order of ``uids``; those that are gone meanwhile are left out."""
    answer = client.fetch(uids, ["INTERNALDATE", "RFC822.SIZE"])
    return [
        Row(uid=uid, internal_date=_utc(answer[uid][b"INTERNALDATE"]), size=int(answer[uid][b"RFC822.SIZE"]))
        for uid in uids
        if b"INTERNALDATE" in answer.get(uid, {})
    ]


def body(client: IMAPClient, row: Row, cap: int) -> Body | None:
    """The bytes of a mail; ``None`` if the server will not give them (NO, or NIL).

    One octet more than the cap is asked for: sizes are known to be told wrong, and no mail may fill the memory.
    """
    if row.size > cap:
        return _excerpt(client, row.uid)
    raw = _part(client, row.uid, f"BODY.PEEK[]<0.{cap + 1}>", b"BODY[]<0>")
    if raw is None:
        return None
    return Body(raw=raw) if len(raw) <= cap else _excerpt(client, row.uid)


def exists(client: IMAPClient, uid: int) -> bool:
    """Whether a mail is (still) in the folder."""
    return uid in client.search(["UID", str(uid)])


def batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Slices of a size that one command line bears."""
    return (uids[start : start + BATCH] for start in range(0, len(uids), BATCH))


def _excerpt(client: IMAPClient, uid: int) -> Body | None:
    header = _part(client, uid, f"BODY.PEEK[HEADER]<0.{EXCERPT}>", b"BODY[HEADER]<0>")
    text = _part(client, uid, f"BODY.PEEK[TEXT]<0.{EXCERPT}>", b"BODY[TEXT]<0>")
    return None if header is None else Body(raw=header + (text or b""), truncated=True)


def _part(client: IMAPClient, uid: int, asked: str, named: bytes) -> bytes | None:
    try:
        part = client.fetch([uid], [asked]).get(uid, {}).get(named)
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        return None
    return part if isinstance(part, bytes) else None


def _utc(moment: datetime) -> datetime:
    """A server that names no zone means UTC by its silence; the library then hands out a naive time."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
