"""Whole tickets on a running Redmine, seen by an agent who logged in by the form. Touches the network.

What test_markup_redmine.py shows for each text by Redmine's own formatter, this shows for the page that agents read,
with texts that hypothesis makes, from the mail to the page.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hd_bridge.mail.body import html_reply_markup
from hd_bridge.mail.parse import parse
from hd_bridge.tracker.markup import from_common_mark, quote_marked, quote_plain
from tests.live.servers.loopback import wait_until
from tests.live.servers.redmine import Redmine
from tests.live.test_markup_redmine import ADDRESSES, OWN, SIGNS, TAGS, letters

pytestmark = pytest.mark.live

MARKUPS = ("textile", "common_mark")
LIVE = st.sampled_from(
    [*OWN, *TAGS, *SIGNS, *ADDRESSES, "@ana", "@bruno,", "#1", "{{child_pages}}", "{{include(Wiki)}}"]
)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
TEXTS = st.lists(st.one_of(LIVE, WORDS, st.sampled_from(["\n", "\n\n", "  ", " - "])), min_size=1, max_size=14)
FEW = settings(
    derandomize=True, max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Page(HTMLParser):
    """The description on a ticket's page: its words, and every link and picture in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.links, self.pictures, self.tags = "", [""] * 0, [""] * 0, {""}
        self._depth = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Counts divisions, to know where the description ends."""
        found = dict(attrs)
        if self._depth:
            self.tags.add(tag)
            self._depth += tag == "div"
        elif tag == "div" and found.get("class") == "wiki" and not self.words:
            self._depth = 1
        if self._depth and tag == "a":
            self.links.append(f"{found.get('class')} {found.get('href')}")
        if self._depth and tag == "img":
            self.pictures.append(found.get("src") or "")

    def handle_endtag(self, tag: str) -> None:
        """The last one ends the description."""
        self._depth -= bool(self._depth) and tag == "div"

    def handle_data(self, data: str) -> None:
        """Words of the description."""
        self.words += data if self._depth else ""


class Agent:
    """Ana at her browser, and the bridge that opens tickets."""

    def __init__(self, redmine: Redmine) -> None:
        self._redmine = redmine
        self._browser = requests.Session()
        form = self._browser.get(f"{redmine.url}/login", timeout=60).text
        token = re.search(r'name="authenticity_token" value="([^"]+)"', form)
        assert token is not None
        fields = {"username": "ana", "password": "ana-secret-1", "authenticity_token": token[1]}
        answer = self._browser.post(f"{redmine.url}/login", data=fields, timeout=60)
        assert 'class="user active"' in answer.text, "logged in"

    def reads(self, description: str) -> Page:
        """The page of a new ticket."""
        issue = {"project_id": "support", "subject": "Words", "description": description}
        headers = {"X-Redmine-API-Key": self._redmine.bridge_key}
        made = requests.post(f"{self._redmine.url}/issues.json", json={"issue": issue}, headers=headers, timeout=60)
        made.raise_for_status()
        number = made.json()["issue"]["id"]
        return Page(self._browser.get(f"{self._redmine.url}/issues/{number}", timeout=60).text)

    def told(self) -> int:
        """How many mails Redmine has wanted to send so far, by its own log."""
        wait_until(lambda: self._settled(), "the mails under way")
        return self._sent()

    def _sent(self) -> int:
        log = self._redmine.puma.files.parent / "log" / "production.log"
        return log.read_text(errors="replace").count("Enqueued ActionMailer")

    def _settled(self) -> bool:
        before = self._sent()
        time.sleep(0.3)
        return self._sent() == before


@pytest.fixture(scope="module", params=MARKUPS)
def markup(request: pytest.FixtureRequest, redmine: Redmine) -> Iterator[str]:
    """Redmine set to one of its two ways to format texts."""
    redmine.setting("text_formatting", request.param)
    redmine.setting("notified_events", "---\n- issue_added\n")
    redmine.sql("UPDATE users SET mail_notification = 'only_assigned' WHERE login = 'ana'")
    yield request.param
    redmine.sql("UPDATE users SET mail_notification = 'none' WHERE login = 'ana'")
    redmine.setting("text_formatting", "textile")
    redmine.setting("notified_events", "--- []\n")


@pytest.fixture(scope="module")
def agent(redmine: Redmine) -> Agent:
    """Logged in once."""
    return Agent(redmine)


def harmless(page: Page) -> list[str]:
    """Links that lead into Redmine, pictures from elsewhere, and other things that no customer's words may make."""
    links = [link for link in page.links if not re.match(r"(external|email) (https?|ftp|mailto)", link)]
    pictures = [source for source in page.pictures if not source.startswith("/attachments/")]
    return [*links, *pictures, *(page.tags & {"script", "form", "input", "iframe", "object", "style", "svg"})]


def test_signs_sent_as_they_are_come_alive_on_the_page(agent: Agent, markup: str) -> None:
    """Else the tests below would prove nothing."""
    before = agent.told()
    assert harmless(agent.reads("Words #1 and @ana"))
    assert agent.told() > before
    told = -1
    while told != agent.told():  # Redmine sends them one after the other: the last must not count for the next test
        told = agent.told()
        time.sleep(2)


def test_plain_words_are_on_the_page_and_do_nothing(agent: Agent, markup: str) -> None:
    before = agent.told()

    @FEW
    @given(pieces=TEXTS)
    def each(pieces: list[str]) -> None:
        text = " ".join(pieces)
        page = agent.reads(quote_plain(f"begin {text} end", markup))
        assert harmless(page) == []
        assert letters(page.words) == letters(f"begin {text} end")

    each()
    assert agent.told() == before, "none of them told anybody"


@FEW
@given(pieces=TEXTS)
def test_quoted_words_are_on_the_page_and_do_nothing(agent: Agent, markup: str, pieces: list[str]) -> None:
    text = " ".join(pieces).replace("\n", "\n> ")
    page = agent.reads(quote_marked(f"> begin {text} end", markup))
    assert harmless(page) == []
    assert "blockquote" in page.tags


@FEW
@given(pieces=TEXTS)
def test_an_html_mail_s_words_are_on_the_page_and_do_nothing(agent: Agent, markup: str, pieces: list[str]) -> None:
    words = " ".join(pieces).replace("&", "&amp;").replace("<", "&lt;")
    made, text = html_reply_markup(f"<p>begin <b>{words}</b></p><ul><li>{words}</li></ul><p>end</p>", {})
    page = agent.reads(from_common_mark(made, markup, {}))
    assert harmless(page) == []
    assert set(letters(page.words)) >= set(letters(text)) - set("-|>")


HOSTILE = """\
<form action="https://evil.example/"><input name="x"><button>press</button></form><script>alert(1)</script>
<img src="https://evil.example/pixel.gif" width="1" height="1"><img src="https://evil.example/big.png" alt="big">
<a href="javascript:alert(1)">one</a> <a href="data:text/html,x">two</a>
<a href="https://evil.example/">bank.example</a> <svg onload="alert(1)"></svg>
<div style="display:none">{{include(Wiki)}} unseen</div><iframe src="https://evil.example/"></iframe>
<p onclick="x()" style="background:url(https://evil.example/bg.png);position:fixed;top:0">@ana {{toc}} #1</p>"""


def test_a_hostile_mail_is_read_and_does_nothing(agent: Agent, markup: str) -> None:
    raw = f"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n{HOSTILE}".encode()
    email = parse(raw)
    before = agent.told()
    page = agent.reads(from_common_mark(email.markup or "", markup, {}))
    assert harmless(page) == []
    assert "press" in page.words and "unseen" not in page.words + email.text
    assert [link for link in page.links if "evil" in link] == ["external https://evil.example/"]
    assert agent.told() == before
