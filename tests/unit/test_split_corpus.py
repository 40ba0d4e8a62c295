"""Replies as mail programs write them in some twenty languages; each file shows its mail with the cut in place.

What stands above ``=====`` is the reply; a file without it must be kept whole. In ``.html`` files, and in ``.mail``
files where answers stand below or within a quote, the reply as plain text stands above it and the whole mail below.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hd_bridge.mail.body import html_reply_markup
from hd_bridge.mail.split import split_reply

CASES = Path(__file__).resolve().parents[1] / "corpus" / "replies"
MARKER = "## Please write above this line ##"
CUT = "=====\n"


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_plain_reply_is_parted_from_its_quote(path: Path) -> None:
    reply, cut, quoted = path.read_text("utf-8").partition(CUT)
    got = split_reply(reply + ("\n" + quoted if cut else ""), markers=(MARKER,))
    # A signature goes to the quoted part, so the files may show it above the cut.
    signature = reply.find("\n-- \n") if cut else -1
    assert got[0] == reply[: signature if signature >= 0 else None].strip("\n")
    assert bool(got[1]) == bool(cut)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.mail")), ids=lambda path: path.stem)
def test_answers_below_and_within_a_quote_are_the_reply(path: Path) -> None:
    reply, _, whole = path.read_text("utf-8").partition(CUT)
    assert split_reply(whole, markers=(MARKER,))[0] == reply.strip("\n")


@pytest.mark.parametrize("path", sorted(CASES.glob("*.html")), ids=lambda path: path.stem)
def test_an_html_reply_is_parted_from_its_quote(path: Path) -> None:
    reply, _, html = path.read_text("utf-8").partition(CUT)
    markup, text = html_reply_markup(html, {}, markers=(MARKER,))
    assert text == reply.strip("\n")
    assert markup
