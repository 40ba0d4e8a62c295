"""Patterns that are looked for together in a short text find what each of them finds alone. Pure."""

from __future__ import annotations

import pytest

from hd_bridge.model import Email
from hd_bridge.policy import Choices, Rule, Test
from hd_bridge.rules import choose
from hd_bridge.rules.fits import SHORT

FILLER = (r"\bapples?\b", r"\bpears?\b", r"\bplums?\b")


def evidence(subject: str, *patterns: str) -> str | None:
    """What the trail shows of the first pattern that fits, ``None`` where none does."""
    email = Email(key="0" * 24, message_id=None, date=None, sender=None, subject=subject)
    rule = Rule(name="r", when=Test(what="subject", how="matches", values=patterns), then=Choices())
    ((trace),) = choose(email, "support", None, (rule,))[1]
    return trace.evidence if trace.outcome == "fits" else None


@pytest.mark.parametrize(
    ("subject", "pattern", "found"),
    [
        ("one refund please", r"\brefund\b", "refund"),
        ("say it it again", r"\b(\w+) \1\b", "it it"),
        ("say it it again", r"\b(?P<word>\w+) (?P=word)\b", "it it"),
        ("Não funciona", "não", "Não"),
        ("nothing at all", r"\brefund\b", None),
        ("nothing at all", r"(?x) all  # of it", "all"),
        ("a # b", r"a # b", "a # b"),
        ("either way", r"neither|either", "either"),
        ("plain words", r"^words|plain$", None),
    ],
)
@pytest.mark.parametrize("place", range(len(FILLER) + 1))
def test_a_pattern_finds_the_same_among_others_wherever_it_stands(
    subject: str, pattern: str, found: str | None, place: int
) -> None:
    shown = None if found is None else f"subject matches {found!r}"
    assert (evidence(subject, pattern) is None) == (found is None)
    assert (evidence(subject, *FILLER[:place], pattern, *FILLER[place:]) or "").lower() == (shown or "").lower()


def test_the_first_pattern_in_order_is_the_evidence_not_the_first_in_the_text() -> None:
    assert evidence("pears before apples", *FILLER) == "subject matches 'apples'"


def test_short_and_long_texts_are_judged_alike() -> None:
    for filled in ("plums", "plums " + "x" * SHORT):
        assert evidence(filled, *FILLER) == "subject matches 'plums'"


def test_a_pattern_that_hangs_leaves_those_before_it_their_turn() -> None:
    hanging = r"(?:a|a)+$"
    assert evidence("plums " + "a" * 60 + "!", *FILLER, hanging) == "subject matches 'plums'"
    assert evidence("a" * 60 + "!", *FILLER, hanging) is None
