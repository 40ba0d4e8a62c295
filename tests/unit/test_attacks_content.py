"""Attacks by what a mail holds: names, subjects, files, HTML and markup that want to do something, one row each."""

from __future__ import annotations

import re
import time
from email import message_from_bytes
from pathlib import Path

import pytest

from hd_bridge.model import Verdict
from hd_bridge.work import State
from tests.unit.attacks import EVE, Attack, Scene, evil, scene


def html(body: str) -> bytes:
    """A mail of HTML alone."""
    return evil(body).replace(b"Content-Type: text/plain", b"Content-Type: text/html", 1)


def multipart(*parts: str, kind: str = "mixed") -> bytes:
    """A mail of several parts, each with its own header."""
    raw = evil("").replace(b"text/plain; charset=utf-8", f'multipart/{kind}; boundary="b"'.encode(), 1)
    return raw + "".join(f"\r\n--b\r\n{part}\r\n" for part in parts).encode() + b"--b--\r\n"


def with_file(name: str) -> bytes:
    """A mail with a small file of this name."""
    return multipart(
        "Content-Type: text/plain\r\n\r\nsee the file",
        f'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx',
    )


def nested(depth: int) -> bytes:
    """Parts in parts, far too deep."""
    raw = evil("").replace(b"text/plain; charset=utf-8", b'multipart/mixed; boundary="b0"', 1)
    for level in range(depth):
        raw += f'\r\n--b{level}\r\nContent-Type: multipart/mixed; boundary="b{level + 1}"\r\n'.encode()
    return raw + f"\r\n--b{depth}\r\nContent-Type: text/plain\r\n\r\ninnermost\r\n".encode()


ODD: dict[str, Attack] = {
    "a Bcc smuggled into the name": lambda s: evil(sender=f'"Eve\\r\\nBcc: all@example.com" <{EVE}>'),
    "a header smuggled into the name by an encoded word": lambda s: evil(
        sender=f"=?utf-8?q?Eve=0D=0ABcc:_all=40example.com?= <{EVE}>"
    ),
    "a header smuggled into the subject": lambda s: evil(subject="=?utf-8?q?Hi=0D=0ABcc:_all=40example.com?="),
    "a subject with a line separator": lambda s: evil(subject="=?utf-8?q?Hi=E2=80=A8Bcc:_all=40example.com?="),
    "a Message-ID with a header in it": lambda s: evil(id="<a@b.example>\r\n\tBcc: all@example.com"),
    "References with a header in them": lambda s: evil(References="<a@b>\r\n Bcc: all@example.com"),
    "an address with a header in it": lambda s: evil(sender="<eve@evil.example\r\n Bcc: all@example.com>"),
    "two subjects": lambda s: evil().replace(b"Subject: Hello", b"Subject: Hello\r\nSubject: [support #1]", 1),
    "a template in the subject": lambda s: evil(subject="{{ 7*7 }} {% include 'x' %} ${7*7}"),
    "a template in the name": lambda s: evil(sender=f'"{{{{ config }}}}" <{EVE}>'),
    "a subject of ten thousand signs": lambda s: evil(subject="A" * 10_000),
    "a name that turns its direction": lambda s: evil(sender=f"=?utf-8?q?=E2=80=AEevE?= <{EVE}>"),
    "a thousand recipients": lambda s: evil(Cc=", ".join(f"x{i}@evil.example" for i in range(1000))),
    "ten thousand ids": lambda s: evil(References=" ".join(f"<{i}@evil.example>" for i in range(10_000))),
    "a thousand marks": lambda s: evil(
        "\n".join(f"ref:{'a' * 28}{i:04d}".translate({48: "a", 49: "b", 56: "c", 57: "d"}) for i in range(1000))
    ),
}


@pytest.mark.parametrize("attack", ODD)
def test_an_odd_header_goes_nowhere(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    begun = time.monotonic()
    summary = place.send(ODD[attack](place))
    assert time.monotonic() - begun < 10
    assert summary.verdict in (Verdict.NEW, Verdict.HOLD)
    for letter in place.home.outbox.letters[2:]:
        read = message_from_bytes(letter.raw)
        assert (read["Bcc"], letter.to) == (None, (EVE,))
        assert "all@example.com" not in str(read["To"]) and len(read.get_all("Subject", [])) == 1
        assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", letter.text + letter.subject)
        assert "49" not in letter.subject
    if summary.verdict == Verdict.NEW:
        ticket = place.ticket(3)
        assert len(ticket.subject) <= 255 and "\n" not in ticket.subject
    assert len(place.ticket(1).notes) == 0
    place.home.close()


NAMES = {
    "a path upwards": "../../../etc/passwd",
    "a path of Windows": "..\\\\..\\\\evil.exe",
    "a right-to-left override": "=?utf-8?q?invoice=E2=80=AEfdp.exe?=",
    "a NUL": "a=00b.pdf",
    "a line break": "=?utf-8?q?a=0D=0Ab.pdf?=",
    "a dot alone": "..",
    "an endless name": "a" * 5000 + ".pdf",
    "the name of an original": f"mail-{'0' * 24}.eml",
    "a quote": 'a\\"b.pdf',
}


@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_leads_nowhere(tmp_path: Path, name: str) -> None:
    place = scene(tmp_path)
    summary = place.send(with_file(NAMES[name]))
    assert summary.verdict == Verdict.NEW
    (file,) = [one for one in place.ticket(3).files if one.name != f"mail-{summary.key}.eml"]
    assert re.fullmatch(r"[^\x00-\x1f/\\\u202a-\u202e\u2066-\u2069]{1,255}", file.name)
    assert file.name.strip(". ") and not re.fullmatch(r"mail-[0-9a-f]{24}\.(eml|txt)", file.name)
    place.home.close()


SHOWN = {
    "a script": "<script>alert(1)</script><p>hello there</p>",
    "a script in an event": "<p onclick='alert(1)'>hello there</p><img src=x onerror=alert(1)>",
    "a form": "<form action='https://evil.example'><input name=password><button>Log in</button></form>hello there",
    "a tracking pixel": "<img src='https://evil.example/p.gif?id=1' width=1 height=1>hello there",
    "a style from outside": "<link rel=stylesheet href='//evil.example/x.css'><style>@import 'x'</style>hello there",
    "a frame": "<iframe src='https://evil.example'></iframe><object data='x'></object>hello there",
    "a javascript link": "<a href='javascript:alert(1)'>hello there</a>",
    "a javascript link with a tab": "<a href='java&#9;script:alert(1)'>hello there</a>",
    "a data link": "<a href='data:text/html,<script>alert(1)</script>'>hello there</a>",
    "a link that says another": "<a href='https://evil.example/'>https://example.com/login</a> hello there",
    "a base for all links": "<base href='https://evil.example/'><a href='login'>hello there</a>",
    "a refresh": "<meta http-equiv=refresh content='0;url=https://evil.example'>hello there",
    "an SVG": "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>hello there",
}


@pytest.mark.parametrize("attack", SHOWN)
def test_html_arrives_as_words_on_ticket_and_page(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    summary = place.send(html(SHOWN[attack]))
    assert summary.verdict == Verdict.NEW
    text = place.ticket(3).description
    assert "hello there" in text
    lower = text.lower()
    for live in (
        "<script",
        "javascript:",
        "data:text",
        "<form",
        "<img",
        "<iframe",
        "!https://evil",
        "onclick",
        "@import",
    ):
        assert live not in lower, live
    assert (
        '":https://evil.example/' not in text.replace("evil.example/ ", "") or "https://example.com/login" not in text
    )
    pages = b"".join(place.home.publisher.files.values()).lower()
    for dead in (b"<script", b"javascript:", b'src="https://evil', b"onerror=", b"<form", b"<iframe"):
        assert dead not in pages, dead
    letter = place.home.outbox.letters[-1]
    assert b"evil.example/p.gif" not in letter.raw and b"<script" not in letter.raw.lower()
    place.home.close()


MARKUP = {
    "a macro": ("{{include(Secret)}}", "{{include"),
    "a collapsed macro": ("{{collapse(x)\nhidden\n}}", "{{collapse"),
    "a ticket link": ("see #1 and #note-3", " #1"),
    "a revision": ("r45 and commit:abc123", "commit:abc"),
    "a mention": ("@ana please", " @ana"),
    "a wiki page": ("[[Secret]]", "[[Secret"),
    "an image from outside": ("!https://evil.example/p.png!", "!https://evil"),
    "a raw block": ("<pre>\n</pre><notextile><script>alert(1)</script></notextile>", "<script"),
    "an attachment link": ("attachment:passwd", "attachment:passwd"),
    "a user link": ("user:ana", "user:ana"),
}


@pytest.mark.parametrize("attack", MARKUP)
@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_the_trackers_own_signs_are_dead(tmp_path: Path, attack: str, markup: str) -> None:
    place = scene(tmp_path, markup=markup)
    words, live = MARKUP[attack]
    place.send(evil(words))
    written = " " + place.ticket(3).description.partition("\n\n")[2]
    assert live not in written.replace("\\" + live.strip(), "")  # a backslash before it takes its meaning
    place.home.close()


BOMBS: dict[str, Attack] = {
    "parts in parts": lambda s: nested(2000),
    "ten thousand parts": lambda s: multipart(*["Content-Type: text/plain\r\n\r\nx"] * 10_000),
    "an endless header": lambda s: evil(X_Long="a " * 300_000),
    "tags in tags": lambda s: html("<div>" * 50_000 + "hello"),
    "quotes in quotes": lambda s: html("<blockquote>" * 50_000 + "hello"),
    "brackets in brackets": lambda s: evil("[" * 100_000),
    "a comment in comments": lambda s: evil(sender="(" * 50_000 + f"<{EVE}>"),
    "backticks": lambda s: evil("`" * 50_000 + "\n" + "~" * 50_000),
    "a boundary that never comes": lambda s: evil("x" * 1000).replace(
        b"text/plain", b'multipart/mixed; boundary="z"', 1
    ),
}


@pytest.mark.parametrize("attack", BOMBS)
def test_a_bomb_is_a_ticket_or_waits_for_a_person_and_the_next_mail_goes_on(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    begun = time.monotonic()
    summary = place.send(BOMBS[attack](place))
    assert time.monotonic() - begun < 30
    assert summary.verdict in (Verdict.NEW, Verdict.HOLD) and summary.why
    after = place.send(evil("the next one", id="<next@evil.example>"))
    assert after.verdict == Verdict.NEW
    known = place.home.house.journal
    assert not known.steps(conversation=None, states=(State.HELD,), limit=9)
    place.home.close()


OWN: dict[str, Attack] = {
    "our loop mark, made up": lambda s: evil(X_HD_Bridge_Loop="another-instance"),
    "our loop mark in an encoded word": lambda s: evil(X_HD_Bridge_Loop="=?utf-8?q?another=2Dinstance?="),
    "the tracker's header, made up": lambda s: evil(X_Redmine_Host="evil"),
    "Auto-Submitted in an encoded word": lambda s: evil(Auto_Submitted="=?utf-8?q?auto-replied?="),
    "our address as sender": lambda s: evil(sender="Support <support@example.com>"),
    "a signed address of ours as sender": lambda s: evil(sender=s.reply_address()),
    "an empty sender": lambda s: evil(sender="<>"),
    "a noreply sender": lambda s: evil(sender="noreply@evil.example"),
    "a sender of another mailbox server's daemon": lambda s: evil(sender="MAILER-DAEMON@evil.example"),
}


@pytest.mark.parametrize("attack", OWN)
def test_what_pretends_to_be_a_machine_or_one_of_us_is_not_answered(tmp_path: Path, attack: str) -> None:
    place = scene(tmp_path)
    place.send(OWN[attack](place))
    assert len(place.home.outbox.letters) == 2
    place.home.close()


def test_a_letter_to_a_stranger_shows_nothing_of_another_ticket(tmp_path: Path) -> None:
    place: Scene = scene(tmp_path)
    place.send(evil(subject="[support #1] Printer"))
    letter = place.home.outbox.letters[-1]
    assert letter.to == (EVE,) and "#1]" not in letter.text.replace("[support #1] Printer", "")
    assert place.talk.id not in letter.raw.decode("ascii")
    place.home.close()
