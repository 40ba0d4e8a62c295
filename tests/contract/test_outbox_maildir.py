"""The Maildir as an outbox: the contract, and what only files can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hd_bridge.errors import Closed
from hd_bridge.findings import Level
from hd_bridge.mail.maildir import MaildirOutbox
from tests.contract.outbox import Accepted, OutboxContract, Post, a_letter


class MaildirPost(Post):
    """All letters lie in one Maildir, whoever they are for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outbox = MaildirOutbox(path)

    def address(self) -> str:
        return "customer@example.org"

    def arrived(self, address: str, expected: int) -> list[bytes]:
        return [path.read_bytes() for path in (self.path / "new").glob("*")]


@pytest.fixture
def post(tmp_path: Path) -> MaildirPost:
    return MaildirPost(tmp_path / "sent")


class TestMaildirOutbox(OutboxContract):
    """All of the contract."""


@pytest.mark.parametrize("read", [False, True])
def test_the_same_letter_twice_is_one_file(post: MaildirPost, read: bool) -> None:
    letter = a_letter("customer@example.org")
    post.outbox.send(letter, Accepted())
    (path,) = (post.path / "new").iterdir()
    if read:
        path.rename(post.path / "cur" / f"{path.name}:2,FS")
    again = Accepted()
    post.outbox.send(letter, again)
    assert again.calls == 1
    assert len([*(post.path / "new").iterdir(), *(post.path / "cur").iterdir()]) == 1


def test_nothing_stays_behind(post: MaildirPost) -> None:
    for _ in range(2):
        post.outbox.send(a_letter("customer@example.org"), Accepted())
    assert list((post.path / "tmp").iterdir()) == []


def test_letters_are_for_their_owner_only(post: MaildirPost) -> None:
    post.outbox.send(a_letter("customer@example.org"), Accepted())
    assert all((post.path / folder).stat().st_mode & 0o077 == 0 for folder in ("new", "cur", "tmp"))


def test_a_place_that_cannot_be_written_closes_the_door(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    outbox = MaildirOutbox(tmp_path / "file")
    accepted = Accepted()
    with pytest.raises(Closed):
        outbox.send(a_letter("customer@example.org"), accepted)
    assert accepted.calls == 0
    assert outbox.check()[0].level is Level.PROBLEM
