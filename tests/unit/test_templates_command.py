"""``hd-bridge templates`` as somebody types it: what there is, what is wrong, how it looks. Touches the disk."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hd_bridge.letters.links import links_in, wrong_with
from hd_bridge.link_check import dead
from tests.unit.test_commands import here, left
from tests.unit.typed import command

__all__ = ["here"]
PAGE = "h2. Refund\n\nWe refund you, {{ contact_first }}. See https://shop.acme.io/refunds.\n\nh3. de\n\nErstattet.\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture
def own(here: Path) -> Path:
    """An installation with letters of its own, and saved answers on a wiki page and in files."""
    config = (here / "config.yaml").read_text(encoding="utf-8")
    assert "  # folder: answers\n" in config
    config = config.replace("  # folder: answers\n", "  folder: answers\n")
    (here / "config.yaml").write_text(config + "\ntemplates:\n  folder: letters\n", encoding="utf-8")
    write(here, {"letters/en/support/_footer.txt.j2": "Cheers\n", "letters/en/ack-vip.txt.j2": "Hi\nDear VIP\n"})
    write(here, {"answers/Opening hours.md": "We are **there** all day.", "page": PAGE})
    assert command(here, "run", "--once").returncode == 0
    saved = command(here, "desk", "page", "support", "Canned_answers", "--write", "page")
    assert saved.returncode == 0, saved.stderr
    return here


def test_what_reads_leaves_an_empty_folder_as_it_was(here: Path) -> None:
    for words in (["list"], ["lint"], ["preview", "answer"]):
        said = command(here, "templates", *words)
        assert said.returncode == 0, said.stderr
        assert left(here) == ["config.yaml"]


def test_the_list_tells_kind_language_and_whose_each_is(own: Path) -> None:
    said = command(own, "templates", "list", "--json")
    entries = {
        (one["kind"], one["name"], one["of"]): one["languages"] for one in map(json.loads, said.stdout.splitlines())
    }
    assert entries["letter", "ack", "all"] == {"de": "ours", "en": "ours", "es": "ours", "pt-BR": "ours"}
    assert entries["letter", "ack-vip", "all"] == {"en": "yours"}
    assert entries["part", "_footer", "support"] == {"en": "yours"}
    assert entries["saved answer", "Refund", "support"] == {"": "yours", "de": "yours"}
    assert entries["saved answer", "Opening hours", "support"] == {"": "yours"}
    assert "Opening hours" in command(own, "templates", "list").stdout


def test_what_is_well_is_said_to_be_and_what_is_not_is_named(own: Path) -> None:
    said = command(own, "templates", "lint")
    assert said.returncode == 0, said.stdout
    write(
        own,
        {
            "letters/en/ack.txt.j2": "Subject\n{{ custmer }} http//broken https://www.example.com/x",
            "letters/en/_foter.txt.j2": "never included",
            "letters/en/slaes/_footer.txt.j2": "for nobody",
            "answers/de/Opening hours.textile": "{% if %}",
            "answers/en/Shipping.txt": "{{ contact_first|shout }} https://user:secret@acme.io/",
        },
    )
    said = command(own, "templates", "lint", "--json")
    flaws = {one["text"]: one["mistake"] for one in map(json.loads, said.stdout.splitlines())}
    assert said.returncode == 1
    expected = {
        "en/ack.txt.j2: there is no value “custmer”": True,
        "en/ack.txt.j2: the link https://www.example.com/x is a placeholder": True,
        "en/ack.txt.j2: is yours, and en/ack.html.j2 is not": False,
        "en/_foter.txt.j2: no letter includes it": False,
        "slaes/: there is no mailbox and no project of that name": False,
        "de/Opening hours.textile (de): line 1": True,
        "en/Shipping.txt (en): line 1: there is no filter “shout”": True,
        "the link https://user:secret@acme.io/ carries a password": True,
    }
    for text, mistake in expected.items():
        assert [flaws[one] for one in flaws if text in one] == [mistake], (text, flaws)


def test_a_preview_shows_a_letter_with_a_samples_values_and_writes_its_html(own: Path) -> None:
    said = command(own, "templates", "preview", "answer", "--lang", "de", "--html", "letter.html")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("Re: [support #123] Where is the second page?\n")
    assert "Guten Tag Maria Oliveira," in said.stdout and "1. Open the menu" in said.stdout
    html = (own / "letter.html").read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>") and 'lang="de"' in html


def test_a_preview_of_a_saved_answer_stands_in_an_answer_of_its_mailbox(own: Path) -> None:
    said = command(own, "templates", "preview", "refund", "--lang", "fr", "--json")
    letter = json.loads(said.stdout)
    assert "We refund you, Maria. See https://shop.acme.io/refunds." in letter["text"]
    assert letter["text"].split("\n\n")[-1].startswith("You wrote:") and "\nCheers\n" in letter["text"]
    assert "Erstattet." in command(own, "templates", "preview", "refund", "--lang", "de").stdout


def test_a_preview_takes_a_past_tickets_values(own: Path) -> None:
    assert command(own, "demo", "--once").returncode == 0
    said = command(own, "templates", "preview", "answer", "--ticket", "#1", "--config", "var/demo/config.yaml")
    if said.returncode:  # the demo keeps its journal where the configuration has it
        said = command(own, "templates", "preview", "answer", "--ticket", "#1")
    assert said.returncode == 0, said.stderr
    assert "#1]" in said.stdout.split("\n")[0] and "Maria" not in said.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["preview", "anwser"], "there is no letter and no saved answer “anwser” in support; did you mean “answer”"),
        (["preview", "answer", "--ticket", "#99"], "the journal knows no ticket #99"),
        (["preview", "answer", "--ticket", "x"], "the journal knows no ticket x"),
        (["preview", "answer", "--mailbox", "sales"], "there is no mailbox “sales”; there are support"),
        (["preview", "answer", "--kind", "odd"], "there is no kind of letter “odd”; there are first-answer"),
    ],
)
def test_what_there_is_not_is_said_in_words(here: Path, words: list[str], told: str) -> None:
    said = command(here, "templates", *words)
    assert said.returncode == 2 and told in said.stderr


class Site(BaseHTTPRequestHandler):
    """One page that only GET finds, one that is there, one that is not."""

    def do_HEAD(self) -> None:
        self._answer(405 if self.path == "/get" else None)

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/get" else None)

    def _answer(self, status: int | None) -> None:
        self.send_response(status or {"/there": 200, "/login": 403}.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_dead_link_is_found_by_asking() -> None:
    with site() as url:
        found = dead([f"{url}/there", f"{url}/get", f"{url}/login", f"{url}/gone", f"{url}/gone"])
        assert found == {f"{url}/gone": "answers HTTP 404"}
    assert dead([f"{url}/there"]) == {f"{url}/there": "cannot be reached"}


def test_lint_asks_only_when_it_is_told_to(own: Path) -> None:
    with site() as url:
        write(
            own,
            {
                "answers/Links.md": f"[here]({url}/gone) and {url}/there, [made]({{{{ page_url }}}}x)",
                "page": "h1. None\n",
            },
        )
        assert command(own, "desk", "page", "support", "Canned_answers", "--write", "page").returncode == 0
        assert command(own, "templates", "lint").returncode == 0
        said = command(own, "templates", "lint", "--online")
    assert said.returncode == 1
    assert f"Links.md: the link {url}/gone answers HTTP 404" in " ".join(said.stdout.split())


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://acme.io/a?b=c#d", ""),
        ("www.acme.io/x", ""),
        ("http://localhost:8025/", ""),
        ("http://[::1]/", ""),
        ("https:/acme.io", "lacks the two slashes behind the colon"),
        ("https://acme", "names no site"),
        ("https://", "names no site"),
        ("https://acme.io:x/", "is no address"),
        ("ftp://acme.io/", "is an ftp address, which browsers do not open"),
        ("https://example.com/", "is a placeholder"),
        ("https://a:b@acme.io/", "carries a password"),
    ],
)
def test_a_link_is_looked_at_for_its_form(address: str, wrong: str) -> None:
    assert wrong_with(address) == wrong


def test_links_that_a_value_completes_are_left_alone() -> None:
    text = (
        '<a href="https://acme.io/a">x</a> (www.acme.io/b). "c":https://acme.io/c_d, https://{{ host }}/ {{ page_url }}'
    )
    assert links_in(text) == ("https://acme.io/a", "www.acme.io/b", "https://acme.io/c_d")
