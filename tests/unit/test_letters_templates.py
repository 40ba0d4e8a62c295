"""Agents' answers and letters about a ticket's state: what they say, in which words, and for whom they differ."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import html5lib
import pytest

from hd_bridge.letters import note_body
from hd_bridge.render import LetterValues, Rendered, Templates
from hd_bridge.render_load import load_templates
from hd_bridge.render_manners import greets, signs
from hd_bridge.render_style import inlined
from hd_bridge.render_text import bare_subject
from hd_bridge.render_words import sender_words
from tests.unit.site_samples import NOW, PAGE, values

SHIPPED = load_templates()
LANGUAGES = ("de", "en", "es", "pt-BR")
STATES = ("status-in-progress", "status-waiting", "status-solved", "related-closed")
NOTE = note_body(
    "Please press *Reset* for 5 seconds:\n\n# hold\n# wait\n\n!key.png!", "textile", {"key.png": "1@a.example"}
)
MARKERS = {language: SHIPPED.sources[f"{language}/_marker.txt.j2"].strip() for language in LANGUAGES}


def answer(language: str = "en", templates: Templates = SHIPPED, **changes: Any) -> Rendered:
    body = {"agent_name": "Ana Souza", "body_text": NOTE.text, "body_html": NOTE.html, "kind": "follow-up"}
    return templates.render("answer", language, values(**{**body, **changes}))


def override(folder: Path, files: dict[str, str]) -> Templates:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return load_templates(folder)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_brings_the_agents_words_and_name_in_text_and_html(language: str) -> None:
    letter = answer(language, marker=True)
    assert letter.subject == "Re: [Acme #123] Printer does not print"
    for part in (letter.text, letter.html):
        needed = ("Maria", "Ana Souza", "Acme Support", PAGE, "It has stopped printing.", MARKERS[language])
        assert [word for word in needed if word not in " ".join(part.split())] == []
    assert "Please press *Reset* for 5 seconds:\n\n1. hold\n2. wait\n\n[key.png]\n" in letter.text
    assert 'src="cid:1@a.example"' in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(SHIPPED.names))
@pytest.mark.parametrize("kind", ["first-answer", "waiting", "solved", "in-progress"])
def test_every_letter_is_html_as_the_standard_wants_it(name: str, language: str, kind: str) -> None:
    full = values(kind=kind, marker=True, signature="Ana\nTeam", body_text=NOTE.text, body_html=NOTE.html)
    for given in (full, LetterValues(now=NOW, sender_name="Acme")):
        html5lib.HTMLParser(strict=True).parse(SHIPPED.render(name, language, given).html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_a_letter_about_a_state_says_which_ticket_and_how_to_answer(name: str, language: str) -> None:
    letter = SHIPPED.render(name, language, values(marker=True))
    assert letter.subject == "Re: [Acme #123] Printer does not print"
    for part in (letter.text, letter.html):
        assert all(word in part for word in ("#123", PAGE, "Acme Support", MARKERS[language]))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["answer", *STATES])
def test_what_is_not_known_leaves_no_hole(name: str, language: str) -> None:
    letter = SHIPPED.render(name, language, LetterValues(now=NOW, sender_name="Acme", ticket=7))
    for part in (letter.text, letter.html.partition("</head>")[2]):
        assert not re.search(r"None|\(\)| [.,;!]|href=\"\"|<table[^>]*>\s*</table>", part), part
    assert "\n\n\n" not in letter.text and letter.subject.startswith("Re: ")


def test_every_kind_of_answer_ends_in_its_own_words() -> None:
    said = {
        kind: answer(kind=kind, is_first_answer=kind == "first-answer").text
        for kind in ("first-answer", "follow-up", "waiting", "solved", "in-progress")
    }
    assert "Something to add?" in said["first-answer"] and "frequent questions" in said["first-answer"]
    assert "Something to add?" not in said["follow-up"] and "frequent questions" not in said["follow-up"]
    assert "we need your answer" in said["waiting"]
    assert "this is now solved" in said["solved"]
    assert "You can expect news by Tuesday, 24 November." in said["in-progress"]


def test_who_greets_and_signs_by_hand_is_not_helped() -> None:
    by_hand = "Hi Maria!\n\nPlease press Reset.\n\nBest regards,\nAna"
    letter = answer(body_text=by_hand, body_html=note_body(by_hand, "textile", {}).html)
    for part in (letter.text, letter.html):
        assert "Hello" not in part and "Kind regards" not in part and "Ana Souza" not in part
        assert "Acme Support" in part


@pytest.mark.parametrize(
    ("text", "greeted"),
    [
        ("Hello Maria,\nyes", True),
        ("Guten Tag Frau Müller,\nja", True),
        ("Sehr geehrte Damen und Herren,\nja", True),
        ("Olá Maria!\nsim", True),
        ("Bom dia, Maria, tudo bem?", True),
        ("Estimada María:\nsí", True),
        ("Hi", True),
        ("Please say hello to all", False),
        ("Highlight the row.", False),
        ("Oil the hinge, please", False),
        ("Dear customers of ours who have been waiting for this change for far too long: here it is", False),
        ("", False),
    ],
)
def test_a_greeting_is_known_in_four_languages(text: str, greeted: bool) -> None:
    assert greets(text) is greeted


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("yes\n\nKind regards,\nAna", True),
        ("ja\n\nMit freundlichen Grüßen\nAna Souza\nAcme GmbH", True),
        ("sim\n\nAtenciosamente,\nAna", True),
        ("sí\n\nUn saludo", True),
        ("yes\n\nThanks,\nAna", True),
        ("yes\n\nThank you!", False),
        ("Kind regards, they said, and then\nthey left us with a rather long last line here", False),
        ("Many", False),
        ("yes", False),
    ],
)
def test_a_closing_is_known_in_four_languages(text: str, signed: bool) -> None:
    assert signs(text) is signed


def test_a_signature_has_its_own_lines_and_no_tags() -> None:
    letter = answer(signature="Ana Souza\nHead of <Support>\n+55 11 5555-0000")
    assert "\nKind regards,\nAna Souza\nHead of <Support>\n+55 11 5555-0000\nAcme Support\n" in letter.text
    assert "Ana Souza<br>Head of &lt;Support&gt;<br>+55 11 5555-0000<br>" in letter.html


def test_a_letter_that_we_begin_with_answers_nothing() -> None:
    assert answer(we_began=True, quoted="").subject == "[Acme #123] Printer does not print"


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: [Acme #123] Re: Printer", "Printer"),
        ("AW: WG: Printer", "WG: Printer"),
        ("RES: Re[2]: RV: Printer", "Printer"),
        ("回复:Printer", "Printer"),
        ("Reset: how?", "Reset: how?"),
        ("[Other #123] Printer", "[Other #123] Printer"),
        ("Re:", ""),
    ],
)
def test_subjects_do_not_pile_up(subject: str, bare: str) -> None:
    assert bare_subject(subject, "[Acme #123]") == bare


def test_the_marker_stands_first_and_only_where_it_is_wanted() -> None:
    assert answer(marker=True).text.startswith("##- Please write your answer above this line -##\n\nHello")
    assert "##-" not in answer().text + answer().html
    assert len(set(MARKERS.values())) == 4 and set(SHIPPED.markers) == set(MARKERS.values())
    assert all(re.fullmatch(r"##- [^#]{20,70} -##", marker) for marker in MARKERS.values())


def test_a_mark_stands_where_it_is_quoted_and_out_of_the_way() -> None:
    letter = answer(mark="ref:abc234")
    assert letter.text.index("support@example.com\nref:abc234\n") > letter.text.index("Kind regards")
    assert letter.html.count("ref:abc234") == 1
    assert "ref:" not in answer().text + answer().html


def test_styles_are_written_into_the_elements_and_only_conditions_stay_in_a_sheet() -> None:
    html = answer().html
    assert "data-inline" not in html and html.count("<style") == 1
    assert re.search(r'<ol style="[^"]*padding: 0 0 0 24px', html)
    assert "@media (prefers-color-scheme: dark)" in html
    assert inlined("<p>as it is</p>") == "<p>as it is</p>"


PARTS = {
    "en/_footer.txt.j2": "general",
    "en/_footer-solved.txt.j2": "general solved",
    "en/sales/_footer.txt.j2": "sales",
    "en/acme/_footer.txt.j2": "acme",
    "en/acme/_footer-solved.txt.j2": "acme solved",
    "en/acme/answer.txt.j2": "Re: {{ subject }}\nacme's own letter\n{% include '_footer.txt.j2' %}",
}


@pytest.mark.parametrize(
    ("mailbox", "project", "kind", "language", "last"),
    [
        ("support", "other", "follow-up", "en", "general"),
        ("support", "other", "solved", "en", "general solved"),
        ("sales", "acme", "follow-up", "en", "sales"),
        ("sales", "acme", "solved", "en", "sales"),
        ("support", "acme", "solved", "en", "acme solved"),
        ("support", "acme", "follow-up", "en", "acme"),
        ("support", "acme", "follow-up", "de", "support@example.com"),
        ("../en", "acme/../../x", "../../solved", "en", "general"),
    ],
)
def test_header_and_footer_are_those_of_the_mailbox_the_project_the_language_and_the_kind(
    tmp_path: Path, mailbox: str, project: str, kind: str, language: str, last: str
) -> None:
    templates = override(tmp_path, PARTS)
    letter = answer(language, templates, mailbox_name=mailbox, project=project, kind=kind, quoted="")
    assert letter.text.strip().split("\n")[-1] == last
    assert ("acme's own letter" in letter.text) is (project == "acme" and language == "en")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Ana from Acme"),
        ("de-AT", "Ana von Acme"),
        ("es", "Ana de Acme"),
        ("pt", "Ana | Acme"),
        ("ja", "Ana from Acme"),
    ],
)
def test_a_letter_is_from_a_person_and_a_team(language: str, words: str) -> None:
    assert sender_words(language, "Ana", "Acme") == words
    assert sender_words(language, "", "Acme") == "Acme"
    assert sender_words(language, "Ana", "") == "Ana"
