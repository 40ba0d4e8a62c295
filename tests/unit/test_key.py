"""One mail has one key, however it came; another mail has another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.key import HEADER_CAP, read_header, receipt_key

MAIL = b"Message-ID: <a@b>\nFrom: Jo\n <jo@x.example>\nSubject: one\n two\nDate: Fri\nTo: s@x.example\n\nhello\nworld\n"
BOX = "support@shop.example"


def key(raw: bytes, box: str = BOX) -> str:
    return receipt_key(box, raw)[1]


@pytest.mark.parametrize(
    "same",
    [
        MAIL.replace(b"\n", b"\r\n"),
        MAIL.replace(b"\n", b"\r"),
        MAIL + b"\n\n",
        MAIL + b"\r\n",
        b"Received: by mx\n" + MAIL,
        b"Delivered-To: s@x.example\nDKIM-Signature: v=1\nARC-Seal: i=1\nX-Spam: no\n" + MAIL,
        MAIL.replace(b"Jo\n <", b"Jo <"),
        MAIL.replace(b"one\n two", b"one\n\ttwo"),
        b"From jo@x.example Fri Nov 20 09:15:00 2026\n" + MAIL,
        MAIL.replace(b"From:", b"FROM :"),
    ],
)
def test_the_way_of_a_mail_does_not_change_its_key(same: bytes) -> None:
    assert key(same) == key(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"hello", b"Hello"),
        MAIL.replace(b"hello\nworld", b"hello\n\nworld"),
        MAIL.replace(b"<a@b>", b"<a@c>"),
        MAIL.replace(b"jo@", b"bo@"),
        MAIL.replace(b"one", b"on"),
        MAIL.replace(b"Fri", b"Sat"),
        MAIL.replace(b"Message-ID: <a@b>\n", b""),
        MAIL.replace(b"Subject: one\n two", b"Subject: oneF\n two"),
    ],
)
def test_any_word_of_a_mail_changes_its_key(other: bytes) -> None:
    assert key(other) != key(MAIL)


def test_the_key_begins_the_whole_and_the_content_is_the_same_in_every_mailbox() -> None:
    here, there = receipt_key(BOX, MAIL), receipt_key("sales@shop.example", MAIL)
    assert here[1].startswith(here[0])
    assert len(here[0]) == 24
    assert here[1] != there[1]
    assert here[2] == there[2]


def test_a_mailbox_is_the_same_in_capitals() -> None:
    assert key(MAIL, "Support@Shop.Example") == key(MAIL)


def test_words_moved_over_a_border_make_another_mail() -> None:
    assert key(b"Subject: ab\nDate: c\n\n") != key(b"Subject: a\nDate: bc\n\n")
    assert key(b"From: a\n\nb") != key(b"Subject: a\n\nb")


def test_without_an_empty_line_all_that_is_no_header_is_body() -> None:
    assert key(b"garbage one") != key(b"garbage two")
    assert key(b"To: x\ngarbage one") != key(b"To: x\ngarbage two")


def test_nothing_beyond_the_header_cap_goes_unhashed() -> None:
    header = b"To: x\n" * (HEADER_CAP // 4)
    assert read_header(header)[2]
    assert key(header + b"Cc: y\n") != key(header + b"Cc: z\n")
    assert key(header) == key(header.replace(b"\n", b"\r\n"))


def test_line_ends_are_evened_across_the_pieces_of_a_large_mail() -> None:
    for shift in range(3):
        body = b"x" * (1024 * 1024 - shift) + b"\nmore\n" * 300_000
        large = b"Subject: a\n\n" + body
        assert key(large) == key(large.replace(b"\n", b"\r\n"))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_two_bodies_have_one_key_only_if_they_differ_in_line_ends(one: bytes, two: bytes) -> None:
    def even(body: bytes) -> bytes:
        return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"\x80").rstrip(b"\n")

    assert (key(b"\n" + one) == key(b"\n" + two)) == (even(one) == even(two))
