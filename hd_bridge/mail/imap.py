"""A mailbox on an IMAP server, read by UID and never by what is unread or recent. Touches the network.

Reading and waiting share one connection and belong to one thread; filing away has another, so that it need not
wait for an IDLE to end. ``check`` opens its own.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from imapclient import IMAPClient

from hd_bridge.errors import Closed, ConfigError
from hd_bridge.findings import Finding
from hd_bridge.mail import imap_fetch, imap_filing, imap_watch
from hd_bridge.mail.imap_check import findings
from hd_bridge.mail.imap_cursor import Cursor, place
from hd_bridge.mail.imap_fetch import Body, Folder, Row
from hd_bridge.mail.imap_session import Account, Session
from hd_bridge.mail.tls import context_for
from hd_bridge.work import Arrival

MAX_SIZE = 50 * 2**20
RENEW = 9 * 60.0  # servers end an IDLE after 30 minutes (RFC 2177), firewalls a silence after ten
TRIES = 3


class ImapBox:
    """One folder of one account. ``timeout`` (seconds) bounds every answer; ``poll`` is for servers without IDLE.

    ``afterwards`` (keep, flag, ``move:<folder>``) only tells ``check`` what to look for.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        *,
        username: str,
        password: str | Callable[[], str],
        tls: str = "implicit",
        ca_file: str | None = None,
        folder: str = "INBOX",
        max_size: int = MAX_SIZE,
        timeout: float = 60.0,
        renew: float = RENEW,
        poll: float = 30.0,
        afterwards: str = "keep",
    ) -> None:
        if any(ord(c) < 32 for c in username + folder + host):
            raise ConfigError((f"mailbox {name}: host, username and folder hold no control characters",))
        self.name = name
        self._account = Account(
            host=host,
            port=port,
            username=username,
            password=password,
            context=context_for(host, tls, ca_file),
            starttls=tls == "starttls",
            timeout=timeout,
        )
        self._folder, self._max_size, self._afterwards = folder, max_size, afterwards
        self._renew, self._poll = renew, poll
        self._reader = Session(self._account)
        self._filer = Session(self._account)
        self._filing = threading.Lock()
        self._looked: tuple[int, int] | None = None  # the folder's mark when it was last read
        self._passed: tuple[str, Cursor] | None = None  # mails after a cursor that need no second look
        self._unreadable: Counter[str] = Counter()

    def begin(self, since: datetime | None) -> tuple[str, tuple[str, ...]]:
        """The first cursor; see ports.Mailbox. Only mails that lie between newer ones are named as seen."""
        self._reader.refresh()
        with self._reader.use() as client:
            folder = imap_fetch.examine(client, self._folder)
            if since is None:
                self._looked = folder.mark
                last = (
                    folder.uidnext - 1 if folder.uidnext else max(imap_fetch.uids_after(client, folder, 0), default=0)
                )
                now = datetime.now(UTC).replace(microsecond=0)  # INTERNALDATE has whole seconds
                return Cursor(uidvalidity=folder.uidvalidity, uid=last, not_before=now).dumps(), ()
            return _begin_at(client, folder, since)

    def since(self, cursor: str, known: Callable[[Sequence[str]], set[str]]) -> Iterator[Arrival]:
        """Mails after ``cursor`` in order of UID, one at a time in memory."""
        self._reader.refresh()
        with self._reader.use() as client:
            folder = imap_fetch.examine(client, self._folder)
            self._looked = folder.mark
            here = self._start(cursor, folder)
            uids = imap_fetch.uids_after(client, folder, here.uid)
        said = cursor
        for batch in imap_fetch.batches(uids):
            have = known([place(here.uidvalidity, uid) for uid in batch])
            wanted = [uid for uid in batch if place(here.uidvalidity, uid) not in have]
            for row in self._rows(wanted):
                here = _moved(here, row.uid)
                if _is_old(here, row):
                    continue
                body = self._body(here, row)
                if body is not None:
                    said = here.dumps()
                    yield _arrival(body, row, here, said)
            here = _moved(here, batch[-1])
        self._passed = (said, here)

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """True at once if something came since the folder was last read: what arrives before IDLE is not lost."""
        self._reader.refresh()
        end = time.monotonic() + seconds
        while not stop() and (left := end - time.monotonic()) > 0:
            with self._reader.use() as client:
                if imap_fetch.examine(client, self._folder).mark != self._looked:
                    return True
                if not client.has_capability("IDLE"):
                    imap_watch.pause(min(left, self._poll), stop)
                elif imap_watch.idle(client, min(left, self._renew), stop):
                    return True
        return False

    def file_away(self, place: str, how: str) -> None:
        """See ports.Mailbox; on servers with neither MOVE nor UIDPLUS a move is a flag. For any thread."""
        with self._filing:
            self._filer.refresh()
            with self._filer.use() as client:
                imap_filing.file_away(client, self._folder, place, how)

    def keep_copy(self, folder: str, raw: bytes, message_id: str) -> None:
        """See ports.Mailbox. For any thread."""
        with self._filing:
            self._filer.refresh()
            with self._filer.use() as client:
                imap_filing.keep_copy(client, folder, raw, message_id)

    def check(self) -> tuple[Finding, ...]:
        """Log in on a connection of its own, look, log out."""
        return findings(self.name, self._account, self._folder, self._afterwards)

    def close(self) -> None:
        """Log out; not while another thread reads or waits."""
        self._reader.close()
        with self._filing:
            self._filer.close()

    def _start(self, cursor: str, folder: Folder) -> Cursor:
        """Where to read on. After a change of UIDVALIDITY from the first mail on: the journal's keys know them."""
        start = self._passed[1] if self._passed and self._passed[0] == cursor else Cursor.loads(cursor)
        if start.uidvalidity == folder.uidvalidity:
            return start
        last = folder.uidnext - 1 if folder.uidnext else 2**32
        return Cursor(uidvalidity=folder.uidvalidity, uid=0, not_before=start.not_before, rescan=last)

    def _rows(self, uids: Sequence[int]) -> list[Row]:
        with self._reader.use() as client:
            return imap_fetch.rows(client, uids)

    def _body(self, here: Cursor, row: Row) -> Body | None:
        """The bytes; ``None`` if the mail is gone. One that the server never gives is handed out as a notice of
        that, so that a person learns of it and the mails behind it come through."""
        spot = place(here.uidvalidity, row.uid)
        with self._reader.use() as client:
            body = imap_fetch.body(client, row, self._max_size)
            if body is not None or not imap_fetch.exists(client, row.uid):
                return body
        self._unreadable[spot] += 1
        if self._unreadable[spot] < TRIES:
            raise Closed(f"{self._account.door}: the server does not give out mail {spot} of {self._folder}")
        return Body(raw=f"X-HD-Bridge-Unreadable: {spot}\r\n\r\n".encode("ascii"), truncated=True)


def _begin_at(client: IMAPClient, folder: Folder, since: datetime) -> tuple[str, tuple[str, ...]]:
    """Dates do not rise with UIDs (mails are moved, restored): old ones up to the first new one are passed by the
    cursor, the others by name."""
    everything = since == datetime.min.replace(tzinfo=UTC)
    uids = [] if everything else imap_fetch.uids_after(client, folder, 0)
    dated = [row for batch in imap_fetch.batches(uids) for row in imap_fetch.rows(client, batch)]
    first_new = next((row.uid for row in dated if row.internal_date >= since), None)
    last = max((row.uid for row in dated), default=0) if first_new is None else first_new - 1
    seen = tuple(place(folder.uidvalidity, row.uid) for row in dated if row.uid > last and row.internal_date < since)
    begin = None if everything else since
    return Cursor(uidvalidity=folder.uidvalidity, uid=last, not_before=begin).dumps(), seen


def _moved(here: Cursor, uid: int) -> Cursor:
    return Cursor(uidvalidity=here.uidvalidity, uid=uid, not_before=here.not_before, rescan=here.rescan)


def _is_old(here: Cursor, row: Row) -> bool:
    """Only in a rescan, and only what lay there before reading began."""
    return row.uid <= here.rescan and here.not_before is not None and row.internal_date < here.not_before


def _arrival(body: Body, row: Row, here: Cursor, cursor: str) -> Arrival:
    return Arrival(
        raw=body.raw,
        size=row.size if body.truncated else len(body.raw),
        internal_date=row.internal_date,
        place=place(here.uidvalidity, row.uid),
        cursor=cursor,
        truncated=body.truncated,
    )
