"""Tokens open one thing each, and nothing once they are taken back; the keys are for their owner only."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hd_bridge.errors import Closed, ConfigError
from hd_bridge.mail.keyring import load_keyring, new_key, save_keyring
from hd_bridge.mail.tokens import (
    Key,
    KeyRing,
    Purpose,
    letter_id,
    message_id,
    new_conversation_id,
    page_path,
    read_message_id,
    read_token,
    token,
)

RING = KeyRing(instance="test", epoch=3, keys=(Key(id="a", secret=b"a" * 32), Key(id="b", secret=b"b" * 32)))
OTHER = "b" * 16
ONE = "a" * 16


def test_conversation_ids_are_sixteen_letters_and_never_the_same() -> None:
    ids = {new_conversation_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[a-z2-7]{16}", one) for one in ids)


def test_a_message_id_leads_back_to_its_conversation() -> None:
    id = message_id(RING, ONE, "key/letter/ack", "example.com")
    assert re.fullmatch(r"<hd\.a{16}\.[a-z2-7]{16}\.[a-z2-7]{16}@example\.com>", id)
    assert read_message_id(RING, id) == ONE


def test_the_same_letter_has_the_same_message_id_and_another_another() -> None:
    assert message_id(RING, ONE, "one", "example.com") == message_id(RING, ONE, "one", "example.com")
    assert message_id(RING, ONE, "one", "example.com") != message_id(RING, ONE, "two", "example.com")


def test_what_relays_do_to_a_message_id_does_not_hurt_it() -> None:
    id = message_id(RING, ONE, "x", "example.com")
    assert read_message_id(RING, f" {id.upper()} ") == ONE
    assert read_message_id(RING, id.strip("<>")) == ONE
    assert read_message_id(RING, id.replace("example.com", "gateway.example.net")) == ONE


@given(st.integers(0, 16 + 1 + 16 + 1 + 16 - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567.-"))
def test_a_message_id_with_one_letter_changed_is_nobodys(position: int, letter: str) -> None:
    id = message_id(RING, ONE, "x", "example.com")
    at = len("<hd.") + position
    changed = id[:at] + letter + id[at + 1 :]
    assert read_message_id(RING, changed) == (ONE if changed == id else None)


@given(st.text())
def test_no_text_is_taken_for_a_token_or_breaks_anything(text: str) -> None:
    assert read_message_id(RING, text) is None
    assert read_token(RING, Purpose.REPLY, text) is None


def test_a_mac_of_one_conversation_opens_no_other() -> None:
    id = message_id(RING, ONE, "x", "example.com")
    assert read_message_id(RING, id.replace(ONE, OTHER)) is None
    assert read_token(RING, Purpose.PAGE, token(RING, Purpose.PAGE, ONE).replace(ONE, OTHER)) is None


@pytest.mark.parametrize("made", Purpose)
@pytest.mark.parametrize("asked", Purpose)
def test_a_token_is_good_for_its_own_purpose_only(made: Purpose, asked: Purpose) -> None:
    found = read_token(RING, asked, token(RING, made, ONE))
    assert found == (ONE if made is asked else None)


def test_a_pages_path_holds_at_least_128_bits_and_fits_a_url() -> None:
    path = page_path(RING, ONE)
    match = re.fullmatch(r"t/(a{16}-([a-z2-7]{26}))/", path)
    assert match
    assert read_token(RING, Purpose.PAGE, match[1]) == ONE


def test_a_raised_epoch_takes_back_everything() -> None:
    later = replace(RING, epoch=4)
    assert read_message_id(later, message_id(RING, ONE, "x", "example.com")) is None
    assert read_token(later, Purpose.PAGE, token(RING, Purpose.PAGE, ONE)) is None


def test_old_keys_are_still_believed_and_lost_ones_are_not() -> None:
    newer = replace(RING, keys=(*RING.keys, Key(id="c", secret=b"c" * 32)))
    id = message_id(RING, ONE, "x", "example.com")
    assert message_id(newer, ONE, "x", "example.com") != id
    assert read_message_id(newer, id) == ONE
    assert read_message_id(replace(newer, keys=newer.keys[2:]), id) is None


def test_an_id_or_domain_that_could_break_out_is_a_mistake() -> None:
    for conversation, domain in (("A" * 16, "example.com"), ("a" * 15, "example.com"), (ONE, "x>\r\ny"), (ONE, "")):
        with pytest.raises(ValueError, match=r"conversation|domain"):
            message_id(RING, conversation, "x", domain)


def test_a_letters_name_is_short_and_from_its_key_alone() -> None:
    assert letter_id("key/letter/ack") == letter_id("key/letter/ack")
    assert re.fullmatch(r"[a-z2-7]{16}", letter_id("é" * 1000))


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "keys.json"
    ring = load_keyring(path, make=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keyring(path, make=True) == load_keyring(path, make=False) == ring
    assert [one.name for one in path.parent.iterdir()] == ["keys.json"]
    assert len(ring.keys[0].secret) == 32


def test_two_first_starts_at_once_agree(tmp_path: Path) -> None:
    rings: list[KeyRing] = []
    threads = [
        threading.Thread(target=lambda: rings.append(load_keyring(tmp_path / "keys.json", make=True))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rings) == 8
    assert all(ring == rings[0] for ring in rings)


def test_missing_keys_close_the_door(tmp_path: Path) -> None:
    with pytest.raises(Closed, match="after-loss"):
        load_keyring(tmp_path / "keys.json", make=False)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_keys_that_others_can_read_or_change_are_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    load_keyring(path, make=True)
    path.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_keyring(path, make=True)


@pytest.mark.parametrize(
    "change",
    [{"keys": []}, {"instance": ""}, {"epoch": "x"}, {"keys": [{"id": "a", "secret": "c2hvcnQ="}]}, {"keys": None}],
)
def test_damaged_keys_are_not_used_and_not_shown(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "keys.json"
    ring = load_keyring(path, make=True)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ConfigError, match="damaged") as caught:
        load_keyring(path, make=False)
    assert caught.value.__cause__ is None
    assert "c2hvcnQ" not in str(caught.value)
    assert repr(ring.keys[0].secret) not in repr(ring) + repr(ring.keys)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe"])
def test_a_file_that_is_no_keyring_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=r"keys\.json"):
        load_keyring(path, make=True)


def test_an_epoch_and_a_key_are_added_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = load_keyring(path, make=True)
    added = save_keyring(path, replace(first, epoch=first.epoch + 1, keys=(*first.keys, new_key())))
    assert (added.epoch, added.instance) == (first.epoch + 1, first.instance)
    assert added.keys[:1] == first.keys
    assert len(added.keys) == 2
    assert load_keyring(path, make=False) == added
    assert path.stat().st_mode & 0o777 == 0o600
