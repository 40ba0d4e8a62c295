"""Redmine's own formatters on our texts: customers' words are seen, and none of them does anything. Touches the disk.

The samples that are drawn by lot come from one seed, so that every run draws the same.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from hd_bridge.tracker.markup import from_common_mark, quote_plain
from hd_bridge.tracker.markup_words import JOINER, NO_BREAK_SPACE
from tests.live.servers.loopback import Unavailable, need, wait_until
from tests.live.servers.redmine import HOME

pytestmark = pytest.mark.live

SCRIPT = Path(__file__).with_name("markup_render.rb")
MARKUPS = ("textile", "common_mark")
PICTURES = {"photo.png": "photo.png", "two words.png": "two words.png", "cid:1": "img.png"}

# What a text of markup_render.rb's database could point at; then tags, the signs of both markups, and addresses.
OWN, TAGS, SIGNS, ADDRESSES = map(str.split, SCRIPT.with_name("markup_signs.txt").read_text().splitlines())
BAGS = (OWN, OWN, TAGS, SIGNS, SIGNS, ADDRESSES)
PLAIN = ["a", "word", "12", "r", "note", "ä", "😀", "5*3", "e-mail", "snake_case", NO_BREAK_SPACE]
GAPS = ["", "", " ", "\n", "\n\n", "  ", "\t", " \n"]
MADE = [
    *("**", "`", "``", "[", "](https://e.com/a_b)", "](http://e.com/#12)", "](mailto:a@b.com)", "](mailto:-@login)"),
    *(
        "](javascript:alert(1))",
        "![",
        "![pic](two%20words.png)",
        "![](photo.png)",
        "![](cid:1)",
        "![x](http://e.com/x.png)",
    ),
    *(
        "\n\n",
        "\n",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n> ",
        "\n```\n",
        "\n    code",
        "\n| a | b |\n|---|---|\n| ",
        "| ",
        "|\n",
    ),
    *("# ", "\n---\n", "  \n", "\\", "&#64;login", "&lt;", "`{{toc}}`", "`@login`", "`</code>@login`", "**{**{toc}}"),
    *("\n```\n</pre>\n@login\n{{toc}}\n```\n", "[@login](http://e.com)", '[a"b](http://e.com/x)', "<br>"),
]


@dataclass(eq=False)
class Seen(HTMLParser):
    """What a browser would show of a page."""

    text: str = ""
    tags: set[str] = field(default_factory=set)
    links: list[dict[str, str | None]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "br":
            self.text += "\v"
        if tag == "a":
            self.links.append(dict(attrs))
        if tag == "img":
            self.pictures.append(dict(attrs)["src"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.text += "\v\v"

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(html: str) -> Seen:
    """A page as it is shown."""
    page = Seen()
    page.feed(html)
    page.close()
    return page


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Render]:
    """Redmine's pages of texts, made by its own code in an empty database."""
    try:
        need("redmine", f"{HOME}/config.ru", "/usr/bin/bundle", "/etc/redmine/default/database.yml")
    except Unavailable as why:
        pytest.skip(str(why))
    with Render(tmp_path_factory.mktemp("render")) as made:
        yield made


class Render:
    """One process for all texts: starting Redmine takes longer than a thousand of them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._turns = folder, itertools.count()
        environment = {
            **os.environ,
            "X_DEBIAN_SITEID": "default",
            "RAILS_ENV": "production",
            "DATABASE_URL": f"sqlite3:{folder / 'redmine.sqlite'}?timeout=15000",
        }
        command = ["bundle", "exec", "rails", "runner", str(SCRIPT)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=HOME, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True
            )

    def __enter__(self) -> Render:
        return self

    def __exit__(self, *failure: object) -> None:
        """It ends with its input."""
        self._process.communicate(timeout=60)

    def __call__(self, texts: Sequence[tuple[str, str]]) -> list[tuple[Seen, list[str]]]:
        """Of (markup, text): what is shown, and which logins would get a mail for being mentioned."""
        turn = next(self._turns)
        given, answer = self._folder / f"in-{turn}.json", self._folder / f"out-{turn}.json"
        given.write_text(json.dumps([{"markup": markup, "text": text} for markup, text in texts]))
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([str(given), str(answer)]) + "\n")
        self._process.stdin.flush()
        wait_until(lambda: self._there(answer), "the pages of Redmine", seconds=240)
        return [(seen(made["html"]), made["mentioned"]) for made in json.loads(answer.read_text())]

    def _there(self, answer: Path) -> bool:
        assert self._process.poll() is None, self._log.read_text()[-4000:]
        return answer.exists()

    @property
    def _log(self) -> Path:
        return self._folder / "log"


def drawn(seed: int, how_many: int, *bags: Sequence[str]) -> list[str]:
    """Texts of a few pieces each, drawn by lot."""
    lot = random.Random(seed)
    return [
        "".join(lot.choice(lot.choice(bags)) + lot.choice(GAPS) for _ in range(lot.randint(1, 9)))
        for _ in range(how_many)
    ]


def lines_of(text: str) -> str:
    """A text by its lines, as quote_plain promises to keep them."""
    plain = text.replace(NO_BREAK_SPACE, " ").expandtabs(4)
    lines = "\n".join(line.rstrip() for line in plain.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def lines_shown(page: Seen) -> str:
    """The same of a page: line feeds of HTML are spaces there, breaks and paragraphs are lines."""
    text = re.sub(r"\v[\n\t]*", "\v", page.text.replace(JOINER, "")).replace("\n", " ").replace("\v", "\n")
    return lines_of(text).lstrip("\t")


def letters(text: str) -> str:
    """A text without anything that has no ink."""
    return re.sub(rf"[\s{JOINER}{NO_BREAK_SPACE}]+", "", text)


def alive(page: Seen, mentioned: Sequence[str], tags: frozenset[str]) -> list[str]:
    """What a text did besides being read; nothing, if all is well."""
    links = [link for link in page.links if not re.match(r"(https?|ftp)://|mailto:", link.get("href") or "")]
    classes = [link for link in page.links if link.get("class") not in (None, "external", "email")]
    pictures = [source for source in page.pictures if not source.startswith("/attachments/download/")]
    logins = [login for login in mentioned if login.strip(".")]
    called = ["a macro"] if "Hello world! Object" in page.text else []
    return [*map(str, [*links, *classes]), *pictures, *logins, *called, *(page.tags - tags)]


def test_the_signs_would_be_alive_if_they_were_sent_as_they_are(render: Render) -> None:
    """Else the other tests would prove nothing."""
    samples = ["#12", "r45", "commit:abc123", "@login", "[[Page]]", "{{hello_world}}", "user:login"]
    for page, mentioned in render([(markup, sample) for markup in MARKUPS for sample in samples]):
        assert alive(page, mentioned, frozenset({"p", "a"}))


def test_plain_words_are_shown_as_they_were_written_and_do_nothing(render: Render) -> None:
    texts = [*OWN, *TAGS, *SIGNS, *ADDRESSES, *drawn(20261121, 700, *BAGS, PLAIN)]
    sent = [(markup, text, quote_plain(text, markup)) for text in texts for markup in MARKUPS]
    sent = [one for one in sent if one[2]]
    pages = render([(markup, written) for markup, _, written in sent])
    for (markup, text, written), (page, mentioned) in zip(sent, pages, strict=True):
        assert alive(page, mentioned, frozenset({"p", "br", "a"})) == [], (markup, text, written)
        assert lines_shown(page) == lines_of(text), (markup, text, written)


def test_what_an_html_mail_held_is_shown_and_does_nothing_else(render: Render) -> None:
    lists, tables = ["ul", "ol", "li"], ["table", "thead", "tbody", "tr", "td", "th"]
    tags = frozenset(["p", "br", "a", "code", "pre", "img", "blockquote", *lists, *tables])
    texts = drawn(20261122, 700, *BAGS, PLAIN, *[MADE] * 5)
    sent = [(markup, text, from_common_mark(text, markup, PICTURES)) for text in texts for markup in MARKUPS]
    sent = [one for one in sent if one[2]]
    pages = render([(markup, written) for markup, _, written in sent])
    for (markup, text, written), (page, mentioned) in zip(sent, pages, strict=True):
        assert alive(page, mentioned, tags) == [], (markup, text, written)


def test_the_words_of_an_html_mail_are_all_there(render: Render) -> None:
    texts = drawn(20261123, 400, PLAIN, ["**", "`x`", "[x](https://e.com/a_b)", "\n- ", "\n1. ", "\n> ", "\n\n"])
    plain = [letters(seen(MarkdownIt("commonmark").render(text)).text) for text in texts]
    sent = [(markup, from_common_mark(text, markup, {})) for text in texts for markup in MARKUPS]
    pages = iter(render([one if one[1] else (one[0], "-") for one in sent]))
    for text, words in zip(texts, plain, strict=True):
        for markup in MARKUPS:
            page, _ = next(pages)
            assert letters(page.text).strip("-") == words.strip("-"), (markup, text)


def test_pictures_links_and_lists_are_kept(render: Render) -> None:
    made = "![](two%20words.png) and [shop](https://e.com/a_b?x=(1)&y=2)\n\n- one\n  - two\n\n| a |\n|---|\n| b |\n"
    for page, _ in render([(markup, from_common_mark(made, markup, PICTURES)) for markup in MARKUPS]):
        assert len(page.pictures) == 1
        assert page.links[0].get("class") == "external"
        assert {"ul", "li", "table", "th", "td", "img"} <= page.tags
