"""Agents' notes as customers read them: both markups, text and HTML, nothing lost and nothing alive."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from time import process_time

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.letters import NoteBody, note_body
from hd_bridge.letters.read_textile import LONGEST_PIECE
from hd_bridge.render_text import WIDTH, unwrap, wrap

MARKUPS = ("textile", "common_mark")
PICTURES = {"Shot.png": "shot@example.com", "two words.jpg": "two@example.com"}


def body(notes: str, markup: str = "textile") -> NoteBody:
    return note_body(notes, markup, PICTURES)


def both(textile: str, common_mark: str) -> list[tuple[str, str]]:
    return [("textile", textile), ("common_mark", common_mark)]


def valid(html: str) -> None:
    """As the HTML standard wants it; html5lib raises at the first mistake."""
    html5lib.HTMLParser(strict=True).parse(f"<!doctype html><title>a letter</title>{html}")


SAME: list[tuple[str, str, str, str, str]] = [
    ("a link", '"our guide":https://a.example/b_c.', "[our guide](https://a.example/b_c).",
     "our guide <https://a.example/b_c>.", '<p><a href="https://a.example/b_c">our guide</a>.</p>'),
    ("a bare address", "(see https://a.example/x_y_z?q=1&r=2)", "(see https://a.example/x_y_z?q=1&r=2)",
     "(see https://a.example/x_y_z?q=1&r=2)",
     '<p>(see <a href="https://a.example/x_y_z?q=1&amp;r=2">https://a.example/x_y_z?q=1&amp;r=2</a>)</p>'),
    ("an address of mail", "to ana@a.example.", "to ana@a.example.",
     "to ana@a.example.", '<p>to <a href="mailto:ana@a.example">ana@a.example</a>.</p>'),
    ("emphasis", "*so* _it_ -no- @x < y@", "**so** *it* ~~no~~ `x < y`",
     "*so* _it_ ~~no~~ `x < y`",
     "<p><strong>so</strong> <em>it</em> <del>no</del> <code>x &lt; y</code></p>"),
    ("lines", "one\ntwo\n\nthree", "one\ntwo\n\nthree", "one\ntwo\n\nthree", "<p>one<br>two</p>\n<p>three</p>"),
    ("a list", "# one\n# two\n** deep", "1. one\n2. two\n   - deep", "1. one\n2. two\n   - deep",
     "<ol><li>one</li><li>two<ul><li>deep</li></ul></li></ol>"),
    ("boxes", "* [ ] open\n* [x] done", "- [ ] open\n- [x] done", "- ☐ open\n- ☑ done",
     "<ul><li>☐ open</li><li>☑ done</li></ul>"),
    ("a table", "|_. A|_. Bee|\n|1|2|", "| A | Bee |\n|---|---|\n| 1 | 2 |",
     "| A | Bee |\n|---|-----|\n| 1 | 2   |",
     '<div><table><thead><tr><th scope="col">A</th><th scope="col">Bee</th></tr></thead>'
     "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>"),
    ("a quote", "> one\n> two\n\nanswer", "> one\n> two\n\nanswer", "> one\n> two\n\nanswer",
     "<blockquote><p>one<br>two</p></blockquote>\n<p>answer</p>"),
    ("code", '<pre><code class="sh">\nls *.c  # <all>\n\n  {{toc}}\n</code></pre>',
     "```sh\nls *.c  # <all>\n\n  {{toc}}\n```",
     "    ls *.c  # <all>\n\n      {{toc}}",
     "<pre><code>ls *.c  # &lt;all&gt;\n\n  {{toc}}</code></pre>"),
    ("a heading", "h2. Steps\n\nfirst", "## Steps\n\nfirst", "Steps\n=====\n\nfirst", "<h2>Steps</h2>\n<p>first</p>"),
    ("a rule", "a\n\n---\n\nb", "a\n\n---\n\nb", "a\n\n* * *\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
    ("a picture that travels", "see !shot.png!", "see ![](shot.png)", "see [shot.png]",
     '<p>see <img src="cid:shot@example.com" alt="shot.png"></p>'),
    ("a picture that does not", "see !lost.png!", "see ![](lost.png)", "see [lost.png]", "<p>see [lost.png]</p>"),
    ("a picture of the web", "!https://a.example/x.png(a cat)!", "![a cat](https://a.example/x.png)",
     "a cat <https://a.example/x.png>", '<p><a href="https://a.example/x.png">a cat</a></p>'),
    ("a thumbnail", "{{thumbnail(two words.jpg, size=90)}}", "{{thumbnail(two words.jpg, size=90)}}",
     "[two words.jpg]", '<p><img src="cid:two@example.com" alt="two words.jpg"></p>'),
    ("a fold", "{{collapse(More)\nin *it*\n}}\n\nout", "{{collapse(More)\nin **it**\n}}\n\nout",
     "*More*\n\nin *it*\n\nout", "<p><strong>More</strong></p>\n<p>in <strong>it</strong></p>\n<p>out</p>"),
    ("tags", "set <hostname> <b>x</b> <script>y</script>", "set <hostname> \\<b>x\\</b> <script>y</script>",
     "set <hostname> <b>x</b> <script>y</script>",
     "<p>set &lt;hostname&gt; &lt;b&gt;x&lt;/b&gt; &lt;script&gt;y&lt;/script&gt;</p>"),
]  # fmt: skip


@pytest.mark.parametrize("case", SAME, ids=lambda case: case[0])
@pytest.mark.parametrize("markup", MARKUPS)
def test_what_agents_write_is_read_alike_in_both_markups(case: tuple[str, str, str, str, str], markup: str) -> None:
    _, textile, common_mark, text, html = case
    made = body(textile if markup == "textile" else common_mark, markup)
    assert (made.text, made.html) == (text, html)
    valid(made.html)


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("#123 is like #45", "#123 is like #45"),
        ("@ana and @bob know, user:ana too", "@ana and @bob know, user:ana too"),
        ("[[Guide|the guide]] and [[acme:Guide#top]]", "the guide and Guide"),
        ('see attachment:"a b.pdf" and attachment:c.zip', "see a b.pdf and c.zip"),
        ("x {{toc}}{{include(Guide)}} y", "x  y"),
        ("write {{name}} or !{{toc}}", "write {{name}} or {{toc}}"),
        ('commit:abc r12 items[0] --force it\'s "so"', 'commit:abc r12 items[0] --force it\'s "so"'),
        ("we have &amp; and &#64;", "we have & and @"),
    ],
)
def test_what_only_the_tracker_knows_becomes_words(markup: str, written: str, read: str) -> None:
    made = body(written, markup)
    assert " ".join(made.text.split()) == " ".join(read.split())
    assert "<a " not in made.html


@pytest.mark.parametrize(
    ("markup", "notes"),
    [
        *both('"ticket":/issues/12', "[ticket](/issues/12)"),
        *both('"ticket":#note-3', "[ticket](#note-3)"),
    ],
)
def test_a_link_that_leads_only_into_the_tracker_is_its_words(markup: str, notes: str) -> None:
    assert body(notes, markup) == NoteBody(text="ticket", html="<p>ticket</p>")


@pytest.mark.parametrize("markup", MARKUPS)
def test_no_script_gets_through(markup: str) -> None:
    evil = (
        '"a":javascript:alert(1) [b](javascript:alert(1)) !x.png"onerror="alert(1)! ![x](x"onerror=alert(1)//y.png)\n'
        '<img src=x onerror=alert(1)> <svg onload=alert(1)> <a href="data:text/html,x">c</a>\n'
        '<a href=" javascript:x">d</a>'
        "%{background:url(https://a.example/x)}e% p(x onload=1). f <style>@import 'x'</style> <iframe src=//x>\n"
        '<details ontoggle=alert(1) open><p style="position:fixed">g</p></details> <kbd onclick=alert(1)>h</kbd>'
    )
    html = body(evil, markup).html
    tags = re.findall(r"<[^>]*>", html)
    assert not [tag for tag in tags if re.search(r"on\w+=|style|javascript|data:|url\(|<(?:svg|iframe|style|img)", tag)]
    valid(html)


def test_colours_and_classes_of_textile_are_dropped_and_their_words_kept() -> None:
    made = body("%{color:red}urgent% and\n\np(note){border:1px}. framed\n\nh3(#top)>. Title")
    assert made.text == "urgent and\n\nframed\n\nTitle\n====="
    assert body("|_=. A|>. b|\n|<. c|^. d|").text == "| A | b |\n| c | d |"
    assert "style" not in made.html and "class" not in made.html


def test_a_list_goes_on_behind_code_in_textile() -> None:
    made = body("# one\n<pre>x\n\ny</pre>\n# two")
    assert made.html == "<ol><li>one<pre><code>x\n\ny</code></pre></li><li>two</li></ol>"


def test_the_names_of_pictures_are_told_as_they_are_called_not_as_they_were_typed() -> None:
    assert body("!shot.png! and !SHOT.PNG! and !two%20words.jpg!").images == ("Shot.png", "two words.jpg")
    assert body("no picture").images == ()


def test_tags_of_html_that_a_note_in_common_mark_may_use_are_read() -> None:
    made = body("a<br>b <kbd>Ctrl</kbd> H<sub>2</sub>O <!-- hidden --> <u>x</u>", "common_mark")
    assert made.html == "<p>a<br>b <code>Ctrl</code> H<sub>2</sub>O <ins>x</ins></p>"


def test_a_table_too_wide_for_a_mail_is_told_row_by_row_in_plain_text() -> None:
    wide = "word " * 12
    assert body(f"|_. First|_. Second|\n|{wide}|{wide}|").text == f"First: {wide.strip()}\nSecond: {wide.strip()}"


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_letter_wraps_items_behind_their_bullets_and_leaves_code_and_tables_alone(markup: str) -> None:
    item = ("word " * 30).strip()
    code = "x = '" + "y " * 60 + "'"
    fence = f"<pre>{code}</pre>" if markup == "textile" else f"```\n{code}\n```"
    text = body(f"* {item}\n\n> {item}\n\n{fence}", markup).text
    lines = wrap(text).split("\n")
    assert lines[0].startswith("- word") and lines[1].startswith("  word")
    assert any(line.startswith("> word") for line in lines)
    assert f"    {code}" in lines
    assert max(len(line) for line in lines if "x = " not in line) <= WIDTH
    assert unwrap(wrap(text)).split("\n")[0] == f"- {item}"


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_note_of_unusual_length_is_shown_as_it_was_typed(markup: str) -> None:
    log = "*line* <x> of a log\n" * 8000
    made = body(log, markup)
    assert made.text.count("*line* <x> of a log") == 8000
    assert made.html.startswith("<pre><code>*line* &lt;x&gt;")


@pytest.mark.parametrize("unit", ["%{", "_a ", '*_"', "|_. a|b|\n", "p(", '"a":', "[[", "{{collapse(\n", "!a(", "> "])
@pytest.mark.parametrize("markup", MARKUPS)
def test_no_note_keeps_us_for_long(unit: str, markup: str) -> None:
    started = process_time()
    body((unit * 40_000)[:40_000], markup)
    assert process_time() - started < 10


def test_a_long_paragraph_of_textile_loses_nothing() -> None:
    line = "a line of *words* that goes on"
    lines = "\n".join([line] * (2 * LONGEST_PIECE // len(line)))
    assert body(lines).text.count("*words*") == lines.count("*words*")
    assert body("x" * (LONGEST_PIECE + 1)).text == "x" * (LONGEST_PIECE + 1)


def test_one_note_leaves_nothing_behind_for_the_next_also_where_many_are_read_at_once() -> None:
    notes = [f"*{n}* [a{n}]https://a.example/{n}\n\n# @{n}@\n\nfn1. _{n}_ ??{n}??" for n in range(40)]
    alone = [body(note) for note in notes]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(body, notes)) == alone
    assert [body(note) for note in reversed(notes)] == alone[::-1]


WORDS = st.text(st.sampled_from("ab \n*_-#|>\"'[]{}()!@<&:./%=+~^`\\0") | st.characters(), max_size=120)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.sampled_from(MARKUPS))
def test_whatever_is_typed_makes_valid_html_and_text(notes: str, markup: str) -> None:
    made = body(notes, markup)
    valid(made.html)
    assert not re.search("[\ue000-\uf8ff\u2060\0\x1b]", made.text + made.html)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1),
    st.sampled_from(MARKUPS),
)
def test_no_word_gets_lost(words: list[str], markup: str) -> None:
    notes = " ".join(words)
    assert unwrap(wrap(body(notes, markup).text)).split() == notes.split()
