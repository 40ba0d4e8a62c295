"""Mails of several parts: alternatives, pictures, files and their names, mails within mails. Pure."""

from __future__ import annotations

from tests.corpus.making import PDF, PNG, encoded, mail, multipart, nested, part, sample, text

HTML = "<html><body><p>The <b>printer</b> is broken.</p></body></html>"


def of(kind: str, *parts: bytes, extra: str = "", fields: tuple[str, ...] = ()) -> bytes:
    """A mail that is one multipart."""
    content_type, body = multipart(kind, *parts, extra=extra)
    return mail(body, content_type, *fields)


def pdf(disposition: str, kind: str = "application/pdf") -> bytes:
    """A PDF under some Content-Disposition."""
    return encoded(PDF, f"Content-Type: {kind}", disposition)


def named(parameters: str | bytes) -> bytes:
    """A mail with one file whose name stands in these parameters."""
    value = parameters.encode() if isinstance(parameters, str) else parameters
    return of(
        "mixed",
        text("See file."),
        encoded(PDF, "Content-Type: application/pdf", b"Content-Disposition: attachment; " + value),
    )


def file(name: str, kind: str = "application/pdf", size: int = len(PDF), inline: bool = False) -> dict[str, object]:
    """A file as the corpus shows it."""
    return {"name": name, "media_type": kind, "size": size, "inline": inline}


IMAGE = encoded(
    PNG, "Content-Type: image/png; name=a.png", "Content-ID: <a@x>", "Content-Disposition: inline; filename=a.png"
)
INNER = part("Subject: The inner one\nFrom: x@other.example\n\nsecret words\n", "Content-Type: message/rfc822")
ICS = part("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "Content-Type: text/calendar; method=REQUEST; charset=utf-8")

SAMPLES = (
    sample(
        "alternative",
        of("alternative", text("The printer is broken."), text(HTML, "html")),
        text="The printer is broken.",
        markup="The **printer** is broken.",
        files=[],
    ),
    sample(
        "html-only",
        mail(HTML, "Content-Type: text/html; charset=utf-8"),
        text="The printer is broken.",
        reply="The printer is broken.",
        markup="The **printer** is broken.",
    ),
    sample(
        "html-without-a-tag",
        mail("line one\nline two\n", "Content-Type: text/html"),
        text="line one\nline two",
        markup=None,
    ),
    sample("plain-that-is-html", mail(HTML), text="The printer is broken."),
    sample(
        "alternative-with-empty-text", of("alternative", text(" \n"), text(HTML, "html")), text="The printer is broken."
    ),
    sample(
        "alternative-with-wordless-html",
        of("alternative", text("All that I have to say is here."), text('<img src="cid:none">', "html")),
        text="All that I have to say is here.",
        reply="All that I have to say is here.",
        markup=None,
    ),
    sample(
        "alternative-with-stub",
        of(
            "alternative",
            text("Your program cannot show HTML."),
            text("<p>" + "Each word of this counts. " * 20 + "</p>", "html"),
        ),
        text_has=["Each word of this counts."],
    ),
    sample(
        "picture-shown-in-html",
        of("related", text('<p>See</p><img src="cid:a@x">', "html"), IMAGE),
        files=[{"name": "a.png", "media_type": "image/png", "size": 16, "inline": True}],
        markup_has=["a.png"],
    ),
    sample(
        "picture-not-shown",
        of("mixed", text("See"), IMAGE),
        files=[{"name": "a.png", "media_type": "image/png", "size": 16, "inline": False}],
    ),
    sample("text-picture-text", of("mixed", text("above"), IMAGE, text("below")), text="above\n\nbelow"),
    sample(
        "plain-beside-html",
        of("mixed", text("first <words>"), text("<p>second</p>", "html")),
        text="first <words>\n\nsecond",
        markup_has=["first", "second"],
    ),
    sample(
        "attached-mail",
        of("mixed", text("See below."), INNER),
        text="See below.",
        files=[{"name": "The inner one.eml", "media_type": "message/rfc822", "inline": False}],
    ),
    sample(
        "calendar",
        of("alternative", text("Meeting"), text("<p>Meeting</p>", "html"), ICS),
        text="Meeting",
        files=[{"name": "invitation.ics", "media_type": "text/calendar"}],
    ),
    sample(
        "signed-pgp",
        of(
            "signed",
            text("Signed words."),
            part("-----BEGIN PGP SIGNATURE-----\n", "Content-Type: application/pgp-signature"),
            extra="; micalg=pgp-sha256",
        ),
        text="Signed words.",
        files=[{"name": "signature.asc", "media_type": "application/pgp-signature"}],
        defects=["for agents: Signed: the signature “signature.asc” is kept as a file and was not checked."],
    ),
    sample(
        "encrypted-pgp",
        of(
            "encrypted",
            part("Version: 1\n", "Content-Type: application/pgp-encrypted"),
            part("-----BEGIN PGP MESSAGE-----\n", "Content-Type: application/octet-stream; name=encrypted.asc"),
        ),
        text="",
        files=[{"name": "pgp-version.txt"}, {"name": "encrypted.asc"}],
        defects=[
            "for agents: Encrypted: cannot be read here; open the file “encrypted.asc” with the key that it is for."
        ],
    ),
    sample(
        "winmail",
        of("mixed", text("Hi"), encoded(b"\x78\x9f\x3e\x22", "Content-Type: application/ms-tnef")),
        files=[file("winmail.dat", "application/ms-tnef", 4)],
    ),
    sample(
        "nameless-picture",
        of("mixed", text("Hi"), encoded(PNG, "Content-Type: image/jpeg")),
        files=[file("image.jpg", "image/jpeg", 16)],
    ),
    sample(
        "named-text-is-a-file",
        of("mixed", text("Hi"), part("log line\n", "Content-Type: text/plain; name=app.log")),
        text="Hi",
        files=[{"name": "app.log", "media_type": "text/plain"}],
    ),
    sample(
        "only-text-has-a-name",
        mail("All there is.\n", "Content-Type: text/plain; name=body.txt"),
        text="All there is.",
        files=[{"name": "body.txt"}],
    ),
    sample(
        "name-rfc2231", named("filename*=utf-8'de'Gr%C3%BC%C3%9Fe.pdf; filename=Gruesse.pdf"), files=[file("Grüße.pdf")]
    ),
    sample(
        "name-rfc2231-cut",
        named("filename*0*=utf-8''Gr%C3;\n filename*1*=%BC%C3%9Fe;\n filename*2=\".pdf\""),
        files=[file("Grüße.pdf")],
    ),
    sample("name-rfc2231-broken", named('filename*="UTF-8\'Gr%C3%BC%C3%9Fe.pdf"'), files=[file("Grüße.pdf")]),
    sample("name-encoded-word", named('filename="=?utf-8?B?R3LDvMOfZS5wZGY=?="'), files=[file("Grüße.pdf")]),
    sample("name-raw-latin1", named(b'filename="Gr\xfc\xdfe.pdf"'), files=[file("Grüße.pdf")]),
    sample("name-unquoted-with-spaces", named("filename=my printer log.pdf"), files=[file("my printer log.pdf")]),
    sample("name-quote-never-closed", named('filename="log.pdf'), files=[file("log.pdf")]),
    sample("name-is-a-path", named('filename="../../etc/cron.d/job.pdf"'), files=[file("etc_cron.d_job.pdf")]),
    sample("name-is-a-windows-path", named('filename="C:\\Users\\Jo\\log.pdf"'), files=[file("log.pdf")]),
    sample("name-turns-direction", named("filename*=utf-8''%E2%80%AEfdp.exe"), files=[file("fdp.exe")]),
    sample("name-reserved", named("filename=CON.pdf"), files=[file("_CON.pdf")]),
    sample(
        "name-like-our-originals",
        named("filename=mail-0123456789abcdef01234567.eml"),
        files=[file("_mail-0123456789abcdef01234567.eml")],
    ),
    sample(
        "name-twice",
        of(
            "mixed",
            text("Hi"),
            pdf("Content-Disposition: attachment; filename=a.pdf"),
            pdf("Content-Disposition: attachment; filename=A.PDF"),
        ),
        files=[file("a.pdf"), file("A-2.PDF")],
    ),
    sample(
        "alternative-in-mixed",
        of(
            "mixed",
            nested("alternative", text("The printer is broken."), text(HTML, "html")),
            pdf("Content-Disposition: attachment; filename=a.pdf"),
        ),
        text="The printer is broken.",
        files=[file("a.pdf")],
    ),
)
