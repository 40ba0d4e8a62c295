"""Who works on an installation: one process or a fleet, keys that agree, a journal that was away. Touches the disk."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from hd_bridge import crew
from hd_bridge.alike import Alike, digest
from hd_bridge.cli import run
from hd_bridge.config import Settings, load
from hd_bridge.crew import crew_of, keep_keys, nobody_else, same_keys
from hd_bridge.daemon import Daemon
from hd_bridge.engine.threads import OwnSeats, Threads
from hd_bridge.errors import Busy, JournalAway, JournalError
from hd_bridge.mail.keyring import load_keyring, save_keyring
from hd_bridge.mail.tokens import KeyRing
from hd_bridge.ports_engine import CLOCK, Engine, Work
from tests.homes import POLICY, Home, mail
from tests.unit.test_perform_doubt import Standing
from tests.unit.typed import ROOT

PLAIN = """
journal: {{url: "{url}"}}
tracker: {{kind: embedded}}
outbox: {{kind: maildir}}
mailboxes:
  - {{name: support, address: support@example.com, kind: maildir, path: var/inbox, project: support}}
"""


def settings(folder: Path, url: str = "sqlite:///var/journal.sqlite") -> Settings:
    path = folder / "config.yaml"
    path.write_text(PLAIN.format(url=url))
    return load(path, environ={})


class OfNobody(OwnSeats):
    """Another process has all the seats, until they are given to us."""

    def __init__(self) -> None:
        self.ours: set[str] = set()

    def held(self, name: str) -> bool:
        return name in self.ours


class Strands(Threads):
    """Works as a fleet does: strand by strand, one worker to each."""

    def _perform(self, work: Work, worker: str) -> None:
        while not work.stop():
            for strand in work.due():
                work.perform(worker, strand, False)
            work.rest(0.02)


class Flaky:
    """A journal whose database goes away at one call in five, so many times in all."""

    def __init__(self, journal: Any, times: int) -> None:
        self._journal, self._times, self.failed = journal, times, 0
        self._chance = random.Random(7)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._journal, name)

        def asked(*args: Any, **more: Any) -> Any:
            if self.failed < self._times and self._chance.random() < 0.2:
                self.failed += 1
                raise JournalAway("the server is stopped")
            return method(*args, **more)

        return asked if callable(method) else method


def a_daemon(home: Home, seats: OwnSeats | None = None, engine: Engine | None = None) -> Daemon:
    names = list(home.house.boxes)
    return Daemon(
        home.house,
        starts=dict.fromkeys(names),
        polls=dict.fromkeys(names, 0.05),
        tick=60.0,
        engine=engine or Threads(2),
        seats=seats or OwnSeats(),
        grace=10.0,
    )


def until(ready: Callable[[], bool], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        time.sleep(0.02)
    return ready()


def test_a_second_daemon_on_a_journal_of_a_file_is_told_who_has_it(tmp_path: Path) -> None:
    with crew_of(settings(tmp_path)) as crew:
        assert crew.alone and crew.tell is None and crew.seats.held(CLOCK)
        with pytest.raises(Busy, match="stop it first"), crew_of(settings(tmp_path)):
            pass
        with pytest.raises(Busy), nobody_else(settings(tmp_path)):
            pass


def test_a_fleet_whose_database_is_not_there_says_so(tmp_path: Path) -> None:
    far = settings(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    assert far.journal.server == "postgresql://nobody@127.0.0.1:1/none" and far.journal.lock_file is None
    with pytest.raises(JournalAway, match="out of reach"), crew_of(far):
        pass
    with pytest.raises(JournalAway, match="out of reach"), nobody_else(far):
        pass


def test_the_address_of_a_driver_becomes_the_one_of_the_database(tmp_path: Path) -> None:
    far = settings(tmp_path, "postgresql+psycopg://me@db.example.com/hd?sslmode=require")
    assert far.journal.server == "postgresql://me@db.example.com/hd?sslmode=require"


def test_a_process_with_other_keys_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    same_keys(home.house)
    same_keys(home.house)
    stranger = replace(home.house, ring=replace(home.house.ring, instance="another"))
    with pytest.raises(JournalError, match=r"copy it from the machine that runs already"):
        same_keys(stranger)
    home.close()


def test_who_dies_while_the_keys_change_starts_again_with_the_old_ones_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, path = Home(tmp_path), tmp_path / "keys.json"
    same_keys(home.house)
    old, new = home.house.ring, replace(home.house.ring, epoch=home.house.ring.epoch + 1)
    for before in (True, False):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(crew, "save_keyring", dying(before))
            keep_keys(home.house, path, new)
        home.house.ring = load_keyring(path, make=False)
        assert home.house.ring == (old if before else new)
        same_keys(home.house)
    home.house.ring = old
    with pytest.raises(JournalError, match="older or newer"):
        same_keys(home.house)
    home.close()


def dying(before: bool) -> Callable[[Path, KeyRing], KeyRing]:
    """The power goes before the file is written, or right after."""

    def save(path: Path, ring: KeyRing) -> KeyRing:
        if not before:
            save_keyring(path, ring)
        raise KeyboardInterrupt

    return save


def test_a_journal_that_stops_with_us_is_no_failure(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.house.end_file = tmp_path / "end"
    whole, daemon = home.house.journal, a_daemon(home)
    daemon.start()
    assert until(lambda: (tmp_path / "end").exists())
    home.house.journal = Standing(whole, sequence=Mock(side_effect=JournalAway("shutting down")))
    daemon.stop()
    assert daemon.finish() == 0
    home.house.journal = whole
    home.close()


def test_a_process_hears_of_a_later_one_with_another_configuration_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = Home(tmp_path)
    first = Alike(home.house)
    Alike(home.house)
    assert not first.look() and not caplog.records
    later = Alike(replace(home.house, policy=replace(home.policy, reopen_status=None)))
    assert first.look() and first.look() and not later.look()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    Alike(home.house)
    assert not first.look() and later.look()
    home.close()


def test_the_digest_of_a_policy_is_the_same_in_every_process(tmp_path: Path) -> None:
    """Sets have another order in each."""
    ask = "from tests.homes import POLICY; from hd_bridge.alike import digest; print(digest(POLICY))"
    told = {
        subprocess.run(
            [sys.executable, "-c", ask],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {digest(POLICY) + "\n"}


def test_a_mailbox_is_read_by_whoever_has_its_seat(tmp_path: Path) -> None:
    home, seats = Home(tmp_path), OfNobody()
    daemon = a_daemon(home, seats)
    daemon.start()
    home.post(mail())
    time.sleep(0.3)
    assert home.house.journal.tally().get("conversations", 0) == 0
    seats.ours.add("mailbox:support")
    assert until(lambda: bool(home.outbox.letters))
    daemon.stop()
    assert daemon.finish() == 0
    home.close()


def test_a_journal_that_goes_away_now_and_then_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hd_bridge.daemon.AWAY", 0.02)
    monkeypatch.setattr("hd_bridge.daemon.KEEP", 0.05)
    home = Home(tmp_path)
    whole, flaky = home.house.journal, Flaky(home.house.journal, 30)
    daemon = a_daemon(home, engine=Strands(1))
    home.house.journal = flaky
    daemon.start()
    for number in range(4):
        home.post(mail(id=f"<{number}@acme.example>", body=f"It does not print, {number}."))
    arrived = until(lambda: len(home.tickets()) == 4 and flaky.failed == 30, 120)
    daemon.stop()
    status = daemon.finish()
    home.house.journal = whole
    home.close()
    assert arrived and status == 0


def test_a_start_waits_for_the_journals_server_and_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It may have been started with us, and be away again in the middle of our start."""
    house, troubles = Mock(), [JournalAway("nobody listens"), None, JournalAway("shutting down"), None, None]

    def prepared(*_: Any, **__: Any) -> Any:
        if trouble := troubles.pop(0):
            raise trouble
        return house

    monkeypatch.setattr(run, "AGAIN", 0.0)
    monkeypatch.setattr("hd_bridge.app.build", prepared)
    monkeypatch.setattr(run, "same_keys", prepared)
    with ExitStack() as stack:
        crew, opened = run._opened(settings(tmp_path), stack)
        assert opened is house and crew.alone
        assert house.close.call_count == 1, "the house of the try that failed"
        assert len([line for line in caplog.messages if "it is tried again" in line]) == 2
    assert house.close.call_count == 2
    with nobody_else(settings(tmp_path)):
        pass


def test_a_start_waits_no_longer_than_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PATIENCE", -1.0)
    monkeypatch.setattr(run, "crew_of", Mock(side_effect=JournalAway("no such host")))
    with ExitStack() as stack, pytest.raises(JournalAway, match="no such host"):
        run._opened(settings(tmp_path), stack)
