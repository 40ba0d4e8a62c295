"""The SMTP outbox on a real Postfix before a real Dovecot: the contract, and what a real relay answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hd_bridge.errors import Closed, NotNow, Refused
from hd_bridge.mail.smtp import SmtpOutbox
from tests.contract.outbox import Accepted, OutboxContract, Post, a_letter
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix

pytestmark = pytest.mark.live


class PostfixPost(Post):
    """Letters go by STARTTLS, and lie in Dovecot in the end."""

    def __init__(self, relay: Postfix, dovecot: Dovecot) -> None:
        self.relay, self.dovecot = relay, dovecot
        self.outbox = self.open()

    def open(self, ca_file: str | None = "", tls: str = "starttls") -> SmtpOutbox:
        trusted = self.relay.ca_file if ca_file == "" else ca_file
        return SmtpOutbox(self.relay.host, self.relay.port, tls=tls, ca_file=trusted, timeout=30)

    def address(self) -> str:
        return self.dovecot.new_account()

    def arrived(self, address: str, expected: int) -> list[bytes]:
        if expected:
            wait_until(lambda: len(self.dovecot.mails_of(address)) >= expected, "letters have not arrived")
        time.sleep(0.2)  # long enough for one too many, which takes Postfix some 20 ms
        return self.dovecot.mails_of(address)


@pytest.fixture
def post(postfix: Postfix, dovecot: Dovecot) -> Iterator[PostfixPost]:
    post = PostfixPost(postfix, dovecot)
    yield post
    assert isinstance(post.outbox, SmtpOutbox)
    post.outbox.close()


class TestPostfixOutbox(OutboxContract):
    """All of the contract."""


def test_the_null_sender_and_the_own_address_travel_in_the_envelope(post: PostfixPost) -> None:
    address = post.address()
    post.outbox.send(a_letter(address, sender=None), Accepted())
    post.outbox.send(a_letter(address, sender="support@example.com"), Accepted())
    paths = [raw.split(b"\n")[0].strip() for raw in post.arrived(address, 2)]
    assert sorted(paths) == [b"Return-Path: <>", b"Return-Path: <support@example.com>"]


def test_a_letter_to_several_reaches_them_all(post: PostfixPost) -> None:
    addresses = [post.address() for _ in range(3)]
    post.outbox.send(a_letter(*addresses), Accepted())
    assert all(len(post.arrived(address, 1)) == 1 for address in addresses)


def test_a_refused_recipient_is_named_and_the_others_get_the_letter(post: PostfixPost) -> None:
    address, accepted = post.address(), Accepted()
    (unreached,) = post.outbox.send(a_letter(address, "refused@example.com", text="for those who are"), accepted)
    assert (unreached.address, accepted.calls) == ("refused@example.com", 1)
    assert "no such person" in unreached.why
    (raw,) = post.arrived(address, 1)
    assert b"for those who are" in raw


def test_nobody_gets_a_letter_that_one_recipient_will_take_later(post: PostfixPost) -> None:
    address, accepted = post.address(), Accepted()
    with pytest.raises(NotNow, match="come back later"):
        post.outbox.send(a_letter(address, "refused@example.com", "later@example.com"), accepted)
    assert accepted.calls == 0
    post.outbox.send(a_letter(address, text="the next letter"), Accepted())
    (raw,) = post.arrived(address, 1)
    assert b"the next letter" in raw


def test_a_recipient_for_later_is_for_later(post: PostfixPost) -> None:
    accepted = Accepted()
    with pytest.raises(NotNow, match="come back later"):
        post.outbox.send(a_letter("later@example.com"), accepted)
    assert accepted.calls == 0


def test_a_letter_over_the_size_that_the_relay_tells_is_refused(post: PostfixPost) -> None:
    letter = replace(a_letter(post.address()), raw=(b"x" * 998 + b"\r\n") * 60_001)
    with pytest.raises(Refused, match="takes letters of up to 60000000"):
        post.outbox.send(letter, Accepted())


def test_an_authority_that_is_not_ours_closes_the_door(post: PostfixPost) -> None:
    with pytest.raises(Closed, match="certificate is not trusted"):
        post.open(ca_file=None).send(a_letter(post.address()), Accepted())


def test_tls_from_the_first_octet_where_there_is_none_closes_the_door(post: PostfixPost) -> None:
    with pytest.raises(Closed, match="check port and tls"):
        post.open(tls="implicit").send(a_letter(post.address()), Accepted())


def test_several_threads_send_at_once(post: PostfixPost) -> None:
    addresses = [post.address() for _ in range(4)]

    def work(address: str) -> None:
        for number in range(3):
            post.outbox.send(a_letter(address, text=f"number {number}"), Accepted())

    threads = [threading.Thread(target=work, args=(address,)) for address in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(post.arrived(address, 3)) == 3 for address in addresses)
