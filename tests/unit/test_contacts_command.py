"""``hd-bridge contacts`` as somebody types it. Touches the disk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.homes import mail
from tests.unit.typed import ROOT, command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Jane has written from two addresses, Bob from one."""
    here = tmp_path_factory.mktemp("made")
    shutil.copy(ROOT / "config.yaml", here)
    assert command(here, "run", "--once").returncode == 0
    senders = ("Jane Cooper <jane@acme.example>", "jane.c@home.example", "Bob <bob@other.example>")
    for number, sender in enumerate(senders):
        raw = mail(f"Question {number}", sender=sender, id=f"<{number}@x>")
        (here / "var" / "inbox" / "new" / str(number)).write_bytes(raw)
    assert command(here, "run", "--once").returncode == 0
    return here


@pytest.fixture
def told(made: Path, tmp_path: Path) -> Path:
    """The same, for one test alone."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_contacts_are_listed_and_found(told: Path) -> None:
    listed = [json.loads(line) for line in command(told, "contacts", "list", "--json").stdout.splitlines()]
    assert {tuple(one["addresses"]) for one in listed} == {
        ("jane@acme.example",),
        ("jane.c@home.example",),
        ("bob@other.example",),
    }
    assert all(one["ticket_count"] == 1 and one["failing"] == {} for one in listed)
    said = command(told, "contacts", "list", "acme").stdout
    assert "Jane Cooper" in said and "Bob" not in said
    assert command(told, "contacts", "list", "nobody").stdout == "Nobody is known by that.\n"
    assert "only 1 are shown" in command(told, "contacts", "list", "--limit", "1").stdout


def test_merged_and_split_again(told: Path) -> None:
    said = command(told, "contacts", "merge", "jane@acme.example", "jane.c@home.example")
    assert said.returncode == 0 and "are one contact now" in said.stdout
    shown = command(told, "contacts", "show", "Jane.C@home.example").stdout
    assert "Jane Cooper, Acme" in shown and "2 tickets" in shown
    assert "Question 0" in shown and "Question 1" in shown and "jane.c@home.example" in shown
    again = command(told, "contacts", "merge", "jane@acme.example", "jane.c@home.example")
    assert again.returncode == 1 and "one contact already" in again.stderr
    said = command(told, "contacts", "split", "jane.c@home.example", "--name", "Janet")
    assert said.returncode == 0
    shown = json.loads(command(told, "contacts", "show", "jane.c@home.example", "--json").stdout)
    assert (shown["name"], [one["subject"] for one in shown["history"]]) == ("Janet", ["Question 1"])
    only = command(told, "contacts", "split", "jane.c@home.example")
    assert only.returncode == 1 and "is the only address" in only.stderr


@pytest.mark.parametrize("who", ["99", "nobody@x", "", "²", "9" * 30])
def test_a_contact_that_there_is_not_is_said_so(told: Path, who: str) -> None:
    said = command(told, "contacts", "show", who)
    assert said.returncode == 1 and "no contact has the number or address" in said.stderr
