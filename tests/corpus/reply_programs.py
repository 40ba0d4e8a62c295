"""Replies as the programs of mailing lists and offices of thirty years write them, and traps, in English.

Touches the disk: their words stand in programs.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.corpus.clients import CLIENTS
from tests.corpus.reply_styles import Case, plain, quoted

EN = CLIENTS["en"]
NEW = f"{EN.say}\n\n{EN.more}"
Q = quoted(EN)
WITHIN = f"> {EN.ask}\n\n{EN.say}\n\n> {EN.ask2}\n\n{EN.more}"

WORDS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("programs.toml").read_text("utf-8"))
HEADS, ENDS, FOOTERS, TEXTS, KEPT = (WORDS[name] for name in ("heads", "ends", "footers", "texts", "kept"))
SPOKEN: list[str] = WORDS["spoken"]["lines"]


def _within(head: str) -> str:
    return f"{head}\n{WITHIN}"


def programs() -> Iterator[Case]:
    """Each on its own, and with what lists hang below."""
    for name, head in HEADS.items():
        yield Case(name=f"{name}-below", raw=plain(EN, f"{head}\n\n{Q}\n\n{NEW}\n"), reply=NEW)
        yield Case(name=f"{name}-above", raw=plain(EN, f"{NEW}\n\n{head}\n{Q}\n"), reply=NEW)
        yield Case(name=f"{name}-within", raw=plain(EN, f"{_within(head)}\n"), reply=NEW)
        touching = _within(head).replace("\n\n>", "\n>")
        yield Case(name=f"{name}-touching", raw=plain(EN, f"Hello Ada,\n{touching}\n"), reply=f"Hello Ada,\n\n{NEW}")
    for name, head in ENDS.items():
        body = Q.replace("> ", ">") if head.startswith(">From") else f"{EN.ask}\n\n{EN.ask2}"
        yield Case(name=f"{name}-end", raw=plain(EN, f"{NEW}\n\n{head}{body}\n"), reply=NEW)
    for number, line in enumerate(SPOKEN, start=1):
        yield Case(name=f"spoken-{number:02}-end", raw=plain(EN, f"{NEW}\n\n{line}\n\n{EN.ask}\n"), reply=NEW)
    for name, footer in FOOTERS.items():
        yield Case(name=f"{name}-footer", raw=plain(EN, f"{NEW}\n\n{footer}\n"), reply=NEW)
        signed = f"{_within(HEADS['pine'])}\n\n-- \nJoan Mill\n{footer}\n"
        yield Case(name=f"{name}-footer-signed", raw=plain(EN, signed), reply=NEW)
        yield Case(
            name=f"{name}-footer-quote", raw=plain(EN, f"{NEW}\n\n{HEADS['pine']}\n{Q}\n\n{footer}\n"), reply=NEW
        )
    begun = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n"
    yield Case(name="pgp-within", raw=plain(EN, f"{begun}{_within(HEADS['mutt'])}\n\n{TEXTS['pgp']}\n"), reply=NEW)
    yield Case(
        name="pgp-list",
        raw=plain(EN, f"{begun}{NEW}\n\n- -- \nJoan\n{TEXTS['pgp']}\n\n{FOOTERS['mailman']}\n"),
        reply=NEW,
    )
    yield Case(name="drawn-card", raw=plain(EN, f"{NEW}\n\n{TEXTS['card']}\n"), reply=NEW)
    cited = f"    Ada> {EN.ask}\n\n{EN.say}\n\n    Ada> {EN.ask2}\n\n{EN.more}\n"
    cited = f'>>>>> "Ada" == Ada Lamp <ada@shop.example> writes:\n\n{cited}'
    yield Case(name="supercite", raw=plain(EN, cited), reply=NEW)
    initials = f"Ada Lamp wrote:\n\nAL> {EN.ask}\nAL> \nAL> {EN.ask2}\n\n{NEW}\n"
    yield Case(name="initials", raw=plain(EN, initials), reply=NEW)
    bars = f"{HEADS['elm']}\n| {EN.ask}\n| {EN.ask2}\n\n{NEW}\n"
    yield Case(name="bars", raw=plain(EN, bars), reply=NEW)
    yield Case(name="wrapped-quote", raw=plain(EN, f"{HEADS['mutt']}\n{TEXTS['wrapped']}\n\n{NEW}\n"), reply=NEW)
    yield Case(
        name="lower-within", raw=plain(EN, f"{HEADS['mutt']}\n{TEXTS['lower']}\n"), reply="no it is green\n\nyes"
    )
    stacked = f"{HEADS['mutt']}\n\n> {HEADS['netscape']}\n> > {EN.ask2}\n>\n> {EN.ask}\n\n{NEW}\n"
    yield Case(name="stacked", raw=plain(EN, stacked), reply=NEW)


def kept() -> Iterator[Case]:
    """Texts of which no line is anything but new, in a mail that answers none."""
    for name, words in KEPT.items():
        yield Case(name=f"kept-{name}", raw=plain(EN, words + "\n", "In-Reply-To:", subject="Lamp"), reply=words)
        if name not in ("shell", "prompt", "comparison"):
            answered = f"{words}\n\n{HEADS['mutt']}\n{Q}\n"
            yield Case(name=f"kept-{name}-answering", raw=plain(EN, answered), reply=words)
