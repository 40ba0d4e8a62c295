"""HTML as people see it: what is shown, what is hidden, what becomes CommonMark, and that no HTML takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hd_bridge.mail.body import html_reply_markup, html_to_text

TAGS = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<ul>", "<li>", "</ul>"),
        *("<blockquote>", "</blockquote>", '<blockquote type="cite">', '<div class="gmail_quote">', "<br>", "<b>"),
        *("</b>", "<!--", "-->", "<style>", "</style>", "<a href='https://x.example/'>", "</a>", "<pre>", "</pre>"),
        *(
            "hello",
            " ",
            "\n",
            "&amp;",
            "&lt;b&gt;",
            "<img src='cid:a'>",
            "<",
            ">",
            '"',
            "<h1>",
            "<ol start=3>",
            "x_y *z*",
        ),
    ]
)
HTML = st.one_of(st.text(max_size=200), st.lists(TAGS, max_size=30).map("".join))
MODEST = settings(derandomize=True, max_examples=300, deadline=None)


@MODEST
@given(HTML)
def test_any_html_is_read_and_a_reply_is_never_empty_where_there_is_text(html: str) -> None:
    markup, text = html_reply_markup(html, {"a": "a.png"})
    whole = html_to_text(html)
    assert bool(text.strip()) == bool(whole.strip())
    assert bool(markup.strip()) >= bool(text.strip())
    assert set(text.split("\n")) <= set(whole.split("\n"))


@MODEST
@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="\r\0"), max_size=60))
def test_text_without_tags_reads_in_commonmark_as_it_was_written(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    markup, plain = html_reply_markup(f"<p>{escaped}</p>", {})
    shown = html_to_text(MarkdownIt("commonmark").render(markup))
    assert "".join(shown.split()) == "".join(plain.split())


def test_lists_tables_links_and_quotes_are_readable_as_text() -> None:
    html = (
        "<p>See <a href='https://x.example/a'>this</a> or <a href='https://x.example/'>x.example</a></p>"
        "<ol start='2'><li>two<ul><li>in</li></ul></li><li>three</li></ol><table><tr><td>a</td><td>b</td></tr></table>"
        "<blockquote>said<br>so</blockquote><p>one<br><br>two</p>"
    )
    assert html_to_text(html).split("\n") == [
        *("See this <https://x.example/a> or x.example", "", "2. two", "   - in", "3. three", "", "a | b", ""),
        *("> said", "> so", "", "one", "", "two"),
    ]


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>x()</script>",
        "<style>p {x: y}</style>",
        "<!-- x -->",
        "<head><title>x</title></head>",
        "<div style='DISPLAY: none'>x</div>",
        "<div style='max-height:0px;overflow:hidden'>x</div>",
        "<p hidden>x</p>",
        "<img src='https://t.example/x.gif' width=1 height=1 alt=x>",
        "<![if !mso]>",
        "<xml><o:x>x</o:x></xml>",
    ],
)
def test_what_no_reader_sees_is_gone(unseen: str) -> None:
    assert html_to_text(f"<p>seen</p>{unseen}<p>too</p>") == "seen\n\ntoo"


@pytest.mark.parametrize(
    "broken",
    [
        "price <b and seen",
        "<p>by <seen@home.example>",
        "<a title='x>y' href=\"z>seen",
        "<p>\ud800 seen \x00",
        "<style>never ends <p>seen",
        "<!-- never ends <p>seen",
        "<head><p>seen",
        "<div style='display:none'>seen",
        "<select>seen",
    ],
)
def test_broken_html_never_hides_everything(broken: str) -> None:
    assert "seen" in html_to_text(broken)
    assert "seen" in html_reply_markup(broken, {})[1]


def test_markup_keeps_the_form_of_a_reply() -> None:
    html = (
        "<h2>Fault</h2><p>It <b>never</b> <i>works</i>, see <a href='https://x.example/a_b'>log</a></p>"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"
        "<pre>a_b\n  c</pre><ul><li>x</li></ul>"
    )
    markup = html_reply_markup(html, {})[0]
    assert markup.split("\n") == [
        *("## Fault", "", "It **never** *works*, see [log](https://x.example/a_b)", ""),
        *("| A | B |", "| --- | --- |", "| 1 | 2 |", "", "```", "a_b", "  c", "```", "", "- x"),
    ]


def test_lines_that_people_type_stay_together_and_blank_lines_part_paragraphs() -> None:
    html = "<div>one</div><div>two</div><div><br></div><div>three</div>"
    assert html_reply_markup(html, {}) == ("one  \ntwo\n\nthree", "one\ntwo\n\nthree")


def test_only_images_that_came_with_the_mail_are_shown() -> None:
    names = {"<Shot@1>": "shot 1.png", "pic.png": "pic.png"}
    remote = "<img src='https://e.example/x.png' alt='Logo'>"
    html = f"<img src='cid:shot@1' alt='a]b'><img src='http://h.example/p/pic.png'>{remote}"
    markup, text = html_reply_markup(html, names)
    assert markup == r"![a\]b](<shot 1.png>)![](pic.png)Logo"
    assert text == "[a]b]Logo"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", " JAVA\tSCRIPT:x", "file:///x", "vbscript:x"]
)
def test_a_link_that_could_do_harm_is_text(href: str) -> None:
    assert html_reply_markup(f"<p><a href='{href}' onclick='x()'>press</a></p>", {}) == ("press", "press")


def test_text_that_looks_like_markup_or_html_stays_text() -> None:
    markup = html_reply_markup("<p># 1 *a* _b_ [c](d) &lt;script&gt; `e` ![f](g)</p><p>1. x</p><p>- y</p>", {})[0]
    assert MarkdownIt("commonmark").render(markup) == (
        "<p># 1 *a* _b_ [c](d) &lt;script&gt; `e` ![f](g)</p>\n<p>1. x</p>\n<p>- y</p>\n"
    )


CRAFTED = [
    *(
        "<div>",
        "<b><p>",
        "<table><tr><td>",
        "<blockquote>",
        "<ul><li>x",
        "<",
        "<a",
        "<!--",
        '<a x="',
        "</p>",
        "&#",
        "<br>",
    ),
    *(
        "<a href='https://x.y/'>z</a>",
        "<tr><td>a<td>b",
        "<script>",
        "<td>",
        "_ ",
        "<div style='border-top:solid 1pt'>a: b",
    ),
]


@pytest.mark.parametrize("piece", CRAFTED, ids=repr)
def test_the_time_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    def cost(size: int) -> float:
        html = piece * (size // len(piece))
        started = time.process_time()
        html_to_text(html)
        html_reply_markup(html, {})
        return time.process_time() - started

    # A square would cost too much each time that it is tried, on a busy machine as on a quiet one.
    assert any(cost(100_000) < 11 * max(cost(25_000), 0.02) for _ in range(3))
