"""Files read from a Redmine: no more than wanted, and nowhere but there. Touches the network."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hd_bridge.errors import Closed, Refused
from hd_bridge.tracker.redmine import RedmineTracker
from tests.unit import redmine_stub
from tests.unit.redmine_stub import ME, Stub, says

PATH = ("GET", "/attachments/download/5")
BINARY = {"Content-Type": "application/octet-stream"}


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with redmine_stub.serving() as server:
        server.replies[("GET", "/users/current.json")] = says(200, ME)
        yield server


@pytest.fixture
def door(stub: Stub) -> Iterator[RedmineTracker]:
    made = RedmineTracker(stub.url, "f00d" * 10, projects=("support",), clock=SystemClock(), read_timeout=2.0)
    yield made
    made.close()


def test_a_file_whose_announced_size_is_too_large_is_not_read(stub: Stub, door: RedmineTracker) -> None:
    stub.replies[PATH] = says(200, b"x" * 11, BINARY)
    with pytest.raises(Refused, match="11 octets, more than 10"):
        door.file(5, most=10)


def test_a_file_that_unpacks_to_more_than_wanted_is_not_read_on(stub: Stub, door: RedmineTracker) -> None:
    packed = gzip.compress(b"x" * 5_000_000)
    stub.replies[PATH] = says(200, packed, {**BINARY, "Content-Encoding": "gzip"})
    with pytest.raises(Refused, match="more than 1000000"):
        door.file(5, most=1_000_000)


def test_our_key_is_not_carried_to_another_address(stub: Stub, door: RedmineTracker) -> None:
    stub.replies[PATH] = says(302, b"", {"Location": f"{stub.url}/elsewhere"})
    with pytest.raises(Refused, match="keeps its files elsewhere"):
        door.file(5)
    assert not [path for _, path, _, _ in stub.seen if "elsewhere" in path]


def test_a_stranger_who_is_sent_to_the_log_in_page_hears_of_the_key(stub: Stub, door: RedmineTracker) -> None:
    stub.replies[PATH] = says(302, b"", {"Location": f"{stub.url}/login"})
    stub.replies[("GET", "/users/current.json")] = says(401, b"")
    with pytest.raises(Closed, match="key is not accepted"):
        door.file(5)
