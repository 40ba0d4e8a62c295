"""``hd-bridge show`` and ``outbox`` as somebody types them. Touches the disk."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.homes import mail
from tests.unit.typed import ROOT, command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ticket of two mails, acknowledged."""
    here = tmp_path_factory.mktemp("made")
    shutil.copy(ROOT / "config.yaml", here)
    assert command(here, "run", "--once").returncode == 0
    mails = (
        mail("The app crashes", id="<1@x>"),
        mail("Re: The app crashes", "Still.", id="<2@x>", In_Reply_To="<1@x>"),
    )
    for number, raw in enumerate(mails):
        (here / "var" / "inbox" / "new" / str(number)).write_bytes(raw)
        assert command(here, "run", "--once").returncode == 0
    return here


@pytest.fixture
def told(made: Path, tmp_path: Path) -> Path:
    """The same, for one test alone."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def change(here: Path, state: str, **told: Any) -> str:
    """The acknowledgement stands otherwise; its key."""
    with sqlite3.connect(here / "var" / "journal.sqlite") as db:
        words = ", ".join(f"{name} = ?" for name in ("state", *told))
        db.execute(f"UPDATE steps SET {words} WHERE kind = 'SendLetter'", (state, *told.values()))
        if told.get("written") is None:
            db.execute("DELETE FROM letters")
        (key,) = db.execute("SELECT key FROM steps WHERE kind = 'SendLetter'").fetchone()
    db.close()
    return str(key)


def objects(here: Path, *words: str) -> list[dict[str, Any]]:
    said = command(here, *words, "--json")
    assert "Traceback" not in said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]


def test_a_ticket_is_shown_with_its_mails_their_reasons_steps_and_letters(told: Path) -> None:
    said = command(told, "show", "#1").stdout
    assert "ticket #1: The app crashes" in said and "taking part: jane@acme.example" in said
    assert "A new request to support@example.com." in said
    assert "It belongs to ticket #1 by the Message-ID of a mail on it." in said
    assert "Bugs: fits – " in said and "belongs to ticket: follow-up – " in said
    assert "open a ticket in project support: “The app crashes”" in said
    assert "to jane@acme.example" in said and "as <hd." in said
    assert said.count("rules tried:") == 2


def test_for_programs_a_ticket_is_one_object_and_each_of_its_mails_another(told: Path) -> None:
    first, *mails = objects(told, "show", "#1")
    assert (first["ticket"], first["snapshot"]["number"]) == (1, 1) and isinstance(first["snapshot"]["notes"], list)
    assert first["conversation"]["participants"] == ["jane@acme.example"]
    assert [one["mail"]["verdict"] for one in mails] == ["new", "follow-up"]
    opened = mails[0]["steps"][0]
    assert (opened["kind"], opened["state"], opened["plan"]["draft"]["category"]) == ("OpenTicket", "done", "Bugs")
    letters = [step["letter"] for step in mails[0]["steps"] if step["letter"]]
    assert len(letters) == 1 and "#1" in letters[0]["subject"] and "Jane" in letters[0]["text"]
    assert mails[0]["mail"]["choices"]["category"] == "Bugs"


def test_a_mail_is_shown_by_the_beginning_of_its_key(told: Path) -> None:
    key = objects(told, "show", "#1")[1]["mail"]["key"]
    assert command(told, "show", key[:8]).stdout.startswith(f"{key}  new → ticket #1")


def test_the_outbox_tells_what_is_sent_only_if_asked(told: Path) -> None:
    assert command(told, "outbox", "list").stdout == "No letter is on its way.\n"
    (letter,) = objects(told, "outbox", "list", "--sent", "5")
    assert (letter["state"], letter["ticket"], letter["to"]) == ("done", 1, ["jane@acme.example"])


def test_a_letter_is_shown_as_it_went_out(told: Path) -> None:
    key = objects(told, "outbox", "list", "--sent", "1")[0]["key"]
    said = command(told, "outbox", "show", key[:8]).stdout
    assert "as it was written:" in said and "To: jane@acme.example" in said and "Hello Jane" in said


def test_a_letter_that_is_not_written_yet_is_shown_as_it_would_be(told: Path) -> None:
    key = change(told, "waiting", wakes="2099-01-01T00:00:00.000000+00:00")
    assert "as it would be written now:" in command(told, "outbox", "show", key).stdout
    (letter,) = objects(told, "outbox", "show", key)
    assert letter["rendered"]["stored"] is False and letter["rendered"]["headers"]["To"] == "jane@acme.example"
    with sqlite3.connect(told / "var" / "journal.sqlite") as db:
        assert db.execute("SELECT count(*) FROM letters").fetchone() == (0,)
    db.close()


def test_a_held_letter_is_retried_and_sent(told: Path) -> None:
    key = change(told, "held", why="the relay refused it")
    assert "the relay refused it" in command(told, "outbox", "list").stdout
    said = command(told, "outbox", "retry", key)
    assert said.returncode == 0 and "is due" in said.stdout
    assert command(told, "run", "--once").returncode == 0
    assert command(told, "outbox", "list").stdout == "No letter is on its way.\n"
    assert command(told, "outbox", "retry", key).stderr.endswith("is done: it has been sent\n")


def test_a_letter_in_doubt_is_not_retried(told: Path) -> None:
    key = change(told, "resting", wakes="2099-01-01T00:00:00.000000+00:00")
    said = command(told, "outbox", "retry", key)
    assert said.returncode == 1 and "it must not go out twice" in said.stderr


def test_a_cancelled_letter_is_not_sent_and_says_why(told: Path) -> None:
    key = change(told, "waiting")
    assert command(told, "outbox", "cancel", key, "--why", "spoken on the phone").returncode == 0
    assert command(told, "run", "--once").returncode == 0
    (letter,) = objects(told, "outbox", "list")
    assert (letter["state"], letter["why"]) == ("dropped", "cancelled by a person: spoken on the phone")
    said = command(told, "outbox", "cancel", key)
    assert said.returncode == 1 and "it was dropped before" in said.stderr


def test_a_letter_that_there_is_not_is_said_so(told: Path) -> None:
    for words in (("show", "nothing"), ("retry", ""), ("cancel", "%")):
        said = command(told, "outbox", *words)
        assert said.returncode == 1 and "no letter's key begins with" in said.stderr
