"""Whatever the bytes are, reading a mail ends, raises nothing and stays within its caps."""

from __future__ import annotations

import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.addresses import read_addresses
from hd_bridge.mail.charset import decode, guess
from hd_bridge.mail.params import read_params
from hd_bridge.mail.parse import parse
from hd_bridge.mail.words import decode_text
from tests.corpus.build import FILES
from tests.corpus.making import encoded, mail, multipart, text

STEADY = settings(derandomize=True, max_examples=120, deadline=None)
SNIPPETS = [
    b"\n", b"\r", b"\0", b"--cut\n", b"--cut--\n", b"=?utf-8?B?", b"?=", b'"', b"<", b"(", b";", b"\xff", b"\x1b$B",
    b"Content-Type: multipart/mixed; boundary=cut\n", b"Content-Type: message/rfc822\n\n", b"Content-Type: text/html\n",
    b"Content-Transfer-Encoding: base64\n", b"filename*0*=x''%", b"charset=utf-16\n", b"From:", b"Date: 1 1 1 1\n",
]  # fmt: skip


@STEADY
@given(st.lists(st.one_of(st.sampled_from(SNIPPETS), st.binary(max_size=12)), max_size=60))
def test_any_bytes_are_read_without_an_error(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    email = parse(raw)
    assert email.size == len(raw)
    assert not [defect for defect in email.defects if defect.startswith("unreadable:")], email.defects


@settings(STEADY, max_examples=250)
@given(st.sampled_from(FILES), st.randoms(use_true_random=False))
def test_a_damaged_mail_is_read_without_an_error(one: tuple[str, object], dice: random.Random) -> None:
    raw = bytearray(next(sample.raw for name, sample in FILES if name == one[0]))
    for _ in range(dice.randint(1, 6)):
        where = dice.randint(0, len(raw))
        raw[where : where + dice.choice((0, 0, 1, 20))] = dice.choice(SNIPPETS)
    email = parse(bytes(raw))
    assert not [defect for defect in email.defects if defect.startswith("unreadable:")], email.defects
    assert email.reply.strip() or not email.text.strip()


@STEADY
@given(
    st.binary(max_size=200),
    st.sampled_from(["utf-8", "utf-16", "utf-7", "hz", "iso-2022-jp", "gb2312", "x", "idna", ""]),
)
def test_any_bytes_are_text_in_any_charset(data: bytes, charset: str) -> None:
    for made in (decode(data, charset), guess(data, charset), decode_text(data, charset)):
        made.encode()


@STEADY
@given(st.text(max_size=60))
def test_text_in_utf8_is_read_as_it_was_written(words: str) -> None:
    assert decode(words.encode(), "utf-8") == words.removeprefix("\ufeff") or "\x1b" in words


# Each of these took a quadratic reader minutes; here they are read at once (the suite's time limit would notice).
CRAFTED = [
    b"=?a?q?" * 43_000, b"=?a?q?x?= " * 26_000, b"(" * 262_144, b"( " * 131_072, b'"\\' * 131_072, b"<" * 262_144,
    b"a@b," * 65_000, b" " * 262_144 + b"x", b"\r\n " * 80_000, b'a; n="' + b'";"' * 80_000, b"a;" + b"x=y;" * 60_000,
    b"<a@b>>>>" * 30_000, b"a;" + b"n*1=x;" * 40_000,
]  # fmt: skip


@pytest.mark.parametrize("raw", CRAFTED, ids=lambda raw: repr(raw[:8]))
def test_crafted_fields_are_read_in_linear_time(raw: bytes) -> None:
    decode_text(raw)
    read_addresses(raw)
    read_params(raw)


HEAVY = {
    "a part's field": b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; a="
    + b'";\\' * 2_000_000
    + b"\n\nx\n--b--\n",
    "padding": b"Content-Transfer-Encoding: base64\n\n" + b"QQ==\n" * 500_000,
    "a report of empty lines": b"From: MAILER-DAEMON@x.example\n\nx" + b"\n" * 300_000 + b"y\n",
    "a wrong boundary": b"Content-Type: multipart/mixed; boundary=b\n\n--" + b" " * 2_000_000 + b"\n",
}


@pytest.mark.parametrize("raw", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_mails_are_read_in_linear_time(raw: bytes) -> None:
    assert parse(raw).size == len(raw)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"From: a@x.example\n" + b"X-A: b\n" * 60_000 + b"\nbody\n", "header"),
        (
            b"From: a@x.example\n"
            + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)),
            "nested",
        ),
        (b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5000, "parts"),
    ],
    ids=["header", "multiparts", "parts"],
)
def test_beyond_a_cap_the_mail_says_so_and_what_can_be_read_is_read(raw: bytes, what: str) -> None:
    email = parse(raw)
    assert any(defect.startswith("over the cap:") and what in defect for defect in email.defects), email.defects
    assert email.sender is not None
    assert email.sender.email == "a@x.example"


def test_mails_within_mails_are_one_file_however_deep() -> None:
    raw = b"From: a@x.example\n" + b"Content-Type: message/rfc822\n\n" * 5000
    email = parse(raw)
    assert [len(one.content) for one in email.attachments] == [4999 * 30]
    assert not [defect for defect in email.defects if not defect.startswith("mail-parser:")]


def test_a_large_file_does_not_need_many_times_its_size() -> None:
    content = random.Random(1).randbytes(6_000_000)
    content_type, body = multipart("mixed", text("hi"), encoded(content, "Content-Type: a/b; name=a.bin"))
    raw = mail(body, content_type).replace(b"\n", b"\r\n")
    del body
    parse(mail("warm up: what is loaded at the first mail is not the mail's"))
    tracemalloc.start()
    email = parse(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert email.attachments[0].content == content
    assert peak < 4 * len(raw)
