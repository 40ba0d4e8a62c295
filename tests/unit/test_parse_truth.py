"""Mails that are made from what must be read in them: whatever the form, reading gives it back."""

from __future__ import annotations

import base64
import quopri
import random
from base64 import encodebytes
from dataclasses import dataclass, field
from email.header import Header
from hashlib import sha256
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.parse import attachments_of, parse
from tests.fuzz.damage import damaged, seeds
from tests.fuzz.holding import check

STEADY = settings(derandomize=True, max_examples=150, deadline=None)
# Words that a charset can hold, and how it is called in mails.
ALPHABETS = {
    "us-ascii": "abc XYZ 123",
    "utf-8": "añ日本 Ж😀 xyz",
    "iso-8859-1": "café Größe ñ",
    "windows-1251": "Привет мир",
    "koi8-r": "Привет мир",
    "gb2312": "打印机 坏了",
    "big5": "中文 訊息",
    "shift_jis": "日本語 テスト",
    "iso-2022-jp": "日本語 テスト",
    "euc-kr": "한글 문서",
    "utf-7": "café 日本",
    "utf-16": "café 日本",
}
SEEDS = seeds()
CODINGS = ("quoted-printable", "base64", "8bit")
SAFE = st.text("abcdefgh0123456789", min_size=1, max_size=8)


@dataclass(frozen=True)
class Truth:
    """A mail and what is in it."""

    raw: bytes
    texts: list[str]
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    subject: str = ""
    name: str = ""


@st.composite
def words(draw: st.DrawFn, charset: str) -> str:
    """A few words; letters on both sides keep white space in place."""
    letters = ALPHABETS[charset]
    return " ".join("".join(draw(st.text(letters.replace(" ", ""), min_size=2, max_size=8))) for _ in range(3))


@st.composite
def text_part(draw: st.DrawFn, kind: str = "plain") -> tuple[bytes, str]:
    """A text in some charset and encoding."""
    charset = draw(st.sampled_from(sorted(ALPHABETS)))
    said = draw(words(charset))
    shown = f"<p>{said}</p>" if kind == "html" else said
    coding = draw(st.sampled_from(CODINGS)) if charset != "utf-16" else "base64"
    content = shown.encode(charset)
    if coding != "8bit":
        content = base64.encodebytes(content) if coding == "base64" else quopri.encodestring(content)
    quotes = draw(st.sampled_from(['"', ""]))
    head = f"Content-Type: text/{kind}; charset={quotes}{charset}{quotes}\nContent-Transfer-Encoding: {coding}\n\n"
    return head.encode() + content, said


@st.composite
def file_part(draw: st.DrawFn, number: int) -> tuple[bytes, tuple[str, str, bytes]]:
    """A file whose name is written in one of the ways in which programs do."""
    content, stem = draw(st.binary(min_size=1, max_size=80)), draw(st.sampled_from(["log", "Übersicht", "日本 語"]))
    name = f"{stem} {number}.bin"
    ways = {
        "rfc2231": f"filename*=utf-8''{quote(name)}",
        "word": f'filename="{Header(name, "utf-8", maxlinelen=10_000).encode()}"',
        "raw": f'filename="{name}"',
        "pieces": f"filename*0*=utf-8''{quote(name)[:4]};\n filename*1*={quote(name)[4:]}",
    }
    way = draw(st.sampled_from(sorted(ways)))
    head = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {ways[way]}\n"
    coded = base64.encodebytes(content) if draw(st.booleans()) else None
    if coded is None:
        coded, head = quopri.encodestring(content), head + "Content-Transfer-Encoding: quoted-printable\n"
        return (head + "\n").encode() + coded, (name, "application/octet-stream", quopri.decodestring(coded))
    head += "Content-Transfer-Encoding: base64\n"
    return (head + "\n").encode() + coded, (name, "application/octet-stream", content)


def multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    """A multipart with its head."""
    made = b"".join(b"--" + boundary.encode() + b"\n" + one + b"\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode() + made + f"--{boundary}--\n".encode()


@st.composite
def tree(draw: st.DrawFn, depth: int = 0) -> tuple[bytes, list[str], list[tuple[str, str, bytes]]]:
    """A part: its bytes, the texts in it in order, its files."""
    shape = draw(st.sampled_from(["text", "text", "alternative", "mixed"] if depth < 3 else ["text"]))
    if shape == "text":
        raw, said = draw(text_part(draw(st.sampled_from(["plain", "html"]))))
        return raw, [said], []
    boundary = f"{draw(SAFE)}-{depth}"
    if shape == "alternative":
        raw, said = draw(text_part())
        page = f"Content-Type: text/html; charset=utf-8\n\n<p>{said}</p>".encode()
        return multipart("alternative", boundary, [raw, page]), [said], []
    inner = [draw(tree(depth + 1)) for _ in range(draw(st.integers(1, 3)))]
    files = [draw(file_part(10 * depth + number)) for number in range(draw(st.integers(0, 2)))]
    parts = [one[0] for one in inner] + [one[0] for one in files]
    texts = [said for one in inner for said in one[1]]
    return multipart("mixed", boundary, parts), texts, [f for one in inner for f in one[2]] + [f for _, f in files]


@st.composite
def mails(draw: st.DrawFn) -> Truth:
    """A whole mail with LF or CRLF at the ends of its lines."""
    body, texts, files = draw(tree())
    charset = draw(st.sampled_from(["utf-8", "iso-8859-1", "koi8-r", "iso-2022-jp"]))
    subject, name = draw(words(charset)), draw(words(charset))
    head = f"Subject: {Header(subject, charset).encode()}\nFrom: {Header(name, charset).encode()} <jo@x.example>\n"
    raw = head.encode() + body
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    return Truth(raw.replace(b"\n", end), texts, files, subject, name)


@STEADY
@given(mails())
def test_what_was_put_into_a_mail_is_read_in_it(truth: Truth) -> None:
    email = parse(truth.raw)
    assert email.subject == truth.subject
    assert email.sender is not None
    assert (email.sender.name, email.sender.email) == (truth.name, "jo@x.example")
    assert [one for one in email.text.split("\n") if one] == truth.texts
    assert email.reply.strip()
    found = {(one.media_type, one.sha256) for one in email.attachments}
    assert found >= {(kind, sha256(content).hexdigest()) for _, kind, content in truth.files if b"\n" not in content}
    # The same name twice is numbered.
    assert {one.name for one in email.attachments} >= {name for name, _, _ in truth.files}
    assert len(email.attachments) == len(truth.files)
    assert attachments_of(truth.raw) == email.attachments


@STEADY
@given(mails(), st.integers(0, 5000))
def test_a_mail_that_was_cut_off_is_read_as_far_as_it_goes(truth: Truth, where: int) -> None:
    check(truth.raw[: where % (len(truth.raw) + 1)])


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_short_fuzz_run_finds_nothing(dice: random.Random) -> None:
    check(damaged(dice, SEEDS))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_large_file_is_whole_wherever_the_pieces_are_cut(end: str) -> None:
    content = bytes(range(256)) * 4000
    body = encodebytes(content).decode().replace("\n", end)
    head = f"From: a@x.example{end}Content-Type: multipart/mixed; boundary=cut{end}{end}--cut{end}"
    kind = f"Content-Type: application/octet-stream{end}Content-Transfer-Encoding: base64{end}{end}"
    raw = (head + kind + body + f"--cut{end}{kind}" + body[: 2 * (76 + len(end))] + f"--cut--{end}").encode()
    first, second = attachments_of(raw)
    assert first.content == content
    assert second.content == content[: len(second.content)] != b""
    assert attachments_of(bytearray(raw)) == (first, second)
