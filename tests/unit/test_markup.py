"""Customers' words in the tracker's markup, as tables of what is written and what is sent. The live test renders."""

from __future__ import annotations

import re

import pytest

from hd_bridge.tracker.markup import from_common_mark, quote_plain
from hd_bridge.tracker.markup_words import JOINER, NO_BREAK_SPACE

BOTH = pytest.mark.parametrize("markup", ["textile", "common_mark"])
PICTURES = {"image001.png": "image001-1a2b3c4d.png", "two words.png": "two words.png", "plan.pdf": "plan.pdf"}

# What a customer writes, as Textile, as CommonMark; ~ stands for the joiner.
PLAIN = [
    ("Hello Ana, all fine.", "Hello Ana, all fine.", "Hello Ana, all fine."),
    ("order #123", "order &#35;123", "order #~123"),
    ("write @login", "write &#64;login", "write @~login"),
    ("in r45", "in &#114;45", "in r~45"),
    ("commit:ab12", "commit&#58;ab12", "commit~:ab12"),
    ("{{toc}}", "&#123;&#123;toc}}", "{~{toc}}"),
    ("[[Page]]", "&#91;&#91;Page]]", r"\[~\[Page\]\]"),
    ("!a.png!", "&#33;a.png!", "!~a.png!"),
    ("![](a.png)", "&#33;&#91;](a.png)", r"!~\[\](a.png)"),
    ("*not bold*", "&#42;not bold*", r"\*not bold\*"),
    ("_not bent_", "&#95;not bent_", r"\_not bent\_"),
    ("</pre><b>", "&lt;/pre&gt;&lt;b&gt;", r"\</pre&gt;\<b&gt;"),
    ("AT&T &copy;", "AT&T &amp;copy;", r"AT&T \&copy;"),
    ("h1. Big", "&#104;1. Big", "h1. Big"),
    ("# one", "&#35; one", r"\# one"),
    ("1. one", "1. one", r"1\. one"),
    ("- one", "- one", r"\- one"),
    ("* one", "&#42; one", r"\* one"),
    ("> quoted", "&gt; quoted", "&gt; quoted"),
    ("|a|b|", "&#124;a&#124;b&#124;", r"\|a\|b\|"),
    ("==x==", "&#61;&#61;x&#61;&#61;", r"\==x=="),
    ('"x":http://e.com', '"x&#34;:http&#58;//e.com', r'"x":http\://e.com'),
    ("[x](http://e.com)", "&#91;x](http://e.com)", r"\[~x\](http://e.com)"),
    ("UK(kingdom) x(y)", "UK&#40;kingdom) x(y)", "UK(kingdom) x(y)"),
    ("a + b\n+\nc+ ?", "a + b\n&#43;\nc+ ?", "a + b  \n\\+  \nc+ ?"),
    ("bye\n-- \nAna", "bye\n--\nAna", "bye  \n\\--  \nAna"),
    ("x%x%", "x&#37;x%", "x%x%"),
    ("a_b, 5*3, e-mail, 100%, C++, so!", "a_b, 5*3, e-mail, 100%, C++, so!", r"a_b, 5\*3, e-mail, 100%, C++, so!"),
    ("https://e.com/a_b?x=1&y=2.", "https://e.com/a_b?x=1&y=2.", "https://e.com/a_b?x=1&y=2."),
    ("<https://e.com/>", "&lt;https://e.com/&gt;", r"\<https://e.com/&gt;"),
    ("a@b.example", "a@b.example", "a@b.example"),
]


@pytest.mark.parametrize(("plain", "textile", "common_mark"), PLAIN)
def test_plain_words_lose_their_life_and_keep_their_looks(plain: str, textile: str, common_mark: str) -> None:
    assert quote_plain(plain, "textile") == textile
    assert quote_plain(plain, "common_mark") == common_mark.replace("~", JOINER)


@BOTH
def test_indentation_and_columns_are_kept(markup: str) -> None:
    lines = re.sub(r" +\n", "\n", quote_plain("a\n    b\n\tc\nd   e", markup)).split("\n")
    assert lines == ["a", NO_BREAK_SPACE * 4 + "b", NO_BREAK_SPACE * 4 + "c", f"d{NO_BREAK_SPACE * 2} e"]


@BOTH
def test_lines_stay_lines_and_paragraphs_paragraphs(markup: str) -> None:
    end = "\n" if markup == "textile" else "  \n"
    assert quote_plain("\r\na\r\nb\r\r\n\n\n\nc\n", markup) == f"a{end}b\n\nc"


@BOTH
def test_control_signs_and_broken_characters_are_left_out(markup: str) -> None:
    assert quote_plain("a\0b\x1bc\ud800d", markup) == "abc?d"


@BOTH
def test_nothing_is_nothing(markup: str) -> None:
    assert quote_plain(" \n\t\n", markup) == ""
    assert from_common_mark("\n\n", markup, {}) == ""


@BOTH
@pytest.mark.parametrize("sign", ["[", "*", "`", "(", "A(", " ", "{", "_", "http://a/&", "a@", "> ", "\\"])
def test_a_long_row_of_one_sign_takes_no_more_than_its_length(markup: str, sign: str) -> None:
    """Were a pattern's time square in the length, this would outlast the test's time limit."""
    assert quote_plain(sign * 200_000 + "!", markup)


HTML_MADE = [
    ("[shop](https://e.com/a)", '"shop":https://e.com/a', "[shop](<https://e.com/a>)"),
    ("[mail](mailto:a@b.com)", '"mail":mailto:a@b.com', "[mail](<mailto:a@b.com>)"),
    ("[x](javascript:alert)", "x", "x"),
    ("[x](/issues/1)", "x", "x"),
    ("[x](https://e.com/(a)!b|c)", '"x":https://e.com/%28a%29%21b%7Cc', "[x](<https://e.com/%28a%29%21b%7Cc>)"),
    ("![](image001.png)", "!image001-1a2b3c4d.png!", "![](image001-1a2b3c4d.png)"),
    ("![pic](two%20words.png)", "!two%20words.png!", "![](two%20words.png)"),
    ("![pic](https://e.com/track.png)", "pic", "pic"),
    ("![plan](plan.pdf)", "plan", "plan"),
    ("- a\n- b\n  - c", "* a\n* b\n** c", "- a\n- b\n\n  - c"),
    ("2. a\n3. b", "# a\n# b", "2. a\n3. b"),
    ("> a\n>\n> b", "> a\n> \n> b", "> a\n> \n> b"),
    ("| a | b |\n|---|---|\n| 1<br>2 | |", "|_. a |_. b |\n| 1\n2 |  |", "| a | b |\n| --- | --- |\n| 1<br>2 |  |"),
    ("```\na {{b}}\n```", "<pre>\na {~{b}}\n</pre>", "```\na {~{b}}\n```"),
    ("    </pre>", "<pre>\n<~/pre>\n</pre>", "```\n</pre>\n```"),
    ("```\nif (!x) a@b r1 #2\n```", "<pre>\nif (!x) a@b r1 #2\n</pre>", "```\nif (!x) a@b r1 #2\n```"),
    ("`a @b`", "<code>a @~b</code>", "` a @~b `"),
    ("# Big **bold** _bent_ ~~gone~~", "Big bold bent gone", "Big bold bent gone"),
    ("a\\\nb\nc", "a\nb c", "a  \nb c"),
    ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;", r"\<b&gt;x\</b&gt;"),
    ("{**{toc}}**", "&#123;&#123;toc}}", "{~{toc}}"),
    ("\\#12 &#64;login", "&#35;12 &#64;login", "\\#~12 @~login"),
]


@pytest.mark.parametrize(("made", "textile", "common_mark"), HTML_MADE)
def test_what_html_mails_hold_is_kept_and_nothing_else_comes_alive(made: str, textile: str, common_mark: str) -> None:
    assert from_common_mark(made, "textile", PICTURES) == textile.replace("~", JOINER)
    assert from_common_mark(made, "common_mark", PICTURES) == common_mark.replace("~", JOINER)


@BOTH
def test_a_link_that_pretends_to_lead_elsewhere_shows_where_it_leads(markup: str) -> None:
    written = from_common_mark("[https://bank.example](https://evil.example/x)", markup, {})
    assert "evil.example" in written.replace("https://evil.example/x", "", 1)


@BOTH
def test_a_link_that_says_where_it_leads_is_left_as_it_is(markup: str) -> None:
    assert from_common_mark("[https://e.com/a](https://e.com/a)", markup, {}).count("e.com") == 2


def test_code_cannot_end_its_own_fence() -> None:
    written = from_common_mark("````\n```\n@login\n```\n````", "common_mark", {})
    assert written.startswith("````\n```") and written.endswith("```\n````")
