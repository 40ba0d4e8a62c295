"""Mails to begin with, and how they are damaged: cut up, glued together, with odd pieces put in. Touches the disk."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
LONGEST_SEED = 8 * 1024
# What gives a mail another meaning wherever it lands.
PIECES = (
    b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xff", b"\xc3", b"\xe2\x80", b"\x1b$B", b"\x1b(B", b"\xfe\xff",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\t", b" ", b"=", b"=\n", b"=0D=0A", b"=?utf-8?B?", b"=?utf-8?Q?", b"=?gb2312?b?",
    b"?=", b"?", b'"', b"'", b"<", b">", b"(", b")", b"[", b"]", b";", b":", b",", b"@", b"\\", b"%", b"*", b"--",
    b"--cut\n", b"--cut--\n", b"\n--inner\n", b"From ", b">From ", b"From: ", b"To: a@x.example, ", b"Subject: ",
    b"Date: ", b"Message-ID: <", b"Content-Type: ", b"Content-Type: multipart/mixed; boundary=cut\n\n",
    b"boundary=\"cut\"", b"Content-Type: multipart/alternative; boundary=inner\n\n",
    b"Content-Type: multipart/digest; boundary=cut\n\n", b"Content-Type: message/rfc822\n\n",
    b"Content-Type: text/html\n", b"Content-Type: text/plain; format=flowed\n",
    b"Content-Type: message/delivery-status\n\n", b"Content-Type: multipart/report; report-type=delivery-status;",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Transfer-Encoding: x-uuencode\n", b"Content-Disposition: attachment; filename=", b"filename*0*=x''%",
    b"filename*=utf-8''", b"name=", b"charset=utf-16\n", b"charset=utf-7\n", b"charset=hz\n",
    b"charset=iso-2022-jp\n", b"charset=\"gbk\"\n", b"begin 644 a.txt\n", b"\nend\n", b"`\n", b"cid:", b"<html>",
    b"<div>", b"</div>", b"<p>", b"<blockquote type=cite>", b"<img src=\"cid:a\">", b"<table><tr><td>", b"<pre>",
    b"<!--", b"-->", b"<![CDATA[", b"&#0;", b"&#xD800;", b"> ", b">>> ", b"-- \n",
    b"On Mon, 1 Jan 2024, Jo <jo@x.example> wrote:\n", b"Am 1.1.2024 schrieb Jo:\n", b"-----Original Message-----\n",
    b"From: a\nSent: b\nTo: c\nSubject: d\n", b"Final-Recipient: rfc822; a@x.example\n", b"Action: failed\n",
    b"Status: 5.1.1\n", b"\xe2\x80\xae", b"xn--", b"=?", b"%00", b"\x0c", b"\x0b", b"\x85",
)  # fmt: skip


def seeds() -> list[bytes]:
    """The mails of the corpus that are not large."""
    return [raw for path in sorted(CORPUS.rglob("*.eml")) if len(raw := path.read_bytes()) <= LONGEST_SEED]


def damaged(dice: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One of the mails, after one to eight accidents."""
    made = bytearray(dice.choice(corpus))
    for _ in range(dice.randint(1, 8)):
        _accident(dice, made, corpus)
    return bytes(made)


def _accident(dice: random.Random, made: bytearray, corpus: Sequence[bytes]) -> None:
    here, other = dice.randint(0, len(made)), dice.choice(corpus)
    length = dice.choice((0, 0, 1, 2, 20, 200))
    kind = dice.randrange(7)
    if kind < 3:
        made[here : here + length] = dice.choice(PIECES)
    elif kind == 3:
        made[here : here + length] = dice.randbytes(dice.randint(1, 6))
    elif kind == 4:  # a stretch of another mail
        begin = dice.randint(0, len(other))
        made[here : here + length] = other[begin : begin + dice.choice((10, 100, 1000))]
    elif kind == 5:  # a stretch of its own once more, perhaps often
        made[here:here] = bytes(made[here : here + length]) * dice.choice((1, 1, 2, 50))
    else:
        del made[here : here + length]


def dictionary() -> str:
    """The pieces as libFuzzer takes them."""
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in piece) + '"\n' for piece in PIECES)
