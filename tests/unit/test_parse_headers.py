"""Names, addresses and encoded words as people and programs really write them."""

from __future__ import annotations

import pytest

from hd_bridge.mail.addresses import addr_spec, read_addresses
from hd_bridge.mail.headers import message_ids, read_date
from hd_bridge.mail.parse import parse
from hd_bridge.mail.words import decode_text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?q?a_b?=", "a b"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        (b"=?utf-8?q?a?=b", "ab"),
        (b"=?iso-8859-1?Q?really??=", "really?"),
        (b"=?utf-8?B?SGVsbG8", "Hello"),
        (b"=?utf-8*en?q?a?=", "a"),
        (b"=?utf-8?Q?one =?utf-8?Q?_two?=", "one two"),
        (b"=?nonsense?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"1 =? 2", "1 =? 2"),
        (b"=?utf-8?X?a?=", "=?utf-8?X?a?="),
        (b"a\r\n b\n\tc", "a b c"),
        (b"=?utf-8?q?line=0Abreak=00?=", "line break"),
        ("Grüße".encode("cp1252"), "Grüße"),
        ("Привет".encode("koi8-r"), "Привет"),
    ],
)
def test_header_text_is_read(raw: bytes, text: str) -> None:
    assert decode_text(raw, "koi8-r" if "П" in text else None) == text


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"a@x.example", [("", "a@x.example")]),
        (b'"Doe, Jo" <JO@x.example>, b@x.example (Bo)', [("Doe, Jo", "jo@x.example"), ("Bo", "b@x.example")]),
        (b'"say \\"hi\\"" <a@x.example>', [('say "hi"', "a@x.example")]),
        (b"Jo a@x.example", [("Jo", "a@x.example")]),
        (b"a@x.example b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        (b"a@x.example;b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        (b"<<a@x.example>>", [("", "a@x.example")]),
        (b"Jo (the <a@x.example>", [("Jo the", "a@x.example")]),
        (b"<mailto:a@x.example>", [("", "a@x.example")]),
        (b"<@relay1,@relay2:a@x.example>", [("", "a@x.example")]),
        (b'"john doe"@x.example', [("", '"john doe"@x.example')]),
        (b"a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
        (b"'Jo' <a@x.example>", [("Jo", "a@x.example")]),
        (b"a@x.example <a@x.example>", [("", "a@x.example")]),
        (b"Jo [mailto:a@x.example]", [("Jo", "a@x.example")]),
        (b"=?utf-8?B?R3LD?=\n =?utf-8?B?vMOf?= <a@x.example>", [("Grüß", "a@x.example")]),
        (b'"=?utf-8?B?R3LD?= =?utf-8?B?vMOf?=, Jo" <a@x.example>', [("Grüß, Jo", "a@x.example")]),
        (b"=?utf-8?Q?Gr <a@x.example>", [("Gr", "a@x.example")]),
        (b"Friends:;", []),
        (b"<>", []),
        (b"root (Cron)", []),
        (b"a@b@x.example", []),
        (b"a b\x00@x.example", []),
    ],
)
def test_addresses_are_found(raw: bytes, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.email) for one in read_addresses(raw)] == found


def test_a_name_cannot_bring_a_second_address() -> None:
    raw = b'"boss@x.example, " <a@y.example>'
    assert [one.email for one in read_addresses(raw)] == ["a@y.example"]
    worded = b"=?utf-8?Q?boss=40x.example=2C?= <a@y.example>"
    assert [one.email for one in read_addresses(worded)] == ["a@y.example"]


@pytest.mark.parametrize("text", ["", "a", "@", "a@", "@b", "a b@c", "a@b c,d", "a@b\x00", "x" * 400 + "@b"])
def test_what_is_no_address_is_none(text: str) -> None:
    found = addr_spec(text)
    assert found is None or " " not in found


def test_ids_without_brackets_and_with_breaks_in_them_are_read() -> None:
    assert message_ids("<a@x> text <b@\n y>") == ("<a@x>", "<b@y>")
    assert message_ids("a@x, b@y") == ("<a@x>", "<b@y>")
    assert message_ids("<> no id") == ()


def test_an_id_fills_no_more_octets_than_a_line_may_have() -> None:
    """Three octets a character: a thousand of them would be more than PostgreSQL takes into an index."""
    wide = "\u4e00" * 333
    assert message_ids(f"<{wide[:332]}> <{wide}@x> <a@x>") == (f"<{wide[:332]}>", "<a@x>")
    assert message_ids(f"{wide}@x") == ()
    id = parse(f"From: a@x.example\nMessage-ID: <{wide * 3}@x>\n\n".encode()).message_id
    assert id == f"<{wide[:300]}>"


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"Mon, 32 Jan 2024 10:00:00 +0000", b"Fri, 20 Nov 9999 09:15:00 +0000", b"1" * 500]
)
def test_an_impossible_date_is_none(raw: bytes) -> None:
    assert read_date(raw) is None


def test_headers_are_kept_in_order_and_the_first_of_a_name_counts() -> None:
    email = parse(b"From: a@x.example\nX-A: 1\nX-A: 2\nReply-To: B@x.example\n\n")
    assert email.headers == (("From", "a@x.example"), ("X-A", "1"), ("X-A", "2"), ("Reply-To", "B@x.example"))
    assert email.header("x-a") == "1"
    assert [one.email for one in email.reply_to] == ["b@x.example"]


def test_no_return_path_is_not_the_null_return_path() -> None:
    assert parse(b"From: a@x.example\n\n").return_path is None
    assert parse(b"From: a@x.example\nReturn-Path: < >\n\n").return_path == ""
