"""Mails whose text is in charsets that are declared wrongly, narrowly or not at all. Pure."""

from __future__ import annotations

from base64 import b64encode

from tests.corpus.making import mail, multipart, part, sample

TWO_KIND, TWO_BODY = multipart(
    "mixed",
    part("один".encode("koi8-r"), "Content-Type: text/plain; charset=koi8-r"),
    part("zwölf".encode("cp1252"), "Content-Type: text/plain; charset=latin1"),
)


def typed(content: bytes, charset: str, *more: str) -> bytes:
    """A mail of one text part in a declared charset."""
    return mail(content + b"\n", f"Content-Type: text/plain; charset={charset}", *more)


SAMPLES = (
    sample(
        "latin1-is-windows",
        typed("Das kostet 5 € – „wirklich“".encode("cp1252"), "iso-8859-1"),
        text="Das kostet 5 € – „wirklich“",
    ),
    sample("latin1-is-utf8", typed("Grüße aus Köln".encode(), "iso-8859-1"), text="Grüße aus Köln"),
    sample("ascii-is-utf8", typed("Grüße aus Köln".encode(), "us-ascii"), text="Grüße aus Köln"),
    sample("utf8-is-latin1", typed("Schöne Grüße, Jörg".encode("cp1252"), "utf-8"), text="Schöne Grüße, Jörg"),
    sample("gb2312-is-gb18030", typed("打印机坏了，請幫忙 €".encode("gb18030"), "gb2312"), text="打印机坏了，請幫忙 €"),
    sample("shift-jis-is-cp932", typed("①番の㈱プリンタ".encode("cp932"), "Shift_JIS"), text="①番の㈱プリンタ"),
    sample(
        "iso-2022-jp-with-vendor-characters",
        typed(b"\x1b$B" + b"-!HV$N" + b"-j" + b"\x1b(B OK", "ISO-2022-JP"),
        text="①番の㈱ OK",
    ),
    sample("iso-2022-jp-undeclared", mail("日本語のメール\n".encode("iso2022_jp")), text="日本語のメール"),
    sample(
        "euc-kr-is-cp949",
        typed("프린터가 고장났어요 똠".encode("cp949"), "ks_c_5601-1987"),
        text="프린터가 고장났어요 똠",
    ),
    sample(
        "koi8-r-declared",
        typed("Не работает принтер".encode("koi8-r"), "koi8-r"),
        text="Не работает принтер",
        language="ru",
    ),
    sample(
        "cyrillic-undeclared",
        mail("Здравствуйте, принтер не работает с утра\n".encode("cp1251")),
        text="Здравствуйте, принтер не работает с утра",
    ),
    sample("utf-7", typed("Grüße".encode("utf-7"), "unicode-1-1-utf-7"), text="Grüße"),
    sample(
        "utf-16-with-mark",
        typed(b64encode("Grüße".encode("utf-16")), "utf-16", "Content-Transfer-Encoding: base64"),
        text="Grüße",
    ),
    sample("thai-windows-874", typed("เครื่องพิมพ์เสีย".encode("cp874"), "windows-874"), text="เครื่องพิมพ์เสีย"),
    sample("charset-invented", typed("Grüße aus Köln".encode(), "x-martian-42"), text="Grüße aus Köln"),
    sample("charset-is-a-codec", typed(b"hello", "idna"), text="hello"),
    sample(
        "utf8-cut-within-a-character",
        typed("Schöne Grüße aus Köln, Jörg".encode() + b"\xc3", "utf-8"),
        text="Schöne Grüße aus Köln, Jörg\ufffd",
    ),
    sample("nul-bytes", mail(b"one\0 two\x07 three\n"), text="one two three"),
    sample(
        "quoted-printable-soft-breaks",
        mail(
            b"Gr=C3=BC=\n=C3=9Fe =\naus K=C3=B6ln =E2=\n",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: Quoted-Printable",
        ),
        text_has=["Grüße aus Köln"],
    ),
    sample(
        "base64-cut-off",
        mail(
            "R3LDvMOfZSBhdXMgS8O2bG4gdW5kIG5vY2ggbQ\n",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ),
        text="Grüße aus Köln und noch m",
    ),
    sample(
        "base64-with-footer-below",
        mail("SGVsbG8gd29ybGQ=\n\n-- \nsent over a list\n", "Content-Transfer-Encoding: base64"),
        text="Hello world",
    ),
    sample(
        "flowed-and-delsp",
        mail("A line that goes \non here.\n> quoted \n> text\n-- \nJo\n", "Content-Type: text/plain; format=flowed"),
        text_has=["A line that goes on here.", "> quoted text"],
    ),
    sample(
        "two-texts-in-two-charsets",
        mail(TWO_BODY, TWO_KIND),
        text="один\n\nzwölf",
    ),
)
