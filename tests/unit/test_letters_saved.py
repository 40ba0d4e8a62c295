"""Saved answers: found where agents edit them, in the reader's language, filled in without reading strangers' signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from hd_bridge.errors import ConfigError
from hd_bridge.letters import note_body
from hd_bridge.letters.saved_answers import (
    SavedAnswer,
    SavedAnswers,
    Unknown,
    language_named,
    of_files,
    of_page,
)
from hd_bridge.letters.saved_fill import fill
from hd_bridge.letters.saved_load import load_saved
from hd_bridge.render_load import load_templates
from tests.unit.site_samples import values

TEMPLATES = load_templates()
TEXTILE = """h1. Saved answers

{{toc}}

Each section is an answer.

h2. Reset the device

Press *Reset* for 5 seconds.

h3. Still dark?

Send it in.

h3. Deutsch

*Reset* drücken.

<pre>
h2. no heading
</pre>

h3. pt-BR

Aperte *Reset*.

h2. Refund

h3. English

We refund, {{ contact_first }}.

h2. Empty

h2. *Bold name*

x
"""
COMMON_MARK = """# Saved answers

Each section is an answer.

## Reset the device

Press **Reset** for 5 seconds.

### Still dark?

Send it in.

### Deutsch

**Reset** drücken.

```
## no heading
```

### pt-BR ###

Aperte **Reset**.

Refund
------

### English

We refund, {{ contact_first }}.

## Empty

## **Bold name**

x
"""


@pytest.mark.parametrize(("text", "markup"), [(TEXTILE, "textile"), (COMMON_MARK, "common_mark")])
def test_a_page_has_an_answer_a_section_and_a_language_a_heading_below_it(text: str, markup: str) -> None:
    found = of_page(text.replace("\n", "\r\n"), markup, "wiki page Answers of support")
    told = [(one.name, one.language, one.text.split("\n")[0].replace("**", "*")) for one in found]
    assert told == [
        ("Reset the device", "", "Press *Reset* for 5 seconds."),
        ("Reset the device", "de", "*Reset* drücken."),
        ("Reset the device", "pt-BR", "Aperte *Reset*."),
        ("Refund", "en", "We refund, {{ contact_first }}."),
        ("Bold name", "", "x"),
    ]
    assert "Still dark?" in found[0].text and "Send it in." in found[0].text
    assert "no heading" in found[1].text
    assert found[0].where == "wiki page Answers of support, “Reset the device”"


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("German", "de"),
        ("deutsch", "de"),
        ("de", "de"),
        ("PT-BR", "pt-BR"),
        ("português (Brasil)", "pt-BR"),
        ("Portuguese", "pt"),
        ("Español", "es"),
        ("日本語", "ja"),
        ("zh-Hant", "zh-Hant"),
        ("Still dark?", None),
        ("FAQ", None),
        ("xx", None),
        ("", None),
    ],
)
def test_a_heading_names_a_language_by_code_or_in_words(words: str, language: str | None) -> None:
    assert language_named(words) == language


def one(name: str, language: str = "", text: str = "t") -> SavedAnswer:
    return SavedAnswer(name=name, language=language, text=text, markup="textile", where="here")


ANSWERS = SavedAnswers(
    [
        one("Reset the device"),
        one("Reset the device", "de"),
        one("Refund", "pt-BR"),
        one("Refund", "en"),
        one("Reset the phone", "es"),
    ]
)


@pytest.mark.parametrize(
    ("name", "language", "fallback", "found"),
    [
        ("reset_the  DEVICE", "de-AT", "en", "de"),
        ("Reset the device", "fr", "de", ""),
        ("Refund", "pt", "en", "pt-BR"),
        ("Refund", "fr", "pt-BR", "pt-BR"),
        ("Refund", "fr", "ja", "en"),
        ("Reset the phone", "fr", "ja", "es"),
    ],
)
def test_an_answer_is_found_in_the_nearest_language(name: str, language: str, fallback: str, found: str) -> None:
    answer = ANSWERS.find(name, language, fallback)
    assert isinstance(answer, SavedAnswer) and answer.language == found


def test_a_name_that_is_not_there_brings_those_that_may_be_meant() -> None:
    assert ANSWERS.find("Reset teh device", "en") == Unknown(
        name="Reset teh device", close=("Reset the device", "Reset the phone")
    )
    assert ANSWERS.find("phone", "en") == Unknown(name="phone", close=("Reset the phone",))
    assert ANSWERS.find("", "en") == Unknown(name="")
    assert ANSWERS.names == ("Reset the device", "Refund", "Reset the phone")
    assert ANSWERS.languages("refund") == ("pt-BR", "en")


def test_files_are_answers_by_folder_and_name(tmp_path: Path) -> None:
    files = {
        "de/Gerät_zurücksetzen.txt": "Reset drücken.\n",
        "Refund.md": "\ufeffWe **refund**.",
        "pt-BR/Refund.textile": "Devolvemos.",
        "notes.pdf": "no answer",
        "images/logo.txt": "no language",
        "en/Empty.txt": " \n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    found = {(answer.name, answer.language): answer for answer in load_saved(tmp_path)}
    assert sorted(found) == [("Gerät zurücksetzen", "de"), ("Refund", ""), ("Refund", "pt-BR")]
    assert found["Refund", ""].text == "We **refund**." and found["Refund", ""].markup == "common_mark"
    assert load_saved(None) == ()
    with pytest.raises(ConfigError, match="there is no folder"):
        load_saved(tmp_path / "gone")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_saved(tmp_path)


def filled(text: str, written: str, markup: str, **changes: str) -> str:
    answer = SavedAnswer(name="A", text=text, markup=written, where="de/A.txt")
    return fill(answer, values(**changes), "en", TEMPLATES, markup)


@pytest.mark.parametrize(
    ("written", "markup"),
    [
        ("plain", "textile"),
        ("plain", "common_mark"),
        ("textile", "textile"),
        ("common_mark", "common_mark"),
        ("common_mark", "textile"),
    ],
)
def test_a_value_is_words_whatever_signs_are_in_it(written: str, markup: str) -> None:
    evil = '*x* "a":https://evil.example !p.png! [b](https://evil.example) {{toc}} {{ 7*7 }} @ana'
    note = filled("Hi {{ contact_first }},\n\n{{ subject }}", written, markup, subject=evil)
    body = note_body(note, markup, {"p.png": "1@a.example"})
    assert body.text.replace("`", "").endswith(evil) and "<strong>" not in body.html and "<img" not in body.html
    assert 'evil.example">b' not in body.html and "49" not in body.text
    assert body.text.startswith("Hi Maria,")


def test_an_answer_keeps_its_markup_and_its_macros() -> None:
    text = "{{collapse(More)\n*Reset* {{ contact_first|upper }}\n}}{% if ticket %} #{{ ticket }}{% endif %}"
    assert filled(text, "textile", "textile") == "{{collapse(More)\n*Reset* MARIA\n}} #123"
    assert note_body(filled("**Bold** [a](https://a.example)", "common_mark", "textile"), "textile", {}).text in (
        "*Bold* a <https://a.example>",
        "Bold a <https://a.example>",
    )


def test_what_is_not_known_is_what_default_says() -> None:
    text = '{{ contact_first|default("there") }} {{ company | d("your company") }} {{ nobody|default("x") }}'
    assert filled(text, "plain", "textile", contact_first="", company="") == "there your company x"


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        ("{{ custmer }}", "plain", "de/A.txt: 'custmer' is undefined"),
        ("{% if %}", "plain", "de/A.txt: "),
        ("{{ ''.__class__ }}", "plain", "de/A.txt: access to attribute"),
        ("x", "textile", "de/A.txt: is Textile"),
    ],
)
def test_an_answer_that_cannot_be_filled_says_where_it_is(text: str, written: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        filled(text, written, "common_mark")
    assert any(told in mistake for mistake in caught.value.mistakes)


def test_folders_of_files_are_read_by_relative_path_alone() -> None:
    assert [(a.name, a.language) for a in of_files({"de/x.md": "t", "y.TXT": "t", "a/b/c.md": "t"})] == [
        ("x", "de"),
        ("y", ""),
    ]
