"""Pages: what a customer sees, what nobody may see, and that strangers' words stay words."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from hd_bridge.render_words import LANGUAGES, Stage
from hd_bridge.views import PageEvent, PageMessage
from tests.unit.site_samples import ANSWER, EVENTS, IN_PROGRESS, SOLVED, at, facts, page, row
from tracking_site.pages import not_found_page, stylesheet, ticket_page
from tracking_site.passages import entries, linked, passage, split_quote
from tracking_site.words import words_of


class _Tags(HTMLParser):
    """Every tag of a page with its attributes, and the page's visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in_style else data


def text_of(html: str) -> str:
    return " ".join(_Tags(html).text.split())


def test_a_page_says_what_where_and_by_when() -> None:
    told = text_of(page(facts(IN_PROGRESS)))
    for words in (
        "Ticket #123",
        "Printer does not print",
        "In progress We are working on it.",
        "Expected by Tuesday, 24 November",
        "In charge Ana Souza",
        "Maria Oliveira 19 Nov 2026, 09:02",
        "Ana Souza Our team",
        "display.jpg",
        "Something to add? Reply to any of our emails",
        "Status: In progress 19 Nov 2026, 11:00",
        "Expected by 24 Nov 2026",
        "As of 21 Nov 2026, 12:00. Time zone: Brasilia Time.",
    ):
        assert words in told


def test_a_page_without_a_number_says_so_kindly() -> None:
    told = text_of(page(facts(None)))
    assert "is being filed. Its ticket number will appear here in a moment." in told
    assert "#" not in told.replace("[Acme #123]", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_stage_in_its_own_words(language: str) -> None:
    words = words_of(language)
    assert len({*words.stages.values()}) == len(Stage)
    assert words.events.keys() == words_of("en").events.keys()
    html = page(facts(IN_PROGRESS), language)
    assert f'<html lang="{language}">' in html and "{" not in text_of(html)


def test_the_progress_line_knows_how_far_the_ticket_has_come() -> None:
    def line(html: str) -> list[str]:
        return [attrs["class"] for tag, attrs in _Tags(html).tags if attrs.get("class") in ("done", "now", "ahead")]

    assert line(page(facts(None))) == ["now", "ahead", "ahead"]
    assert line(page(facts(row("Neu")))) == ["now", "ahead", "ahead"]
    assert line(page(facts(row("Waiting for parts")))) == ["done", "now", "ahead"]
    assert line(page(facts(row("Resolved")))) == ["done", "done", "done"]
    assert line(page(facts(SOLVED))) == ["done", "done", "done"]
    assert 'aria-current="step"' in page(facts(IN_PROGRESS))
    assert "Closed (done) 21 Nov 2026" in text_of(page(facts(SOLVED)))


def test_a_day_that_has_passed_and_a_closed_ticket_promise_nothing() -> None:
    past = replace(IN_PROGRESS, due_date=at(20, 0).date())
    closed = replace(SOLVED, due_date=at(24, 0).date())
    assert all("Expected" not in text_of(page(facts(ticket, events=()))) for ticket in (past, closed))


def test_nothing_internal_is_on_a_page() -> None:
    html = page(facts(IN_PROGRESS))
    assert "internal" not in html and "what an agent calls it" not in html


def test_what_strangers_write_stays_text() -> None:
    evil = PageMessage(
        kind="customer",
        at=at(19, 12),
        name="<img src=x onerror=alert(1)>\u202e",
        text="</div></style><script>alert(1)</script>{{ 7*7 }}\x00\x1b[2J javascript:alert(1) http://evil.example/",
        files=('"><script>.png', "../../etc/passwd"),
    )
    html = page(facts(IN_PROGRESS, subject="</title><script>alert(1)</script>", messages=(evil,)))
    tags = _Tags(html).tags
    assert not {"script", "img", "iframe", "form", "object", "base"} & {tag for tag, _ in tags}
    assert not any(name.startswith("on") for _, attrs in tags for name in attrs)
    assert all("evil.example" not in attrs.get("href", "") for _, attrs in tags)
    assert "{{ 7*7 }}" in html and not {"\x00", "\x1b", "\u202e"} & set(html)


def test_a_page_needs_nothing_beside_it_and_tells_nobody_who_reads_it() -> None:
    html = page(facts(IN_PROGRESS))
    metas = {attrs.get("name", attrs.get("http-equiv")): attrs.get("content") for _, attrs in _Tags(html).tags}
    assert (metas["robots"], metas["referrer"]) == ("noindex, nofollow, noarchive", "no-referrer")
    policy = metas["Content-Security-Policy"] or ""
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert [block.encode() for block in style] == [stylesheet()]
    assert f"'sha256-{b64encode(sha256(stylesheet()).digest()).decode()}'" in policy
    assert "unsafe" not in policy and policy.startswith("default-src 'none';")
    assert not re.search(r"@import|url\(|@font-face", stylesheet().decode())
    assert all("style" not in attrs and "src" not in attrs for _, attrs in _Tags(html).tags)
    addresses = [attrs["href"] for _, attrs in _Tags(html).tags if "href" in attrs]
    assert all(
        address.startswith(("https://support.example.com/", "mailto:", "data:image/svg")) for address in addresses
    )


def test_an_answer_by_mail_finds_its_ticket() -> None:
    html = page(facts(IN_PROGRESS, subject="50% off & more?"))
    assert "mailto:support@example.com?subject=Re%3A%20%5BAcme%20%23123%5D%2050%25%20off%20%26%20more%3F" in html
    assert "subject=Re%3A%20%5B%23123%5D%20Printer" in page(facts(IN_PROGRESS), tag="")
    assert "subject=Re%3A%20Printer" in page(facts(None), tag="")


def test_an_faq_that_is_no_web_address_is_not_linked() -> None:
    assert "javascript:" not in page(facts(IN_PROGRESS), faq_url="javascript:alert(1)")
    assert "Frequent questions" not in page(facts(IN_PROGRESS), faq_url="")


def test_only_our_own_words_are_linked_and_carefully() -> None:
    link = (
        '<a href="https://a.example/x?y=1&amp;z" rel="nofollow noopener noreferrer">https://a.example/x?y=1&amp;z</a>'
    )
    assert linked("(see https://a.example/x?y=1&z).") == f"(see {link})."
    assert "<a" not in linked("javascript:alert(1) ftp://x file:///etc/passwd www.example.com")
    theirs = passage(replace(ANSWER, kind="customer"), language="en", timezone="UTC", team="Acme")
    assert "<a" not in theirs.text


def test_the_quote_under_our_letter_is_folded_away() -> None:
    assert split_quote("Hello\n\nYou wrote:\n> a\n>\n> > b\n") == ("Hello", "a\n\n> b")
    assert split_quote("> a\nnew words below") == ("> a\nnew words below", "")
    assert split_quote("no quote") == ("no quote", "")
    assert "<details" in page(facts(IN_PROGRESS))


def test_whitespace_of_a_message_is_kept() -> None:
    assert "It says:\n\n    E0042  FUSER" in page(facts(IN_PROGRESS))


def test_the_story_is_told_once_and_without_what_is_internal() -> None:
    again = (*EVENTS, PageEvent(kind="received", at=at(21, 8)), PageEvent(kind="noted", at=at(21, 8)))
    solved = (*again, PageEvent(kind="status", at=at(21, 9), new="Closed"), PageEvent(kind="solved", at=at(21, 9)))
    told = [entry.what for entry in entries(solved, language="en", timezone="UTC")]
    assert told == [
        "Your message arrived",
        "Ticket opened",
        "Status: In progress",
        "Expected by 24 Nov 2026",
        "We answered",
        "You wrote again",
        "Solved",
    ]


def test_odd_events_do_not_stop_a_page() -> None:
    odd = (PageEvent(kind="due", at=at(19, 1), new="soon"), PageEvent(kind="due", at=at(19, 2)))
    assert [entry.what for entry in entries(odd, language="en", timezone="UTC")] == ["Expected by soon"]


def test_a_page_is_the_same_bytes_for_the_same_facts() -> None:
    def made() -> bytes:
        return ticket_page(
            facts(SOLVED),
            language="xx",
            timezone="Europe/Berlin",
            team="",
            address="help@example.org",
            now=datetime(2026, 11, 21, tzinfo=UTC),
        )

    assert made() == made()
    assert b"<bdi>help@example.org</bdi>" in made()


def test_the_page_for_what_is_not_there_speaks_all_languages() -> None:
    told = text_of(not_found_page().decode())
    assert all(words_of(language).missing in told for language in LANGUAGES)
