"""What every outbox does, whatever takes the letters: a class of tests that each adapter's tests inherit."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hd_bridge.findings import Level
from hd_bridge.mail.compose import compose_letter
from hd_bridge.ports import Outbox
from hd_bridge.work import Letter


class Post(ABC):
    """An outbox and a look at what has arrived."""

    outbox: Outbox

    @abstractmethod
    def address(self) -> str:
        """A recipient that no other test uses."""

    @abstractmethod
    def arrived(self, address: str, expected: int) -> list[bytes]:
        """What lies there for an address, once ``expected`` letters have come or there was time enough for more."""


def a_letter(*to: str, text: str = "Hello\n.\n..two dots\nFrom here\n", sender: str | None = None) -> Letter:
    """A letter with all that is hard to carry."""
    return compose_letter(
        message_id=f"<{secrets.token_hex(8)}@example.com>",
        from_name="Support",
        from_address="support@example.com",
        to=to,
        subject="Grüße",
        text=text,
        html="<p>Hello</p>",
        in_reply_to=None,
        references=(),
        automatic=sender is None,
        instance="test",
        date=datetime(2026, 1, 1, tzinfo=UTC),
        sender=sender,
    )


class Accepted:
    """Counts its calls, and looks at something when called."""

    def __init__(self, look: Callable[[], object] = lambda: None) -> None:
        self.calls = 0
        self.seen: object = None
        self._look = look

    def __call__(self) -> None:
        self.calls += 1
        self.seen = self._look()


class PowerCut(Exception):
    """What a test raises out of ``accepted``."""


def even(raw: bytes) -> bytes:
    """With one kind of line end: Maildirs keep LF, SMTP carries CRLF."""
    return raw.replace(b"\r\n", b"\n")


class OutboxContract:
    """Inherit and give a fixture ``post``."""

    @pytest.mark.parametrize("sender", [None, "support@example.com"])
    def test_a_letter_arrives_as_it_was_written(self, post: Post, sender: str | None) -> None:
        address = post.address()
        letter = a_letter(address, sender=sender)
        post.outbox.send(letter, Accepted())
        (raw,) = post.arrived(address, 1)
        assert even(raw).endswith(even(letter.raw))

    def test_nothing_has_arrived_when_it_is_accepted(self, post: Post) -> None:
        address = post.address()
        accepted = Accepted(lambda: post.arrived(address, 0))
        post.outbox.send(a_letter(address), accepted)
        assert (accepted.calls, accepted.seen) == (1, [])
        assert len(post.arrived(address, 1)) == 1

    def test_a_journal_that_fails_at_that_moment_stops_the_letter_and_no_other(self, post: Post) -> None:
        address = post.address()

        def cut() -> None:
            raise PowerCut

        with pytest.raises(PowerCut):
            post.outbox.send(a_letter(address, text="lost"), cut)
        post.outbox.send(a_letter(address, text="kept"), Accepted())
        (raw,) = post.arrived(address, 1)
        assert b"kept" in raw

    def test_many_letters_go_one_after_another(self, post: Post) -> None:
        address = post.address()
        for number in range(5):
            post.outbox.send(a_letter(address, text=f"number {number}"), Accepted())
        assert len(post.arrived(address, 5)) == 5

    def test_a_check_finds_nothing_wrong_and_sends_nothing(self, post: Post) -> None:
        address = post.address()
        found = post.outbox.check()
        assert found
        assert all(one.level is Level.OK for one in found), found
        assert post.arrived(address, 0) == []
