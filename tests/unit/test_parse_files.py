"""Names, contents and repairs of files that strangers send."""

from __future__ import annotations

import pytest

from hd_bridge.mail.base64 import decode_base64
from hd_bridge.mail.filenames import LONGEST, LONGEST_BYTES, safe_name, unique_name
from hd_bridge.mail.params import read_params
from hd_bridge.mail.parse import parse
from tests.corpus.making import encoded, mail, multipart, part, text


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "etc_passwd"),
        ("/etc/passwd", "etc_passwd"),
        ("C:\\Users\\Jo\\a.pdf", "a.pdf"),
        ("Invoice 1/2.pdf", "Invoice 1_2.pdf"),
        (".htaccess", "htaccess"),
        ("-rf", "rf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ("\u202ecod.exe", "cod.exe"),
        ("a\u200b.pdf", "a.pdf"),
        ("a%20b?.pdf", "a_20b_.pdf"),
        ("nul", "_nul"),
        ("com1.txt", "_com1.txt"),
        ("mail-0123456789abcdef01234567.txt", "_mail-0123456789abcdef01234567.txt"),
        ("...", "image.png"),
        ("", "image.png"),
        (" / ", "image.png"),
        ("trailing. ", "trailing"),
        ("\ud800x.pdf", "x.pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "image/png") == safe


@pytest.mark.parametrize("name", ["a" * 500 + ".pdf", "界" * 500 + ".docx", "a." + "b" * 500, "😀" * 200])
def test_a_long_name_is_cut_and_keeps_its_ending(name: str) -> None:
    safe = safe_name(name, "application/pdf")
    assert 0 < len(safe) <= LONGEST
    assert len(safe.encode()) <= LONGEST_BYTES
    if name.endswith((".pdf", ".docx")):
        assert safe.endswith(name[name.rindex(".") :])
    taken = {safe.casefold()}
    other = unique_name(safe, taken)
    assert other != safe
    assert len(other) <= LONGEST
    assert len(other.encode()) <= LONGEST_BYTES


def test_names_are_unique_whatever_their_capitals() -> None:
    taken: set[str] = set()
    names = [unique_name(name, taken) for name in ("a.pdf", "A.PDF", "a.pdf", "a-2.pdf", "b", "b")]
    assert len({name.casefold() for name in names}) == len(names)
    assert names[0] == "a.pdf"


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "x/y", "message/rfc822", "", "text/calendar"])
def test_a_nameless_file_gets_a_name_by_its_type(kind: str) -> None:
    assert "." in safe_name("", kind)


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        (b'a/b; name="x;y"; size=3', "name", "x;y"),
        (b"a/b; name=two words.pdf; x=y", "name", "two words.pdf"),
        (b'a/b; name="never closed', "name", "never closed"),
        (b'a/b; name="q\\"uote"', "name", 'q"uote'),
        (b"a/b; NAME=x; name=y", "name", "x"),
        (b"a; n*=utf-8''a%C3%BC", "n", "aü"),
        (b"a; n*=utf-8''x; n=y", "n", "x"),
        (b"a; n*1=b; n*0=a; n*9=c", "n", "abc"),
        (b"a; n*=bogus''a%FCb", "n", "aüb"),
        (b"a; n*=no-quotes", "n", "no-quotes"),
        (b"a; n*=it's fine", "n", "it's fine"),
    ],
)
def test_parameters_are_read_though_broken(field: bytes, name: str, value: str) -> None:
    assert read_params(field)[name] == value


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"SGVsbG8=", b"Hello"),
        (b"SGVsbG8", b"Hello"),
        (b"SGVs\r\nbG8=\r\n", b"Hello"),
        (b"SGV*s bG8-=", b"Hello"),
        (b"SGVsbG8=\nd29ybGQ=\n", b"Helloworld"),
        (b"SGVsbG8=\n-- \na footer\n", b"Hello"),
        (b"SGVsbG8gV", b"Hello "),
        (b"A", b""),
        (b"====", b""),
        (b"", b""),
    ],
)
def test_base64_is_decoded_as_far_as_it_goes(data: bytes, content: bytes) -> None:
    assert decode_base64(data) == content


def test_an_attached_mail_in_forbidden_base64_is_still_the_mail() -> None:
    inner = encoded(b"Subject: x\n\nwords\n", "Content-Type: message/rfc822")
    content_type, body = multipart("mixed", text("see"), inner)
    (file,) = parse(mail(body, content_type)).attachments
    assert file.content == b"Subject: x\n\nwords\n"


def test_an_attached_mail_keeps_its_files_and_does_not_leak_into_the_text() -> None:
    kind, inner = multipart(
        "mixed", text("inner words"), encoded(b"data", "Content-Type: a/b; name=i.bin"), boundary="in"
    )
    attached = part(f"Subject: Inside\n{kind}\n\n".encode() + inner, "Content-Type: message/rfc822")
    content_type, body = multipart("mixed", text("outer words"), attached)
    email = parse(mail(body, content_type))
    assert email.text == "outer words"
    assert [one.name for one in email.attachments] == ["Inside.eml"]
    assert [one.name for one in parse(email.attachments[0].content).attachments] == ["i.bin"]


def test_pictures_are_linked_by_content_id_and_by_location() -> None:
    html = '<p>x</p><img src="cid:a%40b"><img src="http://x.example/p.png">'
    parts = (
        text(html, "html"),
        encoded(b"1", "Content-Type: image/png; name=one.png", "Content-ID: <a@b>"),
        encoded(b"2", "Content-Type: image/png; name=two.png", "Content-Location: http://x.example/p.png"),
        encoded(b"3", "Content-Type: image/png; name=three.png", "Content-ID: <c@b>", "Content-Disposition: inline"),
    )
    content_type, body = multipart("related", *parts)
    email = parse(mail(body, content_type))
    assert [(one.name, one.inline) for one in email.attachments] == [
        ("one.png", True),
        ("two.png", True),
        ("three.png", False),
    ]
