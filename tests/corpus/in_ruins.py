"""Mails that are broken in their structure or go beyond what is read. Pure."""

from __future__ import annotations

from tests.corpus.making import mail, multipart, nested, part, sample, text


def nest(depth: int) -> bytes:
    """A multipart within a multipart within … and a text at the bottom."""
    made = text("bottom")
    for level in range(depth):
        made = nested("mixed", made, boundary=f"b{level}")
    return made


def mixed(body: bytes | str, boundary: str = "cut") -> bytes:
    """A mail that says it is a multipart, over a body as given."""
    return mail(body, f'Content-Type: multipart/mixed; boundary="{boundary}"')


SAMPLES = (
    sample("boundary-never-appears", mixed("Just text.\nNo parts.\n"), text="Just text.\nNo parts."),
    sample(
        "boundary-is-another-one",
        mixed(multipart("mixed", text("The text."), part("x\n", "Content-Type: image/png"), boundary="other")[1]),
        text="The text.",
        files=[{"name": "image.png"}],
    ),
    sample("boundary-never-closed", mixed(b"--cut\n" + text("Cut off her")), text="Cut off her"),
    sample("boundary-missing", mail("Some text.\n", "Content-Type: multipart/mixed"), text="Some text."),
    sample("empty", b"", sender=None, text="", held=False, defects_has=["no usable From"]),
    sample("only-a-body", b"\nonly words\n", text="only words", sender=None),
    sample("only-a-header", mail(""), text="", sender="Jo Doe <jo@customer.example>"),
    sample(
        "mbox-line-first",
        b"From jo@customer.example Fri Nov 20 09:15:00 2026\n" + mail("Hi\n"),
        sender="Jo Doe <jo@customer.example>",
        text="Hi",
    ),
    sample(
        "header-and-body-run-together",
        mail("", "this line is no header") + b"words\n",
        sender="Jo Doe <jo@customer.example>",
        text_has=["this line is no header"],
    ),
    sample("carriage-returns-alone", mail("one\ntwo\n").replace(b"\n", b"\r"), subject="A question", text="one\ntwo"),
    sample("content-type-nonsense", mail("words\n", "Content-Type: ;;;=/"), text="words"),
    sample("transfer-encoding-nonsense", mail("words\n", "Content-Transfer-Encoding: 9bit"), text="words"),
    sample(
        "parts-beyond-the-cap",
        mixed(b"".join(b"--cut\n\npart %d\n" % n for n in range(300)) + b"--cut--\n"),
        held=True,
        text_has=["part 0", "part 150"],
        defects_has=["over the cap: more than 200 parts"],
    ),
    sample(
        "depth-beyond-the-cap",
        mail("", frm="jo@customer.example").rstrip(b"\n") + b"\n" + nest(60),
        held=True,
        sender=" <jo@customer.example>",
        defects_has=["over the cap: parts are nested more than 50 deep"],
    ),
    sample(
        "depth-within-the-cap",
        mail("", frm="jo@customer.example").rstrip(b"\n") + b"\n" + nest(40),
        held=False,
        text="bottom",
    ),
)
