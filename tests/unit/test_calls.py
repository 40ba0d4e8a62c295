"""Calls are written down by whoever is next, and only so many are under way."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from hd_bridge import calls
from hd_bridge.calls import Calls


def test_a_call_is_written_down_while_the_one_before_it_is_still_under_way() -> None:
    places, announced, called = Calls(1), threading.Event(), threading.Event()

    def next_one() -> None:
        with places.announced(announced.set):
            called.set()

    with places.place():
        thread = threading.Thread(target=next_one)
        thread.start()
        assert announced.wait(5)
        assert not called.wait(0.1), "there is one place"
    assert called.wait(5)
    thread.join()


def test_only_the_next_one_is_written_down_ahead() -> None:
    places, told = Calls(1), threading.Semaphore(0)

    def one() -> None:
        with places.announced(told.release):
            pass

    threads = [threading.Thread(target=one) for _ in range(3)]
    with places.place():
        for thread in threads:
            thread.start()
        assert told.acquire(timeout=5)
        assert not told.acquire(timeout=0.2), "two were written down, and one place is in use"
    for thread in threads:
        thread.join(5)
    assert told.acquire(timeout=1) and told.acquire(timeout=1)


def test_who_waited_long_for_a_place_is_written_down_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "STALE", timedelta(milliseconds=20))
    places, told = Calls(1), threading.Semaphore(0)
    counts: list[int] = []

    def announce() -> None:
        counts.append(1)
        told.release()

    def one() -> None:
        with places.announced(announce):
            pass

    with places.place():
        thread = threading.Thread(target=one)
        thread.start()
        assert told.acquire(timeout=5)
        time.sleep(0.05)
    thread.join(5)
    assert len(counts) == 2


def test_a_call_that_cannot_be_written_down_takes_no_place() -> None:
    places = Calls(1)

    def fails() -> None:
        raise OSError("no room on the disk")

    with pytest.raises(OSError, match="no room"), places.announced(fails):
        pytest.fail("it was made all the same")
    with places.announced(lambda: None):
        pass
