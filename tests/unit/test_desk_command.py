"""``hd-bridge desk reply`` and ``open``: an agent at work on the terminal, and what the customer gets of it."""

from __future__ import annotations

import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from hd_bridge.demo import deliver
from tests.homes import mail
from tests.unit.typed import ROOT, command


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Jane has written, and has ticket #1."""
    folder = tmp_path_factory.mktemp("desk")
    config = (ROOT / "config.yaml").read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(config.replace("grace: 30s", "grace: none"), encoding="utf-8")
    run_once(folder)
    deliver(folder / "var" / "inbox", "1.localhost", mail())
    run_once(folder)
    return folder


@pytest.fixture
def here(customers: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(customers, tmp_path / "desk"))


def run_once(folder: Path) -> None:
    said = command(folder, "run", "--once")
    assert said.returncode == 0, said.stderr


def letters(folder: Path, to: str) -> list[EmailMessage]:
    files = sorted((folder / "var" / "outbox" / "new").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    read = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [message for message in read if to in str(message["To"]) and "Auto-Submitted" not in message]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_reply_is_a_letter_with_its_file(here: Path) -> None:
    (here / "guide.txt").write_text("step one")
    (here / "answer.txt").write_text("Please read the guide.")
    said = command(here, "desk", "reply", "1", "--file", "answer.txt", "--attach", "guide.txt", "--status", "Waiting")
    assert said.returncode == 0 and "written on #1" in said.stdout, said.stderr
    run_once(here)
    (letter,) = letters(here, "jane@acme.example")
    assert "Please read the guide." in text_of(letter)
    assert [part.get_filename() for part in letter.iter_attachments()] == ["guide.txt"]
    assert "Waiting" in command(here, "desk", "list").stdout


def test_commands_and_saved_answers_work(here: Path) -> None:
    command(here, "desk", "page", "support", "Canned_answers", "--write", "-")
    (here / "page.txt").write_text("h2. toner\n\nPlease change the toner.")
    assert command(here, "desk", "page", "support", "Canned_answers", "--write", "page.txt").returncode == 0
    command(here, "desk", "reply", "1", "--text", "!close\n!canned toner")
    run_once(here)
    (letter,) = letters(here, "jane@acme.example")
    assert "Please change the toner." in text_of(letter) and "!close" not in text_of(letter)
    assert "#1" not in command(here, "desk", "list").stdout


def test_a_private_one_stays_inside(here: Path) -> None:
    said = command(here, "desk", "reply", "1", "--text", "Careful with her.", "--private")
    assert "grace" not in said.stdout
    run_once(here)
    assert letters(here, "jane@acme.example") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["reply", "1"], "nothing to write"),
        (["reply", "1", "--text", "a", "--file", "config.yaml"], "give one of them"),
        (["reply", "7", "--text", "a"], "no such ticket"),
        (["reply", "1", "--text", "a", "--as", "Zoe"], "'Zoe' is not known here"),
        (["reply", "1", "--text", "a", "--status", "Gone"], "'Gone' is not known here"),
        (["reply", "1", "--text", "a", "--attach", "nowhere.pdf"], "cannot be read"),
        (["reply", "1", "--attach", "config.yaml", "--attach", "./config.yaml"], "two files are called"),
        (["open", "support", "Hello", "--customer", "nobody"], "no e-mail address"),
        (["open", "nowhere", "Hello", "--customer", "zoe@other.example"], "'nowhere' is not known here"),
    ],
)
def test_a_mistake_is_told_in_words_and_nothing_is_written(here: Path, words: list[str], expected: str) -> None:
    said = command(here, "desk", *words)
    assert said.returncode == 1 and expected in said.stderr and "Traceback" not in said.stderr
    assert "— Ana" not in command(here, "desk", "show", "1").stdout


def test_a_ticket_begun_for_a_customer_writes_to_them(here: Path) -> None:
    words = ["desk", "open", "support", "Your order", "--customer", "zoe@other.example", "--text", "It has left."]
    said = command(here, *words)
    assert "#2 is open for zoe@other.example" in said.stdout, said.stderr
    run_once(here)
    run_once(here)
    (letter,) = letters(here, "zoe@other.example")
    assert "It has left." in text_of(letter) and "!customer" not in text_of(letter)
