"""The language of short support mails, and the cases in which none is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail.language import guess_language

TABLE = Path(__file__).resolve().parents[1] / "corpus" / "languages.tsv"
ROWS = [line.split("\t", 1) for line in TABLE.read_text("utf-8").splitlines()]
LANGUAGES = sorted({code for code, _ in ROWS})


@pytest.mark.parametrize("code", LANGUAGES)
def test_most_short_texts_and_every_sentence_of_a_language_are_known(code: str) -> None:
    texts = [text for row, text in ROWS if row == code]
    assert sum(guess_language(text) == code for text in texts) >= len(texts) / 2
    assert guess_language(max(texts, key=len)) == code


def test_of_all_texts_nine_in_ten_are_known_and_hardly_any_is_mistaken() -> None:
    guesses = [(code, guess_language(text)) for code, text in ROWS]
    assert sum(code == guess for code, guess in guesses) >= 0.95 * len(ROWS)
    assert sum(guess not in (None, code) for code, guess in guesses) <= 0.03 * len(ROWS)


@pytest.mark.parametrize(
    "text", ["", "ok", "hi!", "4711", "A1 B2 C3", "https://x.example/page", "a@b.example", "👍👍👍👍👍👍👍👍👍", "\n\n"]
)
def test_a_text_that_says_too_little_has_no_language(text: str) -> None:
    assert guess_language(text) is None


def test_addresses_numbers_and_control_characters_do_not_matter() -> None:
    text = "Meine\x00 Rechnung 4711 stimmt\ud800 nicht\uffff, siehe https://shop.example/the/right/invoice/of/this/customer"
    assert guess_language(text) == "de"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_gets_two_letters_or_none(text: str) -> None:
    guess = guess_language(text)
    assert guess is None or (len(guess) == 2 and guess.isalpha() and guess.islower())


def test_nothing_is_loaded_before_the_first_guess() -> None:
    code = (
        "import sys, hd_bridge.mail.language as l; assert 'pycld2' not in sys.modules;"
        "print(l.guess_language('Where is my parcel?'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "en"
