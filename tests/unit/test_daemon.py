"""The daemon: what one mailbox does to the others, and how it ends. Touches the disk."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hd_bridge.daemon import Daemon
from hd_bridge.engine.threads import OwnSeats, Threads
from hd_bridge.errors import NotNow
from hd_bridge.once import run_once
from hd_bridge.policy import MailboxPolicy
from hd_bridge.work import Arrival
from tests.fakes import FakeMailbox
from tests.homes import POLICY, SUPPORT, Home, mail

SALES = MailboxPolicy(name="sales", address="sales@example.com", project="sales", sender_name="Example Sales")
ENDS = """
import os, signal, sys, threading, time
from pathlib import Path
from hd_bridge.daemon import Daemon
from hd_bridge.engine.threads import OwnSeats, Threads
from tests.homes import Home

home = Home(Path(sys.argv[1]))
daemon = Daemon(
    home.house,
    starts={"support": None},
    polls={"support": 0.05},
    tick=1.0,
    engine=Threads(1),
    seats=OwnSeats(),
    grace=1.0,
)

def hang(*_, **__):
    calling.set()
    time.sleep(60)

calling = threading.Event()
home.tracker.changed = hang

def end():
    calling.wait()
    for _ in range(100):
        os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=end, daemon=True).start()
sys.exit(daemon.run())
"""


class FaultyMailbox(FakeMailbox):
    """Its adapter has a fault, or an error that is none of the door's."""

    fault: Exception = KeyError("a mail's words")

    def since(self, cursor: str, known: Callable[[Sequence[str]], set[str]]) -> Iterator[Arrival]:
        raise self.fault


def two_boxes(folder: Path) -> tuple[Home, FaultyMailbox]:
    home = Home(folder, policy=replace(POLICY, mailboxes=(SALES, SUPPORT)))
    faulty = FaultyMailbox("sales", home.clock)
    home.house.boxes = {"sales": faulty, "support": home.boxes["support"]}
    return home, faulty


def a_daemon(home: Home) -> Daemon:
    names = list(home.house.boxes)
    return Daemon(
        home.house,
        starts=dict.fromkeys(names),
        polls=dict.fromkeys(names, 0.05),
        tick=60.0,
        engine=Threads(1),
        seats=OwnSeats(),
    )


def test_a_fault_over_one_mailbox_closes_that_mailbox_and_no_other(tmp_path: Path) -> None:
    home, _ = two_boxes(tmp_path)
    daemon = a_daemon(home)
    daemon.start()
    home.post(mail())
    end = time.monotonic() + 15
    while not home.outbox.letters and time.monotonic() < end:
        time.sleep(0.02)
    daemon.stop()
    assert daemon.finish() == 0
    doors = {door.name: door for door in home.house.journal.doors()}
    home.close()
    assert len(home.outbox.letters) == 1
    assert not doors["mailbox:sales"].open and doors["mailbox:support"].open
    assert "KeyError" in doors["mailbox:sales"].why and "words" not in doors["mailbox:sales"].why


def test_run_once_goes_on_after_a_mailbox_that_fails_in_any_way(tmp_path: Path) -> None:
    for number, fault in enumerate((KeyError("a fault"), NotNow("come again"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        home, faulty = two_boxes(folder)
        faulty.fault = fault
        home.post(mail())
        assert run_once(home.house, {"sales": None, "support": None}) == 1
        home.close()
        assert len(home.outbox.letters) == 1


def test_a_look_at_the_tracker_that_hangs_and_a_hail_of_signals_do_not_keep_it_from_ending(tmp_path: Path) -> None:
    started = time.monotonic()
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", ENDS, str(tmp_path)], cwd=root, capture_output=True, text=True, timeout=50
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert time.monotonic() - started < 30


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    home = Home(tmp_path)
    daemon = a_daemon(home)
    daemon.start()
    daemon.stop()
    assert daemon.finish() == 0
    home.close()
    assert not [t.name for t in threading.enumerate() if t.name.startswith(("mailbox:", "perform-", "decide"))]
