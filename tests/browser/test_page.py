"""Pages and letters in a real Chromium: readable on a phone, silent console, nothing that axe-core objects to."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hd_bridge.render_load import load_templates
from hd_bridge.views import PageFacts
from tests.unit.site_samples import IN_PROGRESS, SOLVED, answer_values, facts, page, row
from tracking_site.pages import not_found_page
from tracking_site.publish import FolderPublisher
from tracking_site.serve import SiteServer

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES: dict[str, tuple[PageFacts, str]] = {
    "fresh": (facts(None), "en"),
    "received": (facts(row("Nova")), "pt-BR"),
    "waiting": (facts(row("Feedback"), subject="Donaudampfschifffahrtsgesellschaftskapitän" * 3), "de"),
    "progress": (facts(IN_PROGRESS), "es"),
    "solved": (facts(SOLVED), "en"),
}


# Words with less contrast than WCAG's 4.5 to 1 against the nearest ground that is painted behind them.
FAINT = """() => {
  const parts = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = (color) => parts(color).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const painted = (color) => parts(color).length === 3 || parts(color)[3] > 0;
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (painted(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.push(walker.currentNode.textContent.trim());
  }
  return found;
}"""
LETTERS = ("ack", "ack-urgent", "answer", "digest", "related-closed", "status-solved", "status-waiting")
OWN_PICTURE = re.compile("cid:|ERR_UNKNOWN_URL_SCHEME")  # a mail program shows it from the letter; a browser cannot


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        told = "chromium is not installed: the pages were not looked at in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Every page, and every HTML letter beside them, behind our own server and on the disk."""
    folder = tmp_path_factory.mktemp("site")
    publisher = FolderPublisher(folder)
    publisher.prepare()
    for name, (shown, language) in PAGES.items():
        publisher.put(f"t/{name}/index.html", page(shown, language).encode())
    templates = load_templates()
    for language in ("en", "pt-BR", "de", "es"):
        for name in sorted(templates.names):
            html = templates.render(name, language, answer_values()).html
            publisher.put(f"{name}.{language}.html", html.encode())
    server = SiteServer(folder)
    yield server.start(), folder
    server.stop()


@contextmanager
def opened(chromium: Browser, url: str, *, width: int = 360, dark: bool = False) -> Iterator[tuple[Page, list[str]]]:
    """A page in a window of its own, and every complaint and request to elsewhere that it caused."""
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme="dark" if dark else "light", java_script_enabled=True
    )
    complaints: list[str] = []
    shown = context.new_page()
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.on("request", lambda asked: complaints.append(asked.url) if asked.url.startswith("http") else None)
    shown.goto(url)
    complaints[:] = [complaint for complaint in complaints if complaint != url]
    try:
        yield shown, complaints
    finally:
        context.close()


def objections(shown: Page) -> list[tuple[str, str]]:
    """What axe-core has against a page: the rule, and where it is broken."""
    shown.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    found = shown.evaluate("axe.run()")["violations"]
    return [(violation["id"], str(node["target"])) for violation in found for node in violation["nodes"]]


def scrolls_sideways(shown: Page) -> bool:
    return bool(shown.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_is_readable_on_a_phone_and_accessible(
    chromium: Browser, site: tuple[str, Path], name: str, dark: bool
) -> None:
    with opened(chromium, f"{site[0]}t/{name}/", dark=dark) as (shown, complaints):
        assert not scrolls_sideways(shown)
        assert complaints == []
        assert objections(shown) == []


@pytest.mark.parametrize("width", [320, 700, 1280])
def test_a_page_fits_every_window(chromium: Browser, site: tuple[str, Path], width: int) -> None:
    with opened(chromium, f"{site[0]}t/waiting/", width=width) as (shown, complaints):
        assert not scrolls_sideways(shown)
        assert complaints == []


def test_a_page_from_a_disk_looks_like_the_one_from_a_server(chromium: Browser, site: tuple[str, Path]) -> None:
    looks = "getComputedStyle(document.querySelector('.cover')).backgroundColor"
    with opened(chromium, f"{site[0]}t/solved/") as (served, _):
        seen = served.evaluate(looks)
    with opened(chromium, (site[1] / "t" / "solved" / "index.html").as_uri()) as (lying, complaints):
        assert lying.evaluate(looks) == seen == "rgb(255, 253, 248)"
        assert complaints == []


def test_dark_mode_is_dark(chromium: Browser, site: tuple[str, Path]) -> None:
    with opened(chromium, f"{site[0]}t/solved/", dark=True) as (shown, _):
        color = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", color)) < 64


def test_a_script_that_got_into_a_page_would_not_run(chromium: Browser, site: tuple[str, Path]) -> None:
    """Nothing of a stranger's is ever markup; should that fail one day, the policy is the second wall."""
    evil = page(facts(IN_PROGRESS)).replace("</main>", "<script>document.title = 'taken'</script></main>")
    FolderPublisher(site[1]).put("t/evil/index.html", evil.encode())
    with opened(chromium, f"{site[0]}t/evil/") as (shown, complaints):
        assert shown.title() != "taken"
        assert complaints and all("Content Security Policy" in complaint for complaint in complaints)


def test_the_quote_under_our_letter_unfolds_without_a_script(chromium: Browser, site: tuple[str, Path]) -> None:
    with opened(chromium, f"{site[0]}t/solved/") as (shown, complaints):
        quoted = shown.locator("details.quoted .text")
        assert not quoted.is_visible()
        shown.locator("details.quoted summary").click()
        assert quoted.is_visible() and complaints == []


def test_a_page_that_is_not_there_is_accessible_too(chromium: Browser, site: tuple[str, Path]) -> None:
    assert (site[1] / "404.html").read_bytes() == not_found_page()
    with opened(chromium, f"{site[0]}t/nobody/") as (shown, complaints):
        assert not scrolls_sideways(shown)
        assert [complaint for complaint in complaints if "404" not in complaint] == []
        assert objections(shown) == []


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_letter_fits_a_small_phone_and_is_accessible(
    chromium: Browser, site: tuple[str, Path], name: str, dark: bool
) -> None:
    # A letter is no page: it has no landmarks, and its heading is the subject that the mail program shows.
    for_pages = {"landmark-one-main", "page-has-heading-one", "region"}
    with opened(chromium, (site[1] / f"{name}.en.html").as_uri(), width=320, dark=dark) as (shown, complaints):
        assert not scrolls_sideways(shown)
        assert [complaint for complaint in complaints if not OWN_PICTURE.search(complaint)] == []
        assert [rule for rule in objections(shown) if rule[0] not in for_pages] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everything_in_an_answer_stands_out_from_its_ground(
    chromium: Browser, site: tuple[str, Path], dark: bool
) -> None:
    """Also where a mail program drops style sheets: what is inlined must then be readable on a white page."""
    with opened(chromium, (site[1] / "answer.en.html").as_uri(), dark=dark) as (shown, _):
        assert shown.evaluate(FAINT) == []
        faint = "#444444" if dark else "#aaaaaa"
        shown.evaluate(f"document.querySelector('h2').style.setProperty('color', '{faint}', 'important')")
        assert shown.evaluate(FAINT) == ["And then?"]
    stripped = re.sub(r"<style>.*?</style>", "", (site[1] / "answer.en.html").read_text(), flags=re.DOTALL)
    (site[1] / "stripped.html").write_text(stripped)
    with opened(chromium, (site[1] / "stripped.html").as_uri(), dark=dark) as (shown, _):
        assert shown.evaluate(FAINT) == []


def test_a_letter_fits_a_small_phone_in_every_language(chromium: Browser, site: tuple[str, Path]) -> None:
    for letter in sorted(site[1].glob("*.*.html")):
        with opened(chromium, letter.as_uri(), width=320) as (shown, _):
            assert not scrolls_sideways(shown), letter.name
