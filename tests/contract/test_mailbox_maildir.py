"""The Maildir as a mailbox: the contract, and what only files can do."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from hd_bridge.errors import Closed, Refused
from hd_bridge.findings import Level
from hd_bridge.mail.maildir import MaildirBox
from hd_bridge.mail.maildir_filing import make_maildir
from tests.contract.mailbox import CAP, EVER, MailboxContract, Reader, Scene, a_mail, subjects


class MaildirScene(Scene):
    """A Maildir, filled as a delivery agent does it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        make_maildir(path)
        self.box = MaildirBox("support", path, max_size=CAP)
        self._count = 0

    def put(self, raw: bytes, at: datetime | None = None) -> None:
        self._count += 1
        draft = self.path / "tmp" / f"{1_700_000_000 + self._count}.M{self._count}.host"
        draft.write_bytes(raw)
        if at is not None:
            os.utime(draft, (at.timestamp(), at.timestamp()))
        draft.rename(self.path / "new" / draft.name)

    def unread(self) -> int:
        return sum("S" not in path.name.partition(":2,")[2] for path in self.files())

    def count(self, folder: str | None = None) -> int:
        return len(self.files(f".{folder}" if folder else ""))

    def empty(self) -> None:
        for path in self.files():
            path.unlink()

    def files(self, folder: str = "") -> list[Path]:
        return [*(self.path / folder).glob("new/*"), *(self.path / folder).glob("cur/*")]


@pytest.fixture
def scene(tmp_path: Path) -> MaildirScene:
    return MaildirScene(tmp_path / "Maildir")


class TestMaildirBox(MailboxContract):
    """All of the contract."""


def test_a_mail_that_another_program_has_moved_and_flagged_is_the_same_mail(scene: MaildirScene) -> None:
    reader = Reader(scene.box, EVER)
    scene.put(a_mail("moved"))
    assert subjects(reader.read()) == ["moved"]
    (path,) = scene.files()
    path.rename(scene.path / "cur" / f"{path.name}:2,FS")
    assert reader.read() == []


def test_a_mail_that_somebody_has_read_already_is_still_taken(scene: MaildirScene) -> None:
    reader = Reader(scene.box, None)
    scene.put(a_mail("read-by-a-person"))
    (path,) = scene.files()
    path.rename(scene.path / "cur" / f"{path.name}:2,S")
    assert subjects(reader.read()) == ["read-by-a-person"]


def test_flags_that_were_there_stay_in_order(scene: MaildirScene) -> None:
    scene.put(a_mail("flagged"))
    (path,) = scene.files()
    path.rename(scene.path / "cur" / f"{path.name}:2,TF")
    scene.box.file_away(path.name, "flag")
    assert [one.name for one in scene.files()] == [f"{path.name}:2,FST"]


@pytest.mark.parametrize("folder", ["", ".", "..", "../../x", "a/b", ".hidden", "a..b", "a.", "x\0", "x\n", "Grüße"])
def test_a_folder_that_leads_elsewhere_is_refused(scene: MaildirScene, folder: str) -> None:
    scene.put(a_mail("stay"))
    (path,) = scene.files()
    before = sorted(scene.path.parent.rglob("*"))
    with pytest.raises(Refused):
        scene.box.file_away(path.name, f"move:{folder}")
    assert sorted(scene.path.parent.rglob("*")) == before


def test_links_pipes_folders_and_hidden_files_are_no_mails(scene: MaildirScene, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not for tickets")
    (scene.path / "new" / "link").symlink_to(secret)
    os.mkfifo(scene.path / "new" / "pipe")
    (scene.path / "cur" / "folder").mkdir()
    (scene.path / "new" / ".hidden").write_text("x")
    scene.put(a_mail("real"))
    assert subjects(Reader(scene.box, EVER).read()) == ["real"]


def test_a_folder_that_is_no_maildir_closes_the_door_and_says_so(tmp_path: Path) -> None:
    box = MaildirBox("support", tmp_path / "nowhere")
    with pytest.raises(Closed, match="no Maildir"):
        box.begin(None)
    (finding,) = box.check()
    assert finding.level is Level.PROBLEM


def test_a_copy_lies_in_a_folder_that_mail_programs_know_and_is_read_already(scene: MaildirScene) -> None:
    scene.box.keep_copy("Sent", a_mail("copy"), "<copy@example.org>")
    (copy,) = (scene.path / ".Sent" / "cur").iterdir()
    assert (copy.read_bytes(), copy.name.endswith(":2,S")) == (a_mail("copy"), True)
    assert (scene.path / ".Sent" / "maildirfolder").exists()
    assert not list((scene.path / ".Sent" / "tmp").iterdir())


def test_a_copy_that_somebody_has_flagged_is_not_laid_down_again(scene: MaildirScene) -> None:
    scene.box.keep_copy("Sent", a_mail("copy"), "<copy@example.org>")
    (copy,) = (scene.path / ".Sent" / "cur").iterdir()
    copy.rename(copy.with_name(copy.name.replace(":2,S", ":2,FS")))
    scene.box.keep_copy("Sent", a_mail("copy"), "<copy@example.org>")
    assert scene.count("Sent") == 1


@pytest.mark.parametrize("folder", ["", "..", "../Sent", "a/b", ".Sent"])
def test_a_copy_does_not_leave_the_maildir(scene: MaildirScene, folder: str) -> None:
    with pytest.raises(Refused):
        scene.box.keep_copy(folder, a_mail("copy"), "<copy@example.org>")
