"""Keys are shown without secrets, rotated, retired and revoked; pages keep their addresses or move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.crew import KEYS, described, same_keys
from hd_bridge.errors import JournalError
from hd_bridge.mail.keyring import load_keyring, new_key
from hd_bridge.mail.tokens import page_path
from hd_bridge.moving import move_pages
from tests.homes import Home, mail
from tests.unit.test_commands import here
from tests.unit.typed import command

__all__ = ["here"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    made.post(mail())
    made.post(mail("Another", id="<2@acme.example>"))
    made.turn()
    yield made
    made.close()


def test_a_new_key_moves_no_page_and_the_loss_of_an_old_one_moves_all(home: Home) -> None:
    ring = home.house.ring
    rotated = replace(ring, keys=(*ring.keys, new_key()))
    assert move_pages(home.house, rotated) == 0
    home.house.ring = rotated
    retired = replace(rotated, keys=rotated.keys[1:])
    assert move_pages(home.house, retired) == 2 and home.publisher.files == {}
    home.house.ring = retired
    home.turn()
    paths = {page_path(retired, talk.id) + "index.html" for talk in home.house.journal.talks()}
    assert set(home.publisher.files) == paths


def test_to_revoke_twice_after_a_kill_loses_no_page(home: Home) -> None:
    raised = replace(home.house.ring, epoch=home.house.ring.epoch + 1)
    assert move_pages(home.house, raised) == move_pages(home.house, raised) == 2
    home.turn()  # killed before the keys were changed: they come back where they were
    assert len(home.publisher.files) == 2
    home.clock.forward(seconds=1)
    move_pages(home.house, raised)
    assert home.publisher.files == {}
    home.house.ring = raised
    home.turn()
    assert len(home.publisher.files) == 2


def test_a_machine_with_other_keys_does_not_start(home: Home) -> None:
    same_keys(home.house)
    home.house.ring = replace(home.house.ring, epoch=9)
    with pytest.raises(JournalError, match="hd-bridge keys"):
        same_keys(home.house)
    home.house.journal.set_meta(KEYS, described(home.house.ring))
    same_keys(home.house)


def test_the_commands_change_the_file_and_never_show_a_secret(here: Path) -> None:
    assert command(here, "run", "--once").returncode == 0
    file = here / "var" / "keys.json"
    first = load_keyring(file, make=False)
    refused = command(here, "keys", "retire", first.keys[0].id)
    assert refused.returncode == 1 and "keys rotate" in refused.stderr
    assert command(here, "keys", "rotate").returncode == 0
    assert command(here, "run", "--once").returncode == 0
    assert command(here, "keys", "retire", first.keys[0].id[:6]).returncode == 0
    assert command(here, "keys", "retire", "no-such").returncode == 1
    revoked = command(here, "keys", "revoke")
    assert revoked.returncode == 0 and "Copy it to every machine" in revoked.stdout
    shown = command(here, "keys", "show", "--json")
    told, last = json.loads(shown.stdout), load_keyring(file, make=False)
    assert (told["epoch"], [key["id"] for key in told["keys"]]) == (first.epoch + 1, [last.keys[0].id])
    assert last.keys[0].id != first.keys[0].id
    assert all(secret["secret"] not in shown.stdout for secret in json.loads(file.read_text())["keys"])
    assert command(here, "run", "--once").returncode == 0


@pytest.mark.parametrize("words", [("show",), ("retire", "abc")], ids=lambda words: words[0])
def test_before_the_first_start_there_are_no_keys_and_nothing_is_lost(here: Path, words: tuple[str, ...]) -> None:
    refused = command(here, "keys", *words)
    assert refused.returncode == 1
    assert "hd-bridge run" in refused.stderr and "after-loss" not in refused.stderr
    assert not (here / "var" / "keys.json").exists()
