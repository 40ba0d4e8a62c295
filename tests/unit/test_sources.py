"""Mails in files, mboxes, Maildirs and folders: each is found, whole, and as it was. Touches the disk."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hd_bridge.mail import sources
from hd_bridge.mail.sources import spots
from tests.homes import mail

FROM = b"From jane@acme.example Thu Aug 20 12:36:23 2026\n"
LATER = b"From MAILER-DAEMON Fri, 21 Aug 2026 08:00:00 +0200\n"


def plain(subject: str, body: str = "Text.") -> bytes:
    return mail(subject, body).replace(b"\r\n", b"\n")


def read(path: Path) -> list[tuple[str, bytes]]:
    return [(spot.name, spot.read()[0]) for spot in spots(path)]


def test_a_file_is_one_mail_byte_by_byte(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_bytes(mail())
    assert read(file) == [(str(file), mail())]


def test_a_file_of_one_mail_may_begin_with_a_from_line(tmp_path: Path) -> None:
    file = tmp_path / "mail"
    file.write_bytes(FROM + plain("One", "\nFrom here on we walk.\n\n>From the mbox.\n"))
    assert read(file) == [(str(file), file.read_bytes())]
    assert next(spots(file)).at == datetime(2026, 8, 20, 12, 36, 23, tzinfo=UTC)


def test_an_mbox_is_cut_only_where_a_mail_begins(tmp_path: Path) -> None:
    first = plain("One", "\nFrom here on we walk.\n\nFrom a@b Thu Aug 20 12:36:23 2026\n\nno field stands above me")
    box = tmp_path / "box"
    box.write_bytes(FROM + first + b"\n" + LATER + plain("Two", ">From the sea\n>>From it") + b"\n")
    found = read(box)
    assert [name for name, _ in found] == [f"{box}#1", f"{box}#2"]
    assert found[0][1].strip() == first.strip()
    assert b"\nFrom the sea\n>From it" in found[1][1]
    assert [spot.at for spot in spots(box)][1] == datetime(2026, 8, 21, 6, tzinfo=UTC)


def test_a_file_named_eml_is_never_cut(tmp_path: Path) -> None:
    file = tmp_path / "forwarded.eml"
    file.write_bytes(FROM + plain("One") + b"\n" + LATER + plain("Two"))
    assert len(read(file)) == 1


@pytest.mark.parametrize("raw", [b"", b"From ", b"From \n", b"From a@b\n\n", b"\0\xff"])
def test_a_file_with_nothing_in_it_is_one_mail_all_the_same(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "odd"
    file.write_bytes(raw)
    assert read(file) == [(str(file), raw)]


def test_a_maildir_is_read_by_the_times_of_its_files(tmp_path: Path) -> None:
    for number, name in enumerate(("cur/b:2,S", "new/a", "tmp/half", "cur/.hidden")):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x")
        os.utime(file, (1000 + number, 1000 + number))
    assert [Path(name).name for name, _ in read(tmp_path)] == ["b:2,S", "a"]


def test_a_folder_holds_mails_mboxes_and_maildirs_and_bad_ones_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "below" / "new").mkdir(parents=True)
    (tmp_path / "below" / "cur").mkdir()
    (tmp_path / "below" / "cur" / "1").write_bytes(b"y")
    (tmp_path / "a.eml").write_bytes(b"x")
    (tmp_path / ".hidden").write_bytes(b"x")
    (tmp_path / "box").write_bytes(FROM + plain("One") + b"\n" + LATER + plain("Two"))
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = list(spots(tmp_path))
    assert [spot.name.removeprefix(f"{tmp_path}/") for spot in found] == [
        "a.eml",
        "below/cur/1",
        "box#1",
        "box#2",
        "dangling",
        "pipe",
    ]
    assert [bool(spot.trouble) for spot in found] == [False] * 4 + [True] * 2


def test_of_a_mail_over_the_cap_the_beginning_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_SIZE", 300)
    monkeypatch.setattr(sources, "EXCERPT", 100)
    file, box = tmp_path / "mail", tmp_path / "box"
    file.write_bytes(b"x" * 301)
    box.write_bytes(FROM + plain("One", "x" * 300) + b"\n" + LATER + plain("Two"))
    assert next(spots(file)).read() == (b"x" * 200, True)
    raw, over = next(spots(box)).read()
    assert over and raw.startswith(b"From: Jane") and len(raw) <= 200
