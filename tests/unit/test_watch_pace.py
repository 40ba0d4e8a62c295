"""The watch beside customers' mails: few looks while they wait, and nothing forgotten over it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hd_bridge import consider, receive
from hd_bridge.errors import NotNow
from hd_bridge.pace import Pace
from hd_bridge.watch import FEW_AGAIN, LONGEST, PILE, Watch
from tests.homes import SUPPORT, Home, mail, reading
from tests.unit.test_perform_doubt import Standing


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_while_mails_wait_few_tickets_are_looked_at_once_more(home: Home) -> None:
    for number in range(2 * FEW_AGAIN):
        home.post(mail(f"Request {number}", id=f"<{number}@acme.example>"))
    home.turn()
    home.clock.forward(seconds=10)
    for number in range(PILE):
        home.post(mail("One more", id=f"<more{number}@acme.example>", sender=f"p{number}@acme.example"))
    receive.receive(home.house, home.boxes["support"], SUPPORT)
    consider.consider_all(home.house)
    read = reading(home)
    Watch(home.house).tick()
    assert read == list(range(1, FEW_AGAIN + 1)), "the oldest"
    home.turn()
    Watch(home.house).tick()
    assert sorted(read) == list(range(1, 2 * FEW_AGAIN + 1)), "the others when nobody waits"


def test_tickets_that_are_gone_do_not_take_the_turn_of_others(home: Home) -> None:
    for number in range(2 * FEW_AGAIN):
        home.post(mail(f"Request {number}", id=f"<{number}@acme.example>"))
    home.turn()
    home.clock.forward(seconds=10)
    home.house.journal.strands = lambda *_: ("a conversation",) * PILE  # type: ignore[method-assign]
    tracker = home.house.tracker
    home.house.tracker = Standing(tracker, ticket=lambda number: tracker.ticket(number) if number > FEW_AGAIN else None)
    read, watch = reading(home), Watch(home.house)
    watch.tick()
    watch.tick()
    assert sorted(read) == list(range(1, 2 * FEW_AGAIN + 1))


def test_while_customers_wait_looking_takes_a_small_part_of_the_time(home: Home) -> None:
    home.post(mail())
    home.turn()
    tracker, waiting = home.house.tracker, [PILE]
    looks: list[float] = []
    home.house.journal.strands = lambda *_: ("a conversation",) * waiting[0]  # type: ignore[method-assign]

    def slowly(*told: Any, **more: Any) -> Any:
        looks.append(home.clock.monotonic())
        home.clock.forward(seconds=1)
        return tracker.changed(*told, **more)

    home.house.tracker = Standing(tracker, changed=slowly)
    watch = Watch(home.house)
    for _ in range(30):
        watch.tick()
        home.clock.forward(seconds=2)
    assert [later - one for one, later in pairwise(looks)] == [21.0, 21.0, 19.0], "and each minute the key is proved"
    waiting[0] = PILE - 1
    watch.tick()
    home.clock.forward(seconds=1)
    watch.tick()
    assert [later - one for one, later in pairwise(looks[-3:])][-1] == 2.0


@pytest.mark.parametrize(("took", "pause"), [(0, 0), (1, 19), (60, LONGEST)])
def test_a_pause_is_as_long_as_what_was_done_was_costly(took: float, pause: float) -> None:
    pace = Pace(LONGEST)
    assert pace.due(1000)
    pace.done(1000, 1000 + took)
    assert pace.due(1000 + took + pause)
    assert not pace.due(1000 + took + pause - 0.1)


def test_after_a_look_that_was_broken_off_everything_is_listed_again(home: Home) -> None:
    home.post(mail())
    home.turn()
    tracker = home.house.tracker
    whole: list[bool] = []

    def changed(since: Any, *, whole: bool = True, kept: list[bool] = whole) -> Any:
        kept.append(whole)
        if len(kept) == 3:
            raise NotNow("HTTP 502")
        return tracker.changed(since, whole=whole)

    home.house.tracker = Standing(tracker, changed=changed)
    watch = Watch(home.house)
    for _ in range(5):
        watch.tick()
    assert whole == [True, False, False, True, False]


def test_whatever_waits_no_ticket_waits_long_for_its_second_look(home: Home) -> None:
    for number in range(3 * FEW_AGAIN):
        home.post(mail(f"Request {number}", id=f"<{number}@acme.example>"))
    home.turn()
    home.house.journal.strands = lambda *_: ("a conversation",) * PILE  # type: ignore[method-assign]
    home.clock.forward(minutes=6)
    Watch(home.house).tick()
    assert home.house.journal.ripe(home.clock.now(), timedelta(0), 99) == ()


def test_a_ticket_that_was_out_of_sight_for_a_moment_gets_its_second_look(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.desk().note(1, "Said in that very second.")
    home.clock.forward(seconds=10)
    tracker, watch = home.house.tracker, Watch(home.house)
    home.house.tracker = Standing(tracker, ticket=lambda number: None)
    watch.tick()
    home.house.tracker = tracker
    home.clock.forward(minutes=61)
    watch.tick()
    row = home.house.journal.snapshot(1)
    assert row is not None and row.notes and not row.racy
