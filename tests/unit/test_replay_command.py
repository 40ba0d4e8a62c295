"""``hd-bridge replay`` as somebody types it. Touches the disk."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.homes import mail
from tests.unit.test_commands import here
from tests.unit.typed import command

__all__ = ["here"]

BROKEN = mail("The app crashes", "Error 500 since this morning.", id="<1@x>")
REPLY = mail("Re: The app crashes", "Still.", id="<2@x>", In_Reply_To="<1@x>")
BUGS_ELSEWHERE = ("category: Bugs", "category: User education")


def received(here: Path) -> None:
    assert command(here, "run", "--once").returncode == 0
    for number, raw in enumerate((BROKEN, REPLY)):
        (here / "var" / "inbox" / "new" / str(number)).write_bytes(raw)
        assert command(here, "run", "--once").returncode == 0


def changed(here: Path) -> None:
    config = here / "config.yaml"
    assert BUGS_ELSEWHERE[0] in config.read_text()
    config.write_text(config.read_text().replace(*BUGS_ELSEWHERE))


def objects(said: subprocess.CompletedProcess[str]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    *mails, summary = [json.loads(line) for line in said.stdout.splitlines()]
    return mails, summary["summary"]


def tree(here: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(here.rglob("*")) if path.is_file()}


def test_the_same_mails_by_the_same_rules_are_as_they_were_wherever_they_lie(here: Path) -> None:
    received(here)
    shutil.copytree(here / "var" / "inbox", here / "copy")
    (here / "box").write_bytes(
        b"".join(b"From a@b Thu Nov 26 12:00:00 2026\n" + raw + b"\n" for raw in (BROKEN, REPLY))
    )
    before = tree(here / "copy") | tree(here / "var" / "inbox")
    for source in ("support", "journal", "copy", "box", "copy/new"):
        said = command(here, "replay", "--diff", "--json", source)
        mails, summary = objects(said)
        assert (said.returncode, said.stderr, mails) == (0, "", []), source
        assert (summary["mails"], summary["known"], summary["different"]) == (2, 2, 0), source
    assert tree(here / "copy") | tree(here / "var" / "inbox") == before


def test_a_changed_rule_shows_where_it_counts_and_the_status_tells(here: Path) -> None:
    received(here)
    changed(here)
    said = command(here, "replay", "--diff", "--json", "support")
    mails, summary = objects(said)
    assert said.returncode == 1
    assert [(one["subject"], one["differences"]) for one in mails] == [
        ("The app crashes", [{"what": "category", "then": "Bugs", "now": "User education"}])
    ]
    assert mails[0]["then"]["choices"]["category"] == "Bugs" and mails[0]["then"]["ticket"] == 1
    assert (summary["different"], summary["difference category"]) == (1, 1)
    in_words = command(here, "replay", "support")
    assert in_words.returncode == 0
    assert "category: then Bugs, now User education" in in_words.stdout
    assert "2 mails: 1 would be decided otherwise, 1 as then, 0 are not known here" in in_words.stdout


def test_mails_that_nobody_knows_are_decided_oldest_first(here: Path) -> None:
    (here / "mails").mkdir()
    (here / "mails" / "a.eml").write_bytes(REPLY.replace(b"11:59:00", b"12:59:00"))
    (here / "mails" / "b.eml").write_bytes(BROKEN)
    said = command(here, "replay", "--json", "mails")
    mails, summary = objects(said)
    assert [(one["subject"], one["now"]["verdict"], one["known"]) for one in mails] == [
        ("The app crashes", "new", False),
        ("Re: The app crashes", "follow-up", False),
    ]
    assert (summary["unknown"], summary["different"]) == (2, 0)
    assert [one.name for one in here.iterdir() if one.is_dir()] == ["mails"]


def test_a_person_sees_a_bar_and_what_is_told_stays_clean(here: Path) -> None:
    (here / "mail").write_bytes(BROKEN)
    ours, theirs = pty.openpty()
    run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", "replay", "--json", "mail"]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", "TERM": "xterm"}
    said = subprocess.run(run, cwd=here, env=env, stdout=subprocess.PIPE, stderr=theirs, timeout=60)
    os.close(theirs)
    assert b"replaying" in os.read(ours, 100_000)
    os.close(ours)
    assert len([json.loads(line) for line in said.stdout.splitlines()]) == 2


def test_the_newest_or_those_since_a_day(here: Path) -> None:
    (here / "mails").mkdir()
    for day in range(10, 20):
        raw = mail(f"Day {day}", id=f"<{day}@x>").replace(b"21 Nov", b"%d Nov" % day)
        (here / "mails" / f"{day}.eml").write_bytes(raw)
    for words, days in ((("--limit", "2"), [18, 19]), (("--since", "2026-11-17"), [17, 18, 19])):
        mails, _ = objects(command(here, "replay", "--json", *words, "mails"))
        assert [one["subject"] for one in mails] == [f"Day {day}" for day in days]


def test_a_file_that_cannot_be_read_stops_nothing_and_an_unknown_source_is_named(here: Path) -> None:
    (here / "mails").mkdir()
    (here / "mails" / "a").symlink_to(here / "nowhere")
    (here / "mails" / "b").write_bytes(BROKEN)
    said = command(here, "replay", "--json", "mails")
    assert (said.returncode, objects(said)[1]["unreadable"], objects(said)[1]["mails"]) == (0, 1, 1)
    assert "mails/a: No such file" in said.stderr
    said = command(here, "replay", "nonsense")
    assert said.returncode == 2 and "no mailbox: there are support" in " ".join(said.stderr.replace("│", " ").split())
