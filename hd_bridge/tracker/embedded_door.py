"""The file of the embedded tracker, opened and guarded: every call is admitted by its key, or fails as ordered.
Touches the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from hd_bridge.errors import Closed, Doubtful, FarSideError, NotNow, Refused
from hd_bridge.ports import Clock
from hd_bridge.prepared import Prepared
from hd_bridge.tracker import embedded_store as store
from hd_bridge.tracker import embedded_tables as tables
from hd_bridge.tracker.embedded_faults import Faults, Trouble, Write
from hd_bridge.tracker.embedded_names import Names, number_of
from hd_bridge.tracker.embedded_seed import Seed

UPLOAD_LIMIT = 5 * 1024 * 1024
_KEY = Prepared(select(tables.setting.c.value).where(tables.setting.c.name == "key"))


@contextmanager
def told() -> Iterator[None]:
    """The database's errors as ours; their texts would hold what was being written, and are left out."""
    try:
        yield
    except SQLAlchemyError as error:
        # SQLite's name of the error: SQLITE_FULL, SQLITE_READONLY, SQLITE_BUSY … holds nothing of a ticket.
        named = getattr(getattr(error, "orig", None), "sqlite_errorname", type(error).__name__)
        raise Closed(
            f"the embedded tracker's database failed ({named}); see that the file at tracker.path can be written and "
            "that its disk has room"
        ) from None
    except OSError as error:
        raise Closed(f"the embedded tracker's file cannot be opened ({error.strerror})") from None


class EmbeddedDoor:
    """The file, and each call on it. ``upload_limit`` is in bytes; ``faults`` are for tests and drills."""

    def __init__(
        self,
        path: Path,
        *,
        key: str,
        clock: Clock,
        seed: Seed | None = None,
        faults: Faults | None = None,
        upload_limit: int = UPLOAD_LIMIT,
    ) -> None:
        self._seed = seed or Seed()
        self._clock = clock
        self._faults = faults or Faults()
        self._limit = upload_limit
        self._fingerprint = tables.fingerprint(key)
        self._learnt: set[int] = set()
        with told():
            self._database = tables.Database(path)
            with self._database.writing() as connection:
                tables.plant(connection, self._seed, key)
                store.prune(connection, clock.now())

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        """One call: what lands late lands, ordered troubles before and after it, the database's errors as ours."""
        for write in self._faults.landing(self._clock.now()):
            with told(), suppress(FarSideError):  # nobody hears its answer
                write(self)
        if self._faults.strikes(operation, Trouble.BEFORE):
            raise Closed("the tracker was told to turn everyone away")
        if self._faults.strikes(operation, Trouble.REFUSED):
            raise Refused("the tracker was told to refuse this")
        if self._faults.strikes(operation, Trouble.STALE):
            raise NotNow("the tracker was told that somebody else was faster")
        with told():
            yield
        if self._faults.strikes(operation, Trouble.AFTER):
            raise Doubtful("the tracker was told to lose its answer")

    def _hang(self, operation: str, trouble: Trouble, write: Write) -> None:
        """The call's answer is lost, and what it does comes later, if that was ordered."""
        if self._faults.puts_off(operation, trouble, self._clock.now(), write):
            raise Doubtful("the tracker was told to be late")

    def _is_ours(self, connection: Connection) -> bool:
        return bool(_KEY.scalar(connection) == self._fingerprint)

    def _admit(self, connection: Connection) -> None:
        if not self._is_ours(connection):
            raise Closed("the key of the embedded tracker is not the bridge's")

    def _bridge(self, names: Names) -> int:
        number = number_of(names.person, self._seed.bridge)
        assert number is not None  # planted when the file was opened
        return number

    def _learn(self, names: Names) -> None:
        """Every answered ticket names all fields."""
        self._learnt.update(names.field)
