"""Floods and breakers take one line of a digest each; what is held for long is told again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hd_bridge import perform
from hd_bridge.digest import plan_digest
from hd_bridge.policy import Caps, Flood
from tests.homes import POLICY, Home
from tests.unit.test_floods_road import flood

OPERATED = replace(POLICY, operator="admin@example.net", flood=Flood(mails=2), caps=Caps(mailbox=2))


def lines(home: Home) -> list[str]:
    """The digest that is due now, line by line; none if there is none."""
    before = len(home.outbox.letters)
    if not plan_digest(home.house, timedelta(hours=1)):
        return []
    perform.drain(home.house, "test")
    (letter,) = home.outbox.letters[before:]
    return [" ".join(one.split()) for one in letter.text.partition("To see more")[0].split("\n- ")[1:]]


def test_a_flood_is_one_line_however_many_mails_and_digests(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(OPERATED, caps=Caps()))
    flood(home, 30)
    (line,) = lines(home)
    assert "bot@acme.example, 28 so far" in line and "held release --all-from bot@acme.example" in line
    home.clock.forward(minutes=30)
    flood(home, 10, first=30)
    home.clock.forward(hours=1)
    assert lines(home) == []


def test_what_is_still_held_after_a_week_is_told_again(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(OPERATED, caps=Caps()))
    flood(home, 3)
    assert len(lines(home)) == 1
    home.clock.forward(days=6)
    assert lines(home) == []
    home.clock.forward(days=1)
    assert len(lines(home)) == 1
    home.clock.forward(days=1)
    assert lines(home) == []


def test_what_was_settled_and_comes_again_is_news(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(OPERATED, caps=Caps()))
    flood(home, 3)
    assert len(lines(home)) == 1
    for item in home.house.journal.held():
        home.house.journal.dismiss(item.key, "dropped", home.clock.now())
    home.clock.forward(hours=2)
    flood(home, 1, first=90, sender="p1@acme.example")
    flood(home, 3, first=10, sender="other@acme.example")
    assert len(lines(home)) == 1
    home.clock.forward(hours=2)
    flood(home, 3, first=20)
    assert len(lines(home)) == 1


def test_a_breaker_is_told_when_it_opens_and_when_it_has_closed(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=OPERATED)
    for number in range(4):
        flood(home, 1, first=number, sender=f"p{number}@acme.example")
    (opened,) = lines(home)
    assert "no automatic letters of mailbox support" in opened
    home.clock.forward(hours=2)
    assert lines(home)[0].startswith("automatic letters of mailbox support go out again; 2 were kept back")
    home.clock.forward(hours=2)
    assert lines(home) == []


def test_what_an_earlier_version_told_is_not_told_again(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(OPERATED, caps=Caps()))
    flood(home, 3)
    home.house.journal.set_meta("digest_told", json.dumps(["flood bot@acme.example"]))
    assert lines(home) == []
