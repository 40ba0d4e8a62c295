"""Strangers' text made fit for letters: lines, names, excerpts, quotes, wrapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hd_bridge.render_text import WIDTH, excerpt, many_lines, one_line, person, quote, unwrap, wrap

PARAGRAPH = "The quick brown fox jumps over the lazy dog while nobody is looking at the other side of the fence."


@given(st.text())
def test_one_line_is_one_line_whatever_comes_in(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not any(c in line for c in "\r\n\0\x1b\u2028\u202e\u200b")


@given(st.text())
def test_many_lines_keeps_lines_and_drops_what_terminals_obey(text: str) -> None:
    kept = many_lines(text)
    assert not any(c in kept for c in "\r\0\x1b\x07\x9b")
    assert many_lines(kept) == kept


@pytest.mark.parametrize("name", ["Maria Oliveira", "O’Brien", "Jean-Luc d'Arc", "山田 太郎", "Dr. h.c. Müller"])
def test_peoples_names_are_kept(name: str) -> None:
    assert person(name) == name


@pytest.mark.parametrize("name", ["www.evil.example", "http://x", "a@b.example", "<b>x</b>", "{{ x }}", "x" * 61])
def test_what_is_no_name_is_not_used_as_one(name: str) -> None:
    assert person(name) == ""


def test_a_short_mail_is_quoted_whole_and_a_long_one_in_part() -> None:
    assert excerpt("a\r\n\r\nb\r\n") == "a\n\nb"
    assert excerpt("x" * 4000).endswith("x\n[…]")
    assert excerpt("a\n" * 31).count("a") == 30


def test_a_quote_is_marked_and_wrapped_on_every_line() -> None:
    quoted = quote(f"{PARAGRAPH}\n\nend").split("\n")
    assert all(line.startswith(">") and len(line) <= WIDTH for line in quoted)
    assert quoted[-2:] == [">", "> end"]


def test_a_letter_is_wrapped_but_addresses_quotes_and_lists_are_not_broken() -> None:
    url = "https://support.example.com/" + "t" * 90
    letter = wrap(f"{PARAGRAPH}\n\n\n\n{url}\n> {'q' * 90} r\n")
    assert letter.endswith(f"\n\n{url}\n> {'q' * 90} r\n")
    assert max(len(line) for line in letter.split("\n")[:2]) <= WIDTH


words = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=12)
paragraphs = st.lists(words, min_size=1, max_size=40).map(" ".join)


@given(st.lists(paragraphs, min_size=1, max_size=4))
def test_what_was_wrapped_for_a_mail_is_whole_again_on_a_page(written: list[str]) -> None:
    letter = "\n\n".join(written)
    assert unwrap(wrap(letter)).rstrip() == letter


def test_breaks_that_were_meant_stay() -> None:
    letter = "Kind regards,\nAna\n\n- one\n- two\n\nhttps://example.com/" + "x" * 80 + "\nnext"
    assert unwrap(letter) == letter
