"""The embedded tracker under the contract, and what only it can be made to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from hd_bridge.errors import Closed
from hd_bridge.tracker.embedded import EmbeddedTracker
from hd_bridge.tracker.embedded_desk import Desk
from hd_bridge.tracker.embedded_faults import Faults, Trouble
from hd_bridge.tracker.embedded_seed import Seed
from tests.contract.tracker import BurstContract, LateContract, LostAnswerContract, StaleContract, TrackerContract

SEED = Seed(projects=("support", "other"), hidden_fields=("Learnt",))
KEY = "the bridge's key"


class RealClock:
    """Time as it is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()


class ShiftedClock(RealClock):
    """Time that can be made to pass."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift


class FixedClock(RealClock):
    """Time as the test wants it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class EmbeddedBench:
    """A bench on one file."""

    project = "support"
    category, other_category = "Orders", "Billing"
    other_tracker, priority, assignee = "Bug", "High", "Agent"
    login, role = "Agent", "Agent"
    field, learnt_field = "Company", "Learnt"
    open_status, closed_status = "In Progress", "Closed"
    upload_limit = 5 * 1024 * 1024

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults = Faults()
        self.clock = ShiftedClock()
        self._open: list[EmbeddedTracker | Desk] = []
        self.tracker = self.adapter(KEY)
        self.desk = self.seat(RealClock())

    def adapter(self, key: str) -> EmbeddedTracker:
        tracker = EmbeddedTracker(self.path, key=key, clock=self.clock, seed=SEED, faults=self.faults)
        self._open.append(tracker)
        return tracker

    def seat(self, clock: RealClock) -> Desk:
        desk = Desk(self.path, clock=clock)
        self._open.append(desk)
        return desk

    def close(self) -> None:
        for opened in self._open:
            opened.close()

    def fresh(self) -> EmbeddedTracker:
        return self.adapter(KEY)

    def stranger(self) -> EmbeddedTracker:
        return self.adapter("another key")

    def count(self, word: str) -> int:
        return self.desk.count(word)

    def note(
        self,
        number: int,
        text: str,
        *,
        private: bool = False,
        files: Mapping[str, bytes] | None = None,
        status: str | None = None,
    ) -> None:
        self.desk.note(number, text, private=private, files=files, status=status)

    def relate(self, number: int, other: int, kind: str) -> None:
        self.desk.relate(number, other, kind)

    def assign(self, number: int, category: str | None, assignee: str | None) -> None:
        self.desk.assign(number, category=category, assignee=assignee)

    def write_page(self, title: str, text: str) -> None:
        self.desk.write_page(self.project, title, text)

    def burst(self, word: str, how_many: int) -> Sequence[int]:
        past = self.seat(FixedClock(datetime.now(UTC) - timedelta(hours=1)))
        return past.open_tickets(self.project, tuple(f"Burst {word} {i}" for i in range(how_many)))

    def lose_next_answer(self) -> None:
        self.faults.order("create", Trouble.AFTER)
        self.faults.order("change", Trouble.AFTER)

    def collide_next_change(self) -> None:
        newest = self.desk.tickets()[-1].number
        self.faults.meanwhile("change", lambda: self.desk.note(newest, "an agent was faster"))

    def next_lands_late(self, operation: str, by: timedelta, *, checked: bool = False) -> None:
        self.faults.late(operation, by, checked=checked)

    def pass_time(self, span: timedelta) -> None:
        self.clock.shift += span
        self.tracker.prove()  # what is due lands with the next call


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[EmbeddedBench]:
    made = EmbeddedBench(tmp_path / "tracker.sqlite")
    yield made
    made.close()


class TestEmbeddedTracker(TrackerContract, BurstContract, LostAnswerContract, StaleContract, LateContract):
    """All of it."""


def test_a_file_that_fails_is_closed_with_what_failed_and_what_to_see_to(tmp_path: Path) -> None:
    path = tmp_path / "tracker.sqlite"
    path.write_bytes(b"a diary, and no database at all " * 100)
    with pytest.raises(Closed, match=r"SQLITE_NOTADB.*tracker\.path") as caught:
        EmbeddedTracker(path, key=KEY, clock=RealClock(), seed=SEED)
    assert "diary" not in str(caught.value)
