"""Mails whose content is packed, sealed, or shown by its name: TNEF, S/MIME, PGP, pictures, related parts. Pure."""

from __future__ import annotations

import struct

from tests.corpus.in_parts import HTML, IMAGE, file, of
from tests.corpus.making import PDF, PNG, Sample, encoded, mail, nested, part, sample, text

WORDS = "The printer is broken."
MESSAGE, FILE = 1, 2


def piece(level: int, name: int, kind: int, data: bytes) -> bytes:
    """One attribute of a TNEF stream ([MS-OXTNEF] 2.1.3)."""
    return struct.pack("<BHHL", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def packed(*files: tuple[bytes, bytes], body: bytes = b"") -> bytes:
    """A winmail.dat by hand."""
    made = b"\x78\x9f\x3e\x22\x01\x00" + piece(MESSAGE, 0x9006, 8, struct.pack("<L", 0x10000))
    made += piece(MESSAGE, 0x9007, 6, struct.pack("<LL", 1252, 0))
    if body:
        made += piece(MESSAGE, 0x800C, 2, body + b"\0")
    for name, content in files:
        made += piece(FILE, 0x9002, 6, b"\x01\0" + bytes(12))
        made += piece(FILE, 0x8010, 1, name + b"\0") + piece(FILE, 0x800F, 6, content)
    return made


def winmail(content: bytes) -> bytes:
    """It as a part."""
    return encoded(content, "Content-Type: application/ms-tnef; name=winmail.dat")


def sealed(name: str, kind: str, *defects: str, shown: str = "smime.p7m") -> Sample:
    """A mail that is one S/MIME file."""
    return sample(
        name,
        mail("MIAGCSqGSIb3DQEHA6CA\n", f"Content-Type: {kind}; name={shown}", "Content-Transfer-Encoding: base64"),
        text="",
        files=[{"name": shown}],
        defects=[f"for agents: {one}" for one in defects],
    )


def picture(*fields: str) -> bytes:
    """A picture without a Content-ID."""
    return encoded(PNG, *fields)


SIGNATURE = encoded(b"0\x80", "Content-Type: application/pkcs7-signature; name=smime.p7s")
SHOWN = [{"name": "plan.png", "inline": True}]

SAMPLES = (
    sample(
        "tnef-files",
        of("mixed", text(WORDS), winmail(packed((b"scan.pdf", PDF), (b"a b.png", PNG)))),
        text=WORDS,
        files=[file("scan.pdf"), file("a b.png", "image/png", len(PNG))],
        defects=[],
    ),
    sample(
        "tnef-name-in-cp1252",
        of("mixed", text(WORDS), winmail(packed((b"Gr\xfc\xdfe.pdf", PDF)))),
        files=[file("Grüße.pdf")],
    ),
    sample(
        "tnef-text-where-the-mail-has-none",
        of("mixed", text("\n"), winmail(packed((b"scan.pdf", PDF), body=WORDS.encode()))),
        text=WORDS,
        files=[file("scan.pdf")],
    ),
    sample(
        "tnef-alone",
        mail(
            packed((b"scan.pdf", PDF), body=WORDS.encode()),
            "Content-Type: application/ms-tnef",
            "Content-Transfer-Encoding: binary",
        ),
        text=WORDS,
        files=[file("scan.pdf")],
    ),
    sample(
        "tnef-text-beside-the-mails-own",
        of("mixed", text(WORDS), winmail(packed(body=b"Rich text."))),
        text=WORDS,
        files=[],
    ),
    sample(
        "tnef-cut-off",
        of("mixed", text(WORDS), winmail(packed((b"scan.pdf", PDF * 20))[:90])),
        text=WORDS,
    ),
    sample(
        "tnef-that-is-none",
        of("mixed", text(WORDS), winmail(b"no such thing")),
        files=[{"name": "winmail.dat"}],
        defects=["for agents: Files that Outlook packed into “winmail.dat” cannot be read here: it is damaged."],
    ),
    sample(
        "tnef-of-a-thousand-pieces",
        of("mixed", text(WORDS), winmail(packed() + piece(MESSAGE, 0x8005, 3, bytes(2)) * 1200)),
        files=[{"name": "winmail.dat"}],
    ),
    sealed(
        "smime-encrypted",
        "application/pkcs7-mime; smime-type=enveloped-data",
        "Encrypted: cannot be read here; open the file “smime.p7m” with the key that it is for.",
    ),
    sealed(
        "smime-wrapped",
        "application/x-pkcs7-mime; smime-type=signed-data",
        "Signed: the text lies within the signature “smime.p7m”, which cannot be read here; open that file.",
    ),
    sealed(
        "smime-as-any-file",
        "application/octet-stream",
        "Encrypted: cannot be read here; open the file “smime.p7m” with the key that it is for.",
    ),
    sealed(
        "smime-certificates",
        "application/pkcs7-mime; smime-type=certs-only",
        "The file “smime.p7c” brings certificates.",
        shown="smime.p7c",
    ),
    sample(
        "smime-signed",
        of("signed", text(WORDS), SIGNATURE, extra="; micalg=sha-256"),
        text=WORDS,
        files=[{"name": "smime.p7s"}],
        defects=["for agents: Signed: the signature “smime.p7s” is kept as a file and was not checked."],
    ),
    sample(
        "pgp-within-the-text",
        mail("-----BEGIN PGP MESSAGE-----\n\nhQEMA1\n-----END PGP MESSAGE-----\n"),
        text_has=["BEGIN PGP MESSAGE"],
        defects=["for agents: Encrypted: cannot be read here; the text itself is a PGP message."],
    ),
    sample(
        "picture-by-its-name",
        of(
            "related", text('<p>See</p><img src="plan.png">', "html"), picture("Content-Type: image/png; name=plan.png")
        ),
        files=SHOWN,
        markup_has=["plan.png"],
    ),
    sample(
        "picture-by-its-location",
        of(
            "related",
            text('<p>See</p><img src="http://x.example/p/1">', "html"),
            picture("Content-Type: image/png; name=plan.png", "Content-Location: http://x.example/p/1"),
        ),
        files=SHOWN,
        markup_has=["plan.png"],
    ),
    sample(
        "picture-by-an-escaped-id",
        of(
            "related",
            text('<p>See</p><img src="cid:a%20b@x">', "html"),
            picture("Content-Type: image/png; name=plan.png", "Content-ID: <a b@x>"),
        ),
        files=SHOWN,
    ),
    sample(
        "related-picture-first",
        of("related", IMAGE, text('<p>See</p><img src="cid:a@x">', "html")),
        text_has=["See"],
        files=[{"name": "a.png", "inline": True}],
    ),
    sample(
        "related-within-alternative",
        of("alternative", text(WORDS), nested("related", text(HTML + '<img src="cid:a@x">', "html"), IMAGE)),
        text=WORDS,
        files=[{"name": "a.png", "inline": True}],
    ),
    sample(
        "alternative-within-related",
        of("related", nested("alternative", text(WORDS), text(HTML + '<img src="cid:a@x">', "html")), IMAGE),
        text=WORDS,
        files=[{"name": "a.png", "inline": True}],
    ),
    sample(
        "related-with-two-texts",
        of("related", text(WORDS), text("<p>Below it.</p>", "html"), IMAGE),
        text_has=[WORDS, "Below it."],
    ),
    sample(
        "alternative-html-first",
        of("alternative", text(HTML, "html"), text(WORDS)),
        text=WORDS,
        markup="The **printer** is broken.",
    ),
    sample(
        "apple-double",
        of(
            "mixed",
            text(WORDS),
            nested(
                "appledouble",
                encoded(b"\0\x05\x16\x07", "Content-Type: application/applefile; name=scan.pdf"),
                encoded(PDF, "Content-Type: application/pdf; name=scan.pdf"),
            ),
        ),
        files=[{"name": "scan.pdf.rsrc"}, file("scan.pdf")],
    ),
    sample(
        "name-with-a-nul",
        mail(b"x\n", frm=b"Jo\0 Doe <jo@customer.example>"),
        sender="Jo Doe <jo@customer.example>",
    ),
    sample(
        "subject-with-a-nul",
        mail(b"x\n", b"Subject: The\0 printer", b"To: Su\0pport <support@shop.example>"),
        to=["support@shop.example"],
    ),
    sample(
        "attached-mail-that-cannot-be-rewritten",
        of(
            "mixed",
            text(WORDS),
            part(
                b"From: x@other.example\nSubject: Inner \xff\xfe\nContent-Type: multipart/mixed; boundary\n"
                b"Content-Transfer-Encoding: =?utf-8?B?-c|\x80\n\n--inside\nwords\n",
                "Content-Type: message/rfc822",
            ),
        ),
        text=WORDS,
        files=[{"media_type": "message/rfc822", "inline": False}],
    ),
    sample(
        "type-that-swallows-the-next-field",
        mail(
            b"--outer\n\nWhy did this come back?\n--outer--\n",
            'Content-Type: multipart/mixed;Content-Type: message/rfc822\n boundary="outer"',
        ),
        text_has=["Why did this come back?"],
    ),
    sample(
        "encoding-over-two-fields",
        mail(
            b"llo,\nthe printer is broken.\n",
            b"Subject: \xff =?utf-8?Q?St\xf6rung?=",
            b"Content-Transfer-Encoding: he\n",
        ),
        text_has=["the printer is broken."],
    ),
    sample(
        "richtext",
        mail("<bold>Hello</bold>,<nl>it is 1 <lt> 2.\n", "Content-Type: text/richtext"),
        text="Hello,\nit is 1 < 2.",
    ),
    sample(
        "enriched-with-colours",
        mail("<color><param>red</param>Hello</color>\nagain,\n\n1 << 2\n", "Content-Type: text/enriched"),
        text="Hello again,\n1 < 2",
    ),
)
