"""Who works on an installation: its engine, its seats, and what keeps others out. Touches the disk.

An SQLite journal has one daemon, kept alone by a lock file, and threads. A PostgreSQL journal has any number of equal
processes, and jobs in the same database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hd_bridge.app import AHEAD
from hd_bridge.config import Settings
from hd_bridge.engine.threads import OwnSeats, Threads
from hd_bridge.errors import JournalError
from hd_bridge.house import House
from hd_bridge.journal.news import Tell
from hd_bridge.lock import only_daemon
from hd_bridge.mail.keyring import save_keyring
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.ports_engine import Engine, Seats

INSTANCE = "instance"  # meta: whose keys sign for this journal
KEYS = "keys"  # meta: which they are, so that a machine with older ones is noticed
NEXT_KEYS = "keys_next"  # meta: which they were about to become when they were last changed
FLEET = "Copy it to every machine that runs hd-bridge on this journal: none starts with another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """``tell`` is what the journal's transactions speak to; ``alone``: no other process works here."""

    engine: Engine
    seats: Seats
    tell: Tell | None
    alone: bool


@contextmanager
def crew_of(settings: Settings) -> Iterator[Crew]:
    """What ``hd-bridge run`` works with. Busy where one that must be alone is at work."""
    workers, address = settings.tracker.concurrency + AHEAD, settings.journal.server
    if address is None:
        with only_daemon(settings.journal.lock_file):
            yield Crew(engine=Threads(workers), seats=OwnSeats(), tell=None, alone=True)
        return
    with _fleet(address, workers) as crew:
        yield crew


@contextmanager
def _fleet(address: str, workers: int) -> Iterator[Crew]:
    with _installed():
        from hd_bridge.engine.fleet import Fleet
        from hd_bridge.engine.jobs import Teller
        from hd_bridge.engine.seats import ServerSeats
    seats, teller = ServerSeats(address), Teller()
    seats.take(())
    try:
        yield Crew(engine=Fleet(address, teller, seats, workers), seats=seats, tell=teller.tell, alone=False)
    finally:
        seats.close()


def nobody_else(settings: Settings) -> AbstractContextManager[None]:
    """For commands that need the journal to themselves. Busy where a daemon works on it."""
    address = settings.journal.server
    if address is None:
        return only_daemon(settings.journal.lock_file)
    with _installed():
        from hd_bridge.engine.seats import nobody_else as alone
    return alone(address)


@contextmanager
def _installed() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise JournalError(
            f"a PostgreSQL journal needs {error.name}: install hd-bridge with its extra “postgres”"
        ) from None


def same_keys(house: House) -> None:
    """Every process signs with the same keys: on a second machine new ones would be made, and the letters of the one
    would be strangers' to the other. JournalError where the journal knows others."""
    known = house.journal.settle(INSTANCE, house.ring.instance)
    if known != house.ring.instance:
        raise JournalError(
            "keys.json is not the one that this journal was begun with; copy it from the machine that runs already, "
            "or, if it is lost, run hd-bridge after-loss"
        )
    told = described(house.ring)
    if house.journal.settle(KEYS, told) != told:
        if house.journal.meta(NEXT_KEYS) != told:
            raise JournalError(
                "keys.json is older or newer than what this journal is signed with; copy it from the machine on which "
                "“hd-bridge keys” or “hd-bridge after-loss” was used last, or, if the journal was restored from a "
                "backup, run hd-bridge after-loss"
            )
        house.journal.set_meta(KEYS, told)


def keep_keys(house: House, path: Path, ring: KeyRing) -> KeyRing:
    """Other keys from now on, in the file and in the journal: whoever dies between the two can start again."""
    house.journal.set_meta(NEXT_KEYS, described(ring))
    save_keyring(path, ring)
    house.journal.set_meta(KEYS, described(ring))
    return ring


def described(ring: KeyRing) -> str:
    """The epoch and the ids of the keys, in their order: no secret."""
    return " ".join((str(ring.epoch), *(key.id for key in ring.keys)))
