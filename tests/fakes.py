"""Stand-ins for the world, for speed: a clock, a mailbox, an outbox, a site. Each passes its door's contract test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hd_bridge.errors import Closed, Doubtful, FarSideError
from hd_bridge.findings import Finding
from hd_bridge.work import Arrival, Letter, Unreached

START = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Time that stands still until it is moved."""

    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return (self.moment - START).total_seconds() + 1000.0

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class FakeMailbox:
    """Mails in memory; a mail's place and cursor are its number."""

    name: str
    clock: FakeClock
    mails: list[tuple[bytes, datetime]] = field(default_factory=list)
    filed: dict[str, str] = field(default_factory=dict)
    copies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    closed: Closed | None = None

    def put(self, raw: bytes, at: datetime | None = None) -> None:
        self.mails.append((raw, at or self.clock.now()))

    def begin(self, since: datetime | None) -> tuple[str, tuple[str, ...]]:
        seen = [i for i, (_, at) in enumerate(self.mails) if since is None or at < since]
        if since is None:
            return str(len(self.mails)), ()
        return "0", tuple(str(i) for i in seen)

    def since(self, cursor: str, known: Callable[[Sequence[str]], set[str]]) -> Iterator[Arrival]:
        if self.closed:
            raise self.closed
        places = [str(i) for i in range(int(cursor), len(self.mails))]
        for place in places:
            if place not in known([place]):
                raw, at = self.mails[int(place)]
                cursor = str(int(place) + 1)
                yield Arrival(raw=raw, size=len(raw), internal_date=at, place=place, cursor=cursor)

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        return False

    def file_away(self, place: str, how: str) -> None:
        self.filed[place] = how

    def keep_copy(self, folder: str, raw: bytes, message_id: str) -> None:
        if self.closed:
            raise self.closed
        self.copies.setdefault((folder, message_id), raw)

    def check(self) -> tuple[Finding, ...]:
        return ()

    def close(self) -> None:
        pass


@dataclass
class FakeOutbox:
    """Letters in memory; ``before`` and ``after`` are failures to raise once, around the moment of acceptance."""

    letters: list[Letter] = field(default_factory=list)
    before: list[FarSideError] = field(default_factory=list)
    after: list[FarSideError] = field(default_factory=list)
    sends_all_the_same: bool = True
    unreached: tuple[Unreached, ...] = ()

    def send(self, letter: Letter, accepted: Callable[[], None]) -> tuple[Unreached, ...]:
        if self.before:
            raise self.before.pop(0)
        accepted()
        lost = self.after.pop(0) if self.after else None
        if lost is None or (isinstance(lost, Doubtful) and self.sends_all_the_same):
            self.letters.append(letter)
        if lost is not None:
            raise lost
        return self.unreached

    def check(self) -> tuple[Finding, ...]:
        return ()


@dataclass
class FakePublisher:
    """Pages in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, content: bytes) -> None:
        self.files[path] = content

    def remove(self, path: str) -> None:
        self.files.pop(path, None)

    def check(self) -> tuple[Finding, ...]:
        return ()
