"""Commands as somebody types them, in a folder that holds only config.yaml. Touches the disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hd_bridge.app import build, make_ready
from hd_bridge.cli import main
from hd_bridge.config import load
from hd_bridge.errors import Busy, JournalError
from hd_bridge.lock import only_daemon
from tests.unit.typed import ROOT, command

SAMPLE = ROOT / "hd_bridge" / "demo" / "mails" / "01-down.eml"
STEERING = b"From: Eve <eve@example.org>\r\nTo: support@example.com\r\nSubject: x\r\n\r\nred \xc2\x9b31m \xc3\xa9\r\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "config.yaml", tmp_path)
    return tmp_path


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("words", [["check"], ["status"], ["held", "list"], ["explain", str(SAMPLE)], ["show", "#1"]])
def test_commands_that_read_leave_an_empty_folder_as_it_was(here: Path, words: list[str]) -> None:
    said = command(here, *words)
    assert "Traceback" not in said.stderr
    assert left(here) == ["config.yaml"]


def test_the_configuration_as_shipped_passes_its_check_before_the_first_start(here: Path) -> None:
    said = command(here, "check")
    assert said.returncode == 0, said.stdout
    assert "the first start makes it" in said.stdout


def test_a_check_makes_no_keys_for_a_journal_that_has_none_yet(here: Path) -> None:
    settings = load(here / "config.yaml")
    make_ready(settings)
    build(settings).journal.close()
    settings.journal.keys.unlink()
    assert command(here, "check").returncode == 0
    assert not settings.journal.keys.exists()


def test_a_check_names_a_ruined_journal_and_a_ruined_tracker_and_goes_on(here: Path) -> None:
    (here / "var").mkdir()
    for name in ("journal.sqlite", "tracker.sqlite"):
        (here / "var" / name).write_bytes(b"no database" * 999)
    said = command(here, "check", "--json")
    findings = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.returncode == 1
    assert {one["door"] for one in findings if one["level"] == "problem"} == {"journal", "tracker"}
    assert "templates" in {one["door"] for one in findings}


@pytest.mark.parametrize("what", ["#²", "#99999999999999999999", "²", "#", "", "%"])
def test_show_knows_no_odd_number_and_says_so(
    here: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "argv", ["hd-bridge", "show", what])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("hd-bridge: the journal knows no")


def test_json_for_programs_steers_no_terminal_and_fits_any_encoding(here: Path) -> None:
    (here / "mail.eml").write_bytes(STEERING)
    said = command(here, "explain", "--json", "mail.eml")
    assert "\x9b" not in said.stdout and "é" in said.stdout
    assert json.loads(said.stdout)["text"].strip() == "red \x9b31m é"
    in_ascii = command(here, "explain", "--json", "mail.eml", PYTHONIOENCODING="ascii")
    assert in_ascii.stdout.isascii() and json.loads(in_ascii.stdout) | {"plan": 0} == json.loads(said.stdout) | {
        "plan": 0
    }
    assert command(here, "explain", "mail.eml", PYTHONIOENCODING="ascii").returncode == 0


def test_explain_reads_no_pipe_and_of_a_huge_file_only_the_beginning(here: Path) -> None:
    os.mkfifo(here / "pipe")
    assert command(here, "explain", "pipe").returncode == 1
    with (here / "huge.eml").open("wb") as file:
        file.write(STEERING)
        file.truncate(60 * 2**20)
    told = json.loads(command(here, "explain", "--json", "huge.eml").stdout)
    assert told["verdict"] == "hold" and len(told["text"]) < 2**20


def test_the_desk_of_an_empty_folder_speaks_plainly(here: Path) -> None:
    said = command(here, "desk", "list")
    assert (said.returncode, said.stderr) == (1, "hd-bridge: there is no embedded tracker yet\n")


def test_a_mailbox_that_cannot_be_made_stops_nothing_else(here: Path) -> None:
    (here / "var").mkdir()
    (here / "var" / "inbox").write_text("a file where a Maildir should be")
    said = command(here, "run", "--once")
    assert said.returncode == 0, said.stderr
    assert "Traceback" not in said.stderr and "mailbox:support is closed" in said.stderr


def test_at_level_debug_no_word_of_a_mail_is_logged(here: Path) -> None:
    config = here / "config.yaml"
    config.write_text(config.read_text().replace("level: info", "level: debug").replace("format: text", "format: json"))
    assert command(here, "run", "--once").returncode == 0
    shutil.copy(SAMPLE, here / "var" / "inbox" / "new" / "1")
    said = command(here, "run", "--once")
    events = [json.loads(line) for line in said.stderr.splitlines()]
    assert any(event["event"].startswith("done ") for event in events)
    assert {event["logger"].split(".")[0] for event in events} == {"hd_bridge"}
    assert "Cooper" not in said.stderr and "brightfield" not in said.stderr


def test_a_lock_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError), only_daemon(tmp_path / "file" / "journal.lock"):
        pass


def test_one_daemon_at_a_time_and_the_other_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "journal.lock"
    with only_daemon(lock), pytest.raises(Busy, match=str(os.getpid())), only_daemon(lock):
        pass
    with only_daemon(lock):
        pass


def test_a_second_daemon_is_refused_with_a_word_of_its_own(here: Path) -> None:
    with only_daemon(here / "var/journal.sqlite.lock"):
        said = command(here, "run")
    assert said.returncode == 4 and str(os.getpid()) in said.stderr and "stop it first" in said.stderr


def test_the_version_is_told(tmp_path: Path) -> None:
    assert command(tmp_path, "--version").stdout.startswith("hd-bridge ")


def test_python_runs_it_where_the_command_is_not_on_the_path(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hd_bridge", "--version"]
    there = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    said = subprocess.run(words, cwd=tmp_path, env={**os.environ, "PYTHONPATH": there}, capture_output=True, text=True)
    assert said.stdout.startswith("hd-bridge ") and not said.stderr
