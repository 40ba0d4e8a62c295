"""Redmine's own pages of agents' notes beside the letters that we make of them: the same words, set alike. Touches
the disk."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from hd_bridge.letters import note_body
from tests.live.test_markup_redmine import MARKUPS, Render, Seen, render, seen

pytestmark = pytest.mark.live
__all__ = ["render"]

SET = frozenset(["strong", "em", "del", "ins", "pre", "ul", "ol", "table", "blockquote", "hr"])
TEXTILE = (
    "Hello *bold* and _it_, -gone- +ins+ @code <x>@ and %{color:red}red%.\nSecond line.",
    'See "the guide":https://a.example/b_c?d=1&e=2. And https://a.example/x_y_z (or www.example.com/q).',
    '"link with *bold*":http://a.example/ and *"bold link":http://a.example/* "a (title)":http://a.example/t "no" : x',
    "# one\n# two\n## deep\n# three\n\n* a\n** b\n*** c\n* d",
    "# one\n<pre>\ncode *x*\n\nmore\n</pre>\n# two",
    "|_. A |_. B |\n| 1 | *2* |\n|\\2. wide |\n|/2. tall | x |\n| y |\n\n|>. right|=. middle|<. left|",
    "> quoted\n> again\n>> deeper\n\nafter",
    "bq. a quote\n\nh2. Title\n\np(cls). para\n\np{color:red}. styled\n\np>. right\n\nh3(#a). Third",
    'a -- b --force it\'s "so" ... (c) 2x3 5*3*2 snake_case_word a_b_c',
    "5 * 3 = 15 and 2 * 4\n\n*not bold * H~2~O x^2^",
    "line one\n* item after line\n* next\n\n- dash\n- dash two",
    "a & b &amp; c &lt;d&gt; <b>raw</b> <br> <script>x</script> <hostname>",
    "@one@ and @two@, mail ana@example.com and bob@example.com. @ana and @bob know #12 and r4",
    "---\n\n***\n\ntext",
    '<pre><code class="ruby">puts "<x>" # *no*\n</code></pre>\n\ntext after <notextile>*x*</notextile>',
    "text before\n<pre>code</pre>\ntext behind",
    "Path C:\\temp\\*.txt and ~/.config and 50% of 100%",
    '*multi word bold* text, *bold*.and (*paren*) "*quoted*"',
    "_under_score_ and * star\n\n: colon\n; semi",
    "|a|b|\n|c|d|\ntext right after",
    "h3. Head\ntext right after\n\n1. one\n2. two",
    "A very *long\nemphasis over* lines and _more\nof it_, and a * lone\nstar *",
    "{{nothing}} and [[]] and commit:",
)
COMMON_MARK = (
    "Hello **bold** and *it*, ~~gone~~ `code <x>`.\nSecond line.",
    "See [the guide](https://a.example/b_c?d=1&e=2). And https://a.example/x_y_z (or www.example.com/q).",
    "1. one\n2. two\n   1. deep\n3. three\n\n- a\n  - b\n    - c\n- d",
    "1. one\n\n   ```\n   code *x*\n\n   more\n   ```\n2. two",
    "| A | B |\n|---|---|\n| 1 | **2** |\n| `a|b` | x |",
    "> quoted\n> again\n>> deeper\n\nafter",
    "# Title\n\nSetext\n======\n\npara\n\n### Third ###",
    'a -- b --force it\'s "so" ... (c) 5*3*2 snake_case_word',
    "`one` and ``t`wo``, mail ana@example.com. @ana and #12 and r4",
    "---\n\ntext\n\n***",
    "    indented code\n\ntext",
    "Path C:\\temp\\x and ~/.config \\*star\\*",
    "H<sub>2</sub>O <ins>i</ins> <del>d</del>",
    "hard  \nbreak\\\nagain",
    "[ref][1] and [ref]\n\n[1]: https://a.example/r\n[ref]: https://a.example/s",
    "*a*b **a**b a*b*c ***both***",
    "<https://a.example/auto> and [**bold** link](https://a.example)",
    "{{nothing}} and [[]] and commit:",
)
TEXTILE_PIECES = (
    "*b*",
    "_i_",
    "-d-",
    "@c@",
    "word",
    "a_b",
    "5*3",
    '"t":https://a.example/x_y',
    "(b)",
    "ok.",
    "x - y",
    "C:\\x",
)
COMMON_MARK_PIECES = (
    "**b**",
    "*i*",
    "~~d~~",
    "`c`",
    "word",
    "a_b",
    "5*3",
    "[t](https://a.example/x_y)",
    "(b)",
    "ok.",
    "x - y",
)
STARTS = {
    "textile": ("", "", "* ", "# ", "** ", "> ", "h3. ", "bq. "),
    "common_mark": ("", "", "- ", "1. ", "> ", "### "),
}


def drawn(markup: str, how_many: int) -> list[str]:
    """Notes of a few paragraphs and lists, drawn by lot, the same in every run."""
    lot = random.Random(5)
    pieces: Sequence[str] = TEXTILE_PIECES if markup == "textile" else COMMON_MARK_PIECES
    return [
        "\n\n".join(
            lot.choice(STARTS[markup]) + " ".join(lot.choice(pieces) for _ in range(lot.randint(1, 6)))
            for _ in range(lot.randint(1, 4))
        )
        for _ in range(how_many)
    ]


def words(page: Seen) -> str:
    """What is read, without spaces and the signs that Redmine hangs on headings."""
    return "".join(page.text.replace("¶", "").split())


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_letter_says_what_redmine_shows_and_sets_it_alike(render: Render, markup: str) -> None:
    notes = [*(TEXTILE if markup == "textile" else COMMON_MARK), *drawn(markup, 150)]
    pages = render([(markup, note) for note in notes])
    differing = []
    for note, (page, _) in zip(notes, pages, strict=True):
        ours = seen(note_body(note, markup, {}).html)
        if words(page) != words(ours) or page.tags & SET != ours.tags & SET:
            differing.append((note, words(page), words(ours), (page.tags ^ ours.tags) & SET))
    assert differing == []
