"""Letters as they are rendered: languages, safety, overriding, and what ``lint`` finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hd_bridge.errors import ConfigError
from hd_bridge.render import LetterValues, Templates
from hd_bridge.render_lint import lint
from hd_bridge.render_load import load_templates
from tests.unit.site_samples import NOW, PAGE, values

SHIPPED = load_templates()
LANGUAGES = ("de", "en", "es", "pt-BR")


def override(folder: Path, files: Mapping[str, str]) -> Templates:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return load_templates(folder)


def test_the_shipped_templates_have_no_mistake() -> None:
    assert lint(SHIPPED) == ()
    answers = {"answer", "related-closed", "status-in-progress", "status-solved", "status-waiting"}
    assert SHIPPED.names == {"ack", "ack-urgent", "digest", *answers}
    assert all(SHIPPED.languages(name) == set(LANGUAGES) for name in SHIPPED.names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ack", "ack-urgent"])
def test_an_acknowledgement_says_in_text_and_html_all_that_a_customer_needs(name: str, language: str) -> None:
    letter = SHIPPED.render(name, language, values())
    assert letter.subject == "[Acme #123] Printer does not print"
    for part in (letter.text, letter.html):
        needed = ("Maria", "#123", "by Tuesday, 24 November", "Received", PAGE, "Acme Support", "support@example.com")
        assert [word for word in needed if word not in " ".join(part.split())] == []
        assert "It has stopped printing." in part
    assert all(len(line) <= 76 for line in letter.text.splitlines() if "https://" not in line)
    assert "\n\n\n" not in letter.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["ack", "ack-urgent"])
def test_what_is_not_known_leaves_no_hole(name: str, language: str) -> None:
    letter = SHIPPED.render(name, language, LetterValues(now=NOW, sender_name="Acme", ticket=7))
    for part in (letter.text, letter.html.partition("</head>")[2]):
        assert not re.search(r"None|\(\)| [.,;!]|href=\"\"|<table[^>]*>\s*</table>", part), part


@pytest.mark.parametrize(
    ("asked", "mailbox", "written"),
    [
        ("pt", "en", "pt-BR"),
        ("pt-PT", "en", "pt-BR"),
        ("pt_br", "en", "pt-BR"),
        ("de-AT", "en", "de"),
        ("DE", "en", "de"),
        ("ja", "es", "es"),
        ("ja", "ko", "en"),
        ("", "de", "de"),
    ],
)
def test_a_language_we_do_not_have_falls_back_to_its_base_the_mailboxs_and_english(
    asked: str, mailbox: str, written: str
) -> None:
    assert SHIPPED.language("ack", asked, mailbox) == written
    assert f'lang="{written}"' in SHIPPED.render("ack", asked, values(), fallback=mailbox).html


def test_a_stranger_cannot_inject_a_header_a_tag_or_a_template() -> None:
    evil = values(
        subject="x\r\nBcc: all@example.com\u2028\u202ereversed",
        contact_first="{{ 7*7 }}",
        company='"><img src=x onerror=alert(1)>',
        quoted="{{ 7*7 }} {% include 'x' %} <script>alert(1)</script>\x1b[31m",
        page_url='https://x.example/"onmouseover="alert(1)',
    )
    letter = SHIPPED.render("ack", "en", evil)
    assert letter.subject == "[Acme #123] x Bcc: all@example.com reversed"
    assert "{{ 7*7 }} {% include 'x' %} <script>" in letter.text
    assert "49" not in letter.text
    assert "<script" not in letter.html and "<img" not in letter.html and '"onmouseover' not in letter.html
    assert "\x1b" not in letter.text + letter.html


def test_no_person_signs_what_a_machine_wrote() -> None:
    for name in ("ack", "ack-urgent"):
        letter = SHIPPED.render(name, "en", values(agent="Ana Souza"))
        assert "Ana Souza" not in letter.text + letter.html


def test_a_name_that_advertises_is_not_greeted() -> None:
    letter = SHIPPED.render("ack", "en", values(contact_first="WIN at www.evil.example", contact_name="a@b.example"))
    assert letter.text.startswith("Hello,\n") and "evil" not in letter.text + letter.html


def test_a_long_mail_is_quoted_only_in_part() -> None:
    letter = SHIPPED.render("ack", "en", values(quoted="\n".join(f"line {n}" for n in range(400))))
    assert "> line 5\n" in letter.text and "> […]" in letter.text
    assert "line 200" not in letter.text and "line 200" not in letter.html


def test_html_letters_need_nothing_from_outside() -> None:
    for language in LANGUAGES:
        for name in sorted(SHIPPED.names):
            html = SHIPPED.render(name, language, values()).html
            assert not re.search(r"<link|<img|<script|<iframe|@import|url\(|src=", html)
            assert set(re.findall(r"https://[^\s\"<]+", html)) <= {PAGE, "https://support.example.com/faq/"}


def test_a_digest_counts_in_the_readers_grammar() -> None:
    one, two = values(lines=("a",)), values(lines=("a", "b"))
    assert SHIPPED.render("digest", "en", one).subject == "hd_bridge: one thing needs your attention"
    assert SHIPPED.render("digest", "de", two).subject == "hd_bridge: 2 Vorgänge brauchen Ihre Aufmerksamkeit"
    assert "21 Nov 2026, 12:00 (America/Sao_Paulo)" in SHIPPED.render("digest", "en", two).text.replace("\n", " ")


def test_a_link_into_the_faq_is_made_of_its_sections_title() -> None:
    assert values().faq_link("Printer & Paper!") == "https://support.example.com/faq/#printer-paper"
    assert values().faq_link() == "https://support.example.com/faq/"
    assert values(faq_url="").faq_link("Printer") == ""


def test_a_file_of_the_operators_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    templates = override(tmp_path, {"en/_footer.txt.j2": "Cheers\n", "en/ack-vip.txt.j2": "Hi {{ company }}\nBody\n"})
    assert "\nCheers\n" in templates.render("ack", "en", values()).text
    vip = templates.render("ack-vip", "de", values())
    assert (vip.subject, vip.text, vip.html) == ("Hi Padaria Sol", "Body\n", "")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"en/ack.txt.j2": "x\n{{ custmer }}"}, "en/ack.txt.j2: there is no value “custmer”"),
        ({"en/ack.txt.j2": "x\n{% if not company %}{{ typo }}{% endif %}"}, "there is no value “typo”"),
        ({"en/ack.txt.j2": "x\n{{ company|shout }}"}, "en/ack.txt.j2: line 2: there is no filter “shout”"),
        ({"en/ack.txt.j2": "x\n{% if company is big %}{% endif %}"}, "there is no test “big”"),
        ({"en/ack.txt.j2": "x\n{% if %}"}, "en/ack.txt.j2: line 2:"),
        ({"en/ack.txt.j2": "x\n{% include '_gone.txt.j2' %}"}, "there is no template “_gone.txt.j2” to include"),
        ({"en/ack.txt.j2": "\nx"}, "en/ack.txt.j2: its first line, the subject, is empty"),
        ({"en/ack.txt.j2": "x\n{{ ticket + company }}"}, "en/ack.txt.j2: TypeError in an expression"),
        ({"en/ack.txt.j2": "x\n{{ company.nothing }}"}, "has no attribute 'nothing'"),
        ({"en/ack.txt.j2": "x\n{{ ''.__class__.__mro__ }}"}, "en/ack.txt.j2: access to attribute '__class__'"),
        ({"fr/ack.txt.j2": "x\ny"}, "fr/digest.txt.j2: is missing; expected because letters are written in fr"),
    ],
)
def test_lint_names_each_mistake_and_its_template(tmp_path: Path, files: dict[str, str], told: str) -> None:
    found = lint(override(tmp_path, files))
    assert any(told in mistake for mistake in found), found


def test_lint_asks_only_for_the_languages_that_are_wanted(tmp_path: Path) -> None:
    templates = override(tmp_path, {"de/ack-vip.txt.j2": "x\ny"})
    assert lint(templates, ("de",)) == ()
    assert lint(templates, ("de", "en")) == (
        "en/ack-vip.txt.j2: is missing; expected because letters are written in en",
    )


def test_a_letter_that_nobody_wrote_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no thanks\.txt\.j2 in de, es or en"):
        SHIPPED.render("thanks", "de", values(), fallback="es")
    with pytest.raises(ConfigError, match="there is no folder"):
        load_templates(tmp_path / "nowhere")


def test_an_error_in_a_letter_never_tells_what_a_customer_wrote(tmp_path: Path) -> None:
    templates = override(tmp_path, {"en/ack.txt.j2": "x\n{{ quoted|int + quoted }}"})
    with pytest.raises(ConfigError) as caught:
        templates.render("ack", "en", values(quoted="my secret"))
    assert "secret" not in str(caught.value)
