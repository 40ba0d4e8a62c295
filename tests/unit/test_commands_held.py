"""Held mail, blocked senders and the breaker, as somebody types the commands. Touches the disk."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hd_bridge.cli import main
from hd_bridge.cli.status import _tell_breaker, standing
from hd_bridge.clock import SystemClock
from hd_bridge.policy import Caps
from hd_bridge.views_guard import Breaker
from tests.homes import mail
from tests.unit.typed import ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose daemon has run once, with a flood of five and one broken mail behind it."""
    config = (ROOT / "config.yaml").read_text().replace("mails: 50", "mails: 2").replace("start: now", "start: all")
    (tmp_path / "config.yaml").write_text(config)
    monkeypatch.chdir(tmp_path)
    assert run("run", "--once") == 0
    for number in range(5):
        raw = mail(f"Alert {number}", id=f"<{number}@acme.example>", sender="bot@acme.example")
        (tmp_path / "var" / "inbox" / "new" / f"{number}.mail").write_bytes(raw)
    shutil.copy(
        ROOT / "tests" / "corpus" / "ruins-parts-beyond-the-cap.eml", tmp_path / "var" / "inbox" / "new" / "9.mail"
    )
    assert run("run", "--once") == 0
    return tmp_path


def run(*words: str) -> int:
    """The exit status of a command."""
    before, sys.argv = sys.argv, ["hd-bridge", *words]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before
    return 0


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that succeeds says."""
    capsys.readouterr()
    assert run(*words) == 0
    return capsys.readouterr().out


def objects(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """The same for programs."""
    return [json.loads(line) for line in told(capsys, *words, "--json").splitlines()]


def test_held_mail_is_shown_with_its_cause_and_what_release_does(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items = objects(capsys, "held", "list")
    assert sorted(item["cause"] for item in items) == ["caps", "flood", "flood", "flood"]
    assert all(item["release"] and item["why"] and item["since"] for item in items)
    said = told(capsys, "held", "list")
    assert said.count("bot@acme.example, flood") == 1 and "3 mails" in said
    assert told(capsys, "held", "list", "--from", "acme.example").count("released,") == 3
    assert len(objects(capsys, "held", "list", "--cause", "caps")) == 1
    shown = objects(capsys, "held", "show", items[0]["key"][:8])[0]
    assert shown["mail"]["trail"] and shown["release"]


def test_a_flood_is_released_in_one_go(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "3 mails: released" in told(capsys, "held", "release", "--all-from", "bot@acme.example")
    assert run("run", "--once") == 0
    assert [item["cause"] for item in objects(capsys, "held", "list")] == ["caps"]
    assert len(told(capsys, "desk", "list").splitlines()) >= 5


def test_a_flood_is_dropped_in_one_go(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "3 mails: dropped" in told(capsys, "held", "drop", "--all-from", "acme.example")
    assert len(objects(capsys, "held", "list")) == 1


def test_one_item_is_settled_by_its_key(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (key,) = (item["key"] for item in objects(capsys, "held", "list", "--cause", "caps"))
    assert "dropped" in told(capsys, "held", "drop", key)
    assert run("held", "release", key) == 1
    assert "nothing that is held" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("held", "release"),
        ("held", "release", "abc", "--all-from", "x@y.example"),
        ("held", "drop", "--all-from", "nobody"),
        ("held", "list", "--cause", "boredom"),
        ("block", "nobody"),
        ("unblock", "%"),
    ],
)
def test_words_that_mean_nothing_are_refused_with_what_was_expected(
    here: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    assert "expected" in capsys.readouterr().err


def test_a_blocked_sender_is_ignored_counted_and_taken_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "ignored from now on" in told(capsys, "block", "*.Acme.example")
    assert "blocked already" in told(capsys, "block", "acme.example")
    assert [one["pattern"] for one in objects(capsys, "blocked", "list")] == ["acme.example"]
    (here / "var" / "inbox" / "new" / "a.mail").write_bytes(mail(id="<new@acme.example>"))
    assert run("run", "--once") == 0
    (status,) = objects(capsys, "status")
    assert (status["tally"]["mails.blocked"], status["blocked_senders"]) == (1, 1)
    assert status["held"] == {"flood": 3, "caps": 1} and status["breakers"] == []
    assert "taken again" in told(capsys, "unblock", "acme.example")
    assert run("unblock", "acme.example") == 1


def test_an_open_breaker_is_told_with_what_it_kept_back(capsys: pytest.CaptureFixture[str]) -> None:
    now = SystemClock().now()
    state = Breaker(scope="mailbox:support", since=now, until=now + timedelta(hours=1), kept_back=7)
    _tell_breaker(state, Caps(), now)
    assert "no automatic letters of mailbox support" in capsys.readouterr().out
    assert [one["open"] for one in standing([state], Caps(), now)] == [True]
    _tell_breaker(state, Caps(), now + timedelta(hours=2))
    assert "closed again" in capsys.readouterr().out


def test_nobody_blocks_our_own_addresses(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("block", "example.com") == 1
    assert "one of our own" in capsys.readouterr().err
    assert objects(capsys, "blocked", "list") == []


def test_without_a_journal_nothing_is_blocked_and_nothing_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run("block", "spam.example") == 1
    assert "no journal yet" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_an_archive_of_which_nothing_tells_when_it_was_begun_is_dropped_in_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.yaml").write_text((ROOT / "config.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    for part in ("cur", "new", "tmp"):
        (tmp_path / "var" / "inbox" / part).mkdir(parents=True)
    for number in range(3):
        raw = mail(f"Long ago {number}", id=f"<{number}@acme.example>", sender=f"jo{number}@acme.example")
        (tmp_path / "var" / "inbox" / "new" / f"{number}.mail").write_bytes(raw)
    assert run("after-loss") == 0
    held = objects(capsys, "held", "list", "--json", "--cause", "old")
    assert len(held) == 3 and all("before the first start" in item["why"] for item in held)
    assert run("held", "drop", "--cause", "flood") == 2
    assert "3 mails: dropped" in told(capsys, "held", "drop", "--cause", "old")
    assert run("run", "--once") == 0
    assert objects(capsys, "held", "list", "--json") == []
