"""Measures how often the language of short support mails is guessed right, how fast, and at what cost of memory.

Touches the disk: reads tests/corpus/languages.tsv. Run it with ``python tests/bench/language.py``.
"""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from hd_bridge.mail.language import guess_language

TABLE = Path(__file__).resolve().parents[1] / "corpus" / "languages.tsv"
SHORT = 40


def main() -> None:
    """Prints right guesses of short texts and of sentences, every wrong one, memory and time."""
    rows = [tuple(line.split("\t", 1)) for line in TABLE.read_text("utf-8").splitlines()]
    before = psutil.Process().memory_info().rss
    guess_language("The first text loads the tables.")
    started = time.perf_counter()
    guessed = [(code, guess_language(text), text) for code, text in rows]
    spent = (time.perf_counter() - started) / len(rows)
    for name, of in (
        ("short", [g for g in guessed if len(g[2]) <= SHORT]),
        ("long", [g for g in guessed if len(g[2]) > SHORT]),
    ):
        print(f"{name}: {sum(code == guess for code, guess, _ in of)} of {len(of)} right")
    for code, guess, text in guessed:
        if code != guess:
            print(f"  {code} taken for {guess}: {text}")
    print(f"{(psutil.Process().memory_info().rss - before) / 1e6:.0f} MB, {spent * 1e3:.2f} ms a text")


if __name__ == "__main__":
    main()
