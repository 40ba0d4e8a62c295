"""Mails whose header something on the way has damaged, and bodies that are not encoded as they say. Pure."""

from __future__ import annotations

import base64
from binascii import b2a_uu

from tests.corpus.in_parts import file, of, pdf
from tests.corpus.making import PDF, Sample, encoded, mail, multipart, nested, part, sample, text

WORDS = "The printer is broken."
LINE = b">From jo@customer.example Mon Nov 23 10:00:00 2026\n"
FORKED = nested(
    "appledouble",
    encoded(b"\0\5\x16\x07fork", "Content-Type: application/applefile; name=a.pdf"),
    encoded(PDF, "Content-Type: application/pdf; name=a.pdf", "Content-Disposition: attachment; filename=a.pdf"),
)


def plain(*above: bytes) -> bytes:
    """A mail with these lines at the head of its header."""
    return b"".join(above) + mail(WORDS)


def within(*lines: bytes) -> bytes:
    """A mail with these lines after its second field."""
    first, second, rest = mail(WORDS).split(b"\n", 2)
    return b"\n".join((first, second, *lines, rest))


def read(name: str, raw: bytes, **more: object) -> Sample:
    """A mail that is read as if nothing had happened to it."""
    whole = {"sender": "Jo Doe <jo@customer.example>", "subject": "A question", "text": WORDS, "held": False}
    return sample(name, raw, **{**whole, **more})


def typed(value: str, body: bytes | str = WORDS, *more: str) -> bytes:
    """A mail with this Content-Type."""
    return mail(body, f"Content-Type: {value}", *more)


def coded(value: str, body: bytes) -> bytes:
    """A mail with this Content-Transfer-Encoding, in windows-1252."""
    return typed("text/plain; charset=iso-8859-1", body, f"Content-Transfer-Encoding: {value}")


def uuencoded(name: str, content: bytes, end: bytes = b"`\nend\n") -> bytes:
    """A file as it stands in a text."""
    lines = b"".join(b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45))
    return b"begin 644 " + name.encode() + b"\n" + lines + end


TYPE, MIXED = multipart("mixed", text(WORDS), pdf("Content-Disposition: attachment; filename=a.pdf"))
A_PDF = [file("a.pdf")]
LOG = b"paper jam in tray 2\n" * 5

SAMPLES = (
    read("mbox-line-quoted-first", plain(LINE)),
    read("mbox-lines-twice", plain(LINE[1:], LINE)),
    read("mbox-line-within", within(LINE.rstrip())),
    read("empty-lines-first", plain(b"\r\n\n\n")),
    read("byte-order-mark-first", plain(b"\xef\xbb\xbf")),
    read("space-before-the-colon", mail(WORDS).replace(b"Subject:", b"Subject :").replace(b"To:", b"To\t:")),
    read("fold-without-a-space", within(b"Received: from a.example by b.example", b"with SMTP id 12; yesterday")),
    read("name-of-a-field-in-latin1", within(b"X-Pr\xfcfung: bestanden")),
    read("field-without-a-name", within(b": nothing")),
    read("line-ends-translated-twice", mail(WORDS).replace(b"\n", b"\r\r\n")),
    read(
        "boundary-on-a-line-of-its-own",
        mail(MIXED, "Content-Type: multipart/mixed;\nboundary=cut"),
        files=A_PDF,
    ),
    read("line-of-the-body-with-a-colon", mail(b"Re: this\n" + WORDS.encode()), text=f"Re: this\n{WORDS}"),
    read("content-type-lost", mail(MIXED), files=A_PDF),
    read("content-type-lost-and-only-dashes", mail("--\nJo"), text="--\nJo"),
    read("boundary-in-single-quotes", mail(MIXED, "Content-Type: multipart/mixed; boundary='cut'"), files=A_PDF),
    read("boundary-not-said", mail(MIXED, "Content-Type: multipart/mixed"), files=A_PDF),
    read(
        "boundary-not-said-and-no-types",
        mail(b"--cut\n\nThe printer is broken.\n--cut--\n", "Content-Type: multipart/mixed"),
    ),
    read("boundary-with-a-space-at-its-end", mail(MIXED.replace(b"--cut\n", b"--cut  \n"), TYPE), files=A_PDF),
    read("boundary-in-pieces", mail(MIXED, "Content-Type: multipart/mixed; boundary*0=cu; boundary*1=t"), files=A_PDF),
    read(
        "boundary-with-spaces",
        mail(MIXED.replace(b"--cut", b"--c u t"), "Content-Type: multipart/mixed; boundary=c u t"),
        files=A_PDF,
    ),
    read("text-above-and-below-the-parts", mail(b"Not shown.\n" + MIXED + b"Nor this.\n", TYPE), files=A_PDF),
    read(
        "multipart-in-base64", mail(base64.encodebytes(MIXED), TYPE, "Content-Transfer-Encoding: base64"), files=A_PDF
    ),
    read("multipart-that-says-base64", mail(MIXED, TYPE, "Content-Transfer-Encoding: base64"), files=A_PDF),
    read("type-without-subtype", typed("text")),
    read("type-with-empty-subtype", typed("text/; charset=iso-8859-1", b"Toner: caf\xe9"), text="Toner: café"),
    read("type-turned-round", typed("plain/text; charset=iso-8859-1", b"Toner: caf\xe9"), text="Toner: café"),
    read("type-without-semicolon", typed("text/plain charset=iso-8859-1", b"Toner: caf\xe9"), text="Toner: café"),
    read("type-twice", typed("text/html; charset=utf-8", "<p>Toner</p>", "Content-Type: text/plain"), text="Toner"),
    read("charset-in-single-quotes", typed("text/plain; charset='iso-8859-2'", b"\xbblu\xbb"), text="ťluť"),
    read("charset-in-quotes-twice", typed('text/plain; charset=""iso-8859-2""', b"\xbblu\xbb"), text="ťluť"),
    read("charset-with-spaces", typed('text/plain; charset = "iso-8859-2"', b"\xbblu\xbb"), text="ťluť"),
    read("charset-extended", typed("text/plain; charset*=us-ascii'en'iso-8859-2", b"\xbblu\xbb"), text="ťluť"),
    read("enriched-text", typed("text/enriched"), files=[]),
    read("markdown", typed("text/markdown; charset=utf-8"), files=[]),
    read("encoding-with-semicolon", coded("8bit;", b"Toner: caf\xe9"), text="Toner: café"),
    read("encoding-in-quotes", coded('"quoted-printable"', b"Toner: caf=E9"), text="Toner: café"),
    read("encoding-with-comment", coded("(see) quoted-printable (there)", b"Toner: caf=E9"), text="Toner: café"),
    read("encoding-with-semicolon-quoted", coded("Quoted-Printable;", b"Toner: caf=E9"), text="Toner: café"),
    read("encoding-with-space-inside", coded("base 64", b"VG9uZXI="), text="Toner"),
    read("base64-that-is-plain-text", coded("base64", WORDS.encode())),
    read("base64-on-one-line-each", coded("base64", b"\n".join([b"VG9u", b"ZXIh"])), text="Toner!"),
    read("base64-with-dirt", coded("base64", b"VG9u-\n!ZXIh\n"), text="Toner!"),
    read(
        "quoted-printable-broken", coded("quoted-printable", b"a =\n b =zz = c=E9=20\nd=3D"), text="a  b =zz = cé \nd="
    ),
    read(
        "uuencoded-file",
        mail(WORDS.encode() + b"\n\n" + uuencoded("log.txt", LOG) + b"\nBye\n"),
        text=f"{WORDS}\n\n\nBye",
        files=[file("log.txt", "application/octet-stream", len(LOG))],
    ),
    read(
        "uuencoded-files",
        mail(WORDS.encode() + b"\n" + uuencoded("a b.txt", LOG) + b"and\n" + uuencoded("c.txt", PDF)),
        text=f"{WORDS}\nand",
        files=[file("a b.txt", "application/octet-stream", len(LOG)), file("c.txt", "application/octet-stream")],
    ),
    read(
        "words-like-a-uuencoded-file",
        mail(WORDS + "\nbegin 644 of it\nand end\n"),
        text=f"{WORDS}\nbegin 644 of it\nand end",
    ),
    read(
        "uuencoded-file-not-ended",
        mail(WORDS.encode() + b"\n" + uuencoded("a.txt", LOG, b"")),
        files=[file("a.txt", "application/octet-stream", len(LOG))],
    ),
    read(
        "uuencoded-part",
        of(
            "mixed",
            text(WORDS),
            part(uuencoded("x", LOG), "Content-Type: a/b; name=log.txt", "Content-Transfer-Encoding: x-uuencode"),
        ),
        files=[file("log.txt", "a/b", len(LOG))],
    ),
    read(
        "macintosh-file",
        of("mixed", text(WORDS), FORKED),
        files=[file("a.pdf.rsrc", "application/applefile", 8), file("a.pdf")],
    ),
)
