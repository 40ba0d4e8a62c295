"""What is taken for the reply where a mail's two forms agree and where they do not, and what is kept beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hd_bridge.decide import words
from hd_bridge.mail.body import html_to_text
from hd_bridge.mail.reply import read_reply
from hd_bridge.mail.subjects import is_answer
from hd_bridge.mail.texts import Texts
from hd_bridge.tracker.markup import quote_marked
from tests.unit.test_decide_mail import EMAIL
from tests.unit.test_decide_words import CASE

ATTRIBUTION = "On Tue, May 12, 2026 at 10:15 AM Support <support@shop.example> wrote:"
CITED = f'<div class="gmail_quote">{ATTRIBUTION}<blockquote>Is it red?</blockquote></div>'.replace("<support", "&lt;s")


def reply(plain: str, html: str, *, answers: bool = False) -> str:
    """The reply of a mail in two forms."""
    return read_reply(Texts(plain=plain, html=html), {}, (), answers).text


def test_the_words_are_those_of_the_plain_form_where_both_say_the_same() -> None:
    assert reply("It is *very* red,\nas I said.", "<p>It is <b>very</b> red, as I said.</p>").count("\n") == 1


def test_a_quote_that_only_the_html_marks_is_cut_in_the_plain_form_too() -> None:
    plain = "It is.\n\nAda, who knows, had asked\n\nIs it red?"
    html = "<p>It is.</p><div class='yahoo_quoted'>Ada, who knows, had asked<p>Is it red?</p></div>"
    found = read_reply(Texts(plain=plain, html=html), {}, (), False)
    assert (found.text, found.quoted) == ("It is.", "Ada, who knows, had asked\n\nIs it red?")


def test_a_quote_that_only_the_plain_form_marks_is_cut() -> None:
    html = "<p>It is.</p><div><i>Somebody asked</i></div><div>Is it red?</div><div>Or green?</div>"
    assert reply("It is.\n\n> Somebody asked\n> Is it red?\n> Or green?", html, answers=True) == "It is."


def test_forms_that_say_different_things_are_told_by_the_html() -> None:
    assert reply("This is a mail in HTML.\n" * 3, "<p>It is red, and I can prove it: see the picture.</p>").startswith(
        "It"
    )


def test_a_plain_form_that_lacks_something_has_cut_nothing() -> None:
    html = "<p>Dear all,</p><table><tr><td>Lamp</td><td>red</td></tr><tr><td>Cable</td><td>green</td></tr></table>"
    assert "Cable" in reply("Dear all,", html)


def test_an_html_form_that_lacks_something_has_cut_nothing() -> None:
    assert reply("It is red.\n\nThe other one is green.", "<p>It is red.</p>").endswith("green.")


def test_html_that_lacks_what_the_plain_form_says_is_left_alone() -> None:
    assert reply("It is red.\n" * 9, "<p>x</p>") == "\n".join(["It is red."] * 9)


def test_what_an_html_mail_quotes_is_kept_beside_its_reply() -> None:
    html = f"<p>It is.</p>{CITED}"
    found = read_reply(Texts(plain=html_to_text(html), html=html), {}, (), False)
    assert found.text == "It is."
    assert "Is it red?" in found.quoted


def test_answers_within_a_quote_are_told_with_what_they_answer() -> None:
    plain = f"{ATTRIBUTION}\n> Is it red?\n\nYes.\n\n> Or green?\n\nNo.\n\n> Bye"
    found = read_reply(Texts(plain=plain, html=""), {}, (), False)
    assert found.text == "Yes.\n\nNo."
    assert [quoted for quoted, _ in found.passages] == [True, False, True, False]
    email = replace(EMAIL, reply=found.text, quoted=found.quoted, passages=found.passages, markup=None)
    written = words.description(replace(CASE, email=email), None)
    assert written.count("Is it red?") == 1
    assert written.index("> Is it red?") < written.index("Yes.") < written.index("> Or green?") < written.index("No.")
    assert "Bye" not in written


def test_quoted_lines_lose_their_marks_and_every_live_sign() -> None:
    assert quote_marked("> See #12 and {{toc}}\n> @login", "textile").count("&#") == 4
    assert quote_marked(">", "textile") == ""


@pytest.mark.parametrize("subject", ["Re: x", "AW: x", "[Shop] SV: x", "RE[2]: x", "回复：x", "Ynt : x", "R: x"])
def test_subjects_say_that_a_mail_answers_another(subject: str) -> None:
    assert is_answer(subject)


@pytest.mark.parametrize("subject", ["Regarding x", "x Re: y", "Fwd: x", ""])
def test_other_subjects_say_nothing_of_the_kind(subject: str) -> None:
    assert not is_answer(subject)
