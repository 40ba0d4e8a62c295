"""Seats in a fleet: what one process does at a time, held by locks of the database session. Touches the network.

The server lets go of a session's locks when the session ends, however its process ends. A process that is cut off
may go on for a moment on a seat that another has taken: two readers of one mailbox are harmless, as the journal knows
every mail by its key.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from hd_bridge.alive import CLIENT_ALIVE, SERVER_ALIVE
from hd_bridge.errors import Busy, JournalAway

SEAT, FLEET = 0x68645F63, 0x68645F64  # the two halves of the locks' numbers that are ours
TAKE = "SELECT name FROM unnest(%s::text[]) AS name WHERE pg_try_advisory_lock(%s, hashtext(name)) LIMIT %s"
GIVE_BACK = "SELECT pg_advisory_unlock(%s, hashtext(name)) FROM unnest(%s::text[]) AS name"
PROCESSES = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
IN_VAIN, AWAY = 120.0, 60.0  # seconds for which a seat is held at a closed door, and then left to others
LEFT = 3  # turns for which a seat lies free before somebody takes it beyond his share


class ServerSeats:
    """The seats of one process; every process of the installation has its own of these.

    ``address`` is libpq's. While it is open the process counts as one of the fleet. Each has an equal share of the
    seats: else whoever comes first would watch all mailboxes.
    """

    def __init__(self, address: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._address, self._monotonic = address, monotonic
        self._session: psycopg.Connection | None = None
        self._held: set[str] = set()
        self._in_vain: dict[str, float] = {}  # seats at closed doors, and since when
        self._left: dict[str, float] = {}  # seats that are left to others, and until when
        self._processes = 1
        self._turns = 0
        self._lock = threading.Lock()

    def take(self, names: Collection[str], in_vain: Collection[str] = ()) -> None:
        """Take those that are free, up to our share of them; when another process has come, it gets what is more.
        JournalAway if the database is: then no seat is ours any more."""
        with self._lock, self._translated():
            session = self._open()
            share = self._share(session, names)
            self._give_up(session, in_vain)
            mine, wanted = sorted(self._held & set(names)), sorted(set(names) - self._held - self._left.keys())
            # A process that has not heard of a mailbox yet would leave it to nobody.
            self._turns = 0 if len(mine) < share or not wanted else self._turns + 1
            most = share - len(mine) if self._turns < LEFT else len(wanted)
            rows = session.execute(TAKE, (wanted, SEAT, max(most, 0))).fetchall()
            self._held.update(row[0] for row in rows)
            self._turns = 0 if self._turns >= LEFT else self._turns

    def _share(self, session: psycopg.Connection, names: Collection[str]) -> int:
        """How many of these each process has; who had more when another came gives them back."""
        row = session.execute(PROCESSES, (FLEET,)).fetchone()
        processes = max(1, row[0] if row else 1)
        share = -(-len(names) // processes)
        if processes > self._processes:
            surplus = sorted(self._held & set(names))[share:]
            self._give_back(session, surplus)
        self._processes = processes
        return share

    def _give_up(self, session: psycopg.Connection, in_vain: Collection[str]) -> None:
        """Where others are, a seat is not kept by who has long had no use for it: their way to the door may be free."""
        now = self._monotonic()
        self._left = {name: until for name, until in self._left.items() if until > now}
        self._in_vain = {name: self._in_vain.get(name, now) for name in self._held & set(in_vain)}
        if self._processes > 1:
            given_up = sorted(name for name, since in self._in_vain.items() if now - since >= IN_VAIN)
            self._give_back(session, given_up)
            self._left.update((name, now + AWAY) for name in given_up)

    def _give_back(self, session: psycopg.Connection, names: Sequence[str]) -> None:
        self._held.difference_update(names)
        session.execute(GIVE_BACK, (SEAT, list(names)))

    def held(self, name: str) -> bool:
        return name in self._held

    def close(self) -> None:
        with self._lock:
            self._held.clear()
            if self._session is not None:
                self._session.close()
                self._session = None

    def _open(self) -> psycopg.Connection:
        if self._session is None:
            opened = session(self._address)
            row = opened.execute("SELECT pg_try_advisory_lock_shared(%s)", (FLEET,)).fetchone()
            if row is None or not row[0]:
                opened.close()
                raise Busy("after-loss or journal copy has the journal for itself; start again when it is done")
            self._session = opened
        return self._session

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            self._held.clear()
            if self._session is not None:
                self._session.close()
                self._session = None
            raise away(error) from error


def session(address: str) -> psycopg.Connection:
    """A session that the server gives up within half a minute when the machine at its other end is gone."""
    told: dict[str, Any] = {**CLIENT_ALIVE, "options": SERVER_ALIVE, "application_name": "hd-bridge seats"}
    return psycopg.connect(address, autocommit=True, **told)


@contextmanager
def nobody_else(address: str) -> Iterator[None]:
    """No process of the fleet is there, and none comes, for as long as the block lasts. Busy if one is."""
    try:
        with session(address) as alone:
            row = alone.execute("SELECT pg_try_advisory_lock(%s)", (FLEET,)).fetchone()
            if row is None or not row[0]:
                raise Busy("at least one hd-bridge works on this journal; stop all of them first")
            yield
    except psycopg.Error as error:
        raise away(error) from error


def away(error: BaseException) -> JournalAway:
    """What the database failed at, by its first line: what follows may quote more than is for a log."""
    return JournalAway(next(iter(str(error).splitlines()), type(error).__name__))
