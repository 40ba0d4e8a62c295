"""Real servers for the whole run; where they cannot be had their tests are skipped, and with CI=true they fail."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.live.mail_fixtures import dovecot, postfix
from tests.live.redmine_bench import RedmineBench, ShiftedClock, tracker
from tests.live.servers import postgres as postgres_server
from tests.live.servers import redmine as redmine_server
from tests.live.servers import spoiler
from tests.live.servers.loopback import Unavailable
from tests.live.servers.postgres import Postgres
from tests.live.servers.redmine import Redmine

__all__ = ["bench", "dovecot", "postfix", "postgres", "redmine"]

HERE = Path(__file__).parent


# A worker takes file after file: what takes minutes comes first, else one worker goes on alone at the end.
LONGEST = ("kills", "losses", "fleet", "related", "markup_redmine", "tracker_redmine", "journal_postgres")
SHORTEST = ("counts", "answers_inside", "outbox_postfix", "journal_copy")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is marked ``live``; files that take long come first, and short ones last."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.live)
    items.sort(key=lambda item: _place(item.path.name))


def _place(file: str) -> int:
    name = file.removeprefix("test_").removesuffix(".py")
    return LONGEST.index(name) if name in LONGEST else len(LONGEST) + (name in SHORTEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On a build server a live test that was skipped tested nothing, and nobody would see it."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must not be skipped where CI=true: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """An empty PostgreSQL cluster."""
    try:
        postgres_server.look_for()
    except Unavailable as why:
        pytest.skip(str(why))
    with postgres_server.running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def redmine(postgres: Postgres) -> Iterator[Redmine]:
    """A seeded Redmine (servers/seed.rb) on that PostgreSQL. Tests leave it running and its settings as they were."""
    try:
        redmine_server.look_for()
    except Unavailable as why:
        pytest.skip(str(why))
    with redmine_server.running(postgres) as instance:
        yield instance


@pytest.fixture(scope="session")
def bench(redmine: Redmine) -> Iterator[RedmineBench]:
    """The tracker's contract's hand on that Redmine; its tracker goes through a proxy that can spoil an answer."""
    clock = ShiftedClock()
    with spoiler.before(redmine.url) as between:
        door = tracker(between.url, redmine.bridge_key, clock=clock)
        yield RedmineBench(redmine=redmine, spoiler=between, door=door, tracker=door, clock=clock)
        door.close()
