"""Commands in an agent's note: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hd_bridge.decide.orders import Orders, Scene, canned_in, known, read_orders

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SCENE = Scene(written=NOW, timezone="Europe/Lisbon", languages=frozenset({"en", "pt-BR", "de"}))


def read(notes: str) -> Orders:
    return read_orders(notes, SCENE)


@pytest.mark.parametrize(
    ("notes", "meant"),
    [
        ("Hello Jane", {"body": "Hello Jane"}),
        ("!close\n\nDone.", {"body": "Done.", "close": True}),
        ("\n!Close\n!noreply\n", {"close": True, "noreply": True}),
        ("!cc a@b.example, <C@d.example>\nHi", {"body": "Hi", "cc": ("a@b.example", "c@d.example")}),
        ("!cc a@b.example\n!cc c@d.example\nHi", {"body": "Hi", "cc": ("a@b.example", "c@d.example")}),
        ("!lang pt\nOlá", {"body": "Olá", "language": "pt-BR"}),
        ("!lang DE\nHallo", {"body": "Hallo", "language": "de"}),
        ("!later 3d\nHi", {"body": "Hi", "later": NOW + timedelta(days=3)}),
        ("!later 45 min\nHi", {"body": "Hi", "later": NOW + timedelta(minutes=45)}),
        ("!later 2026-12-24\nHi", {"body": "Hi", "later": datetime(2026, 12, 24, 8, tzinfo=UTC)}),
        ("!later 2026-12-24 16:30\nHi", {"body": "Hi", "later": datetime(2026, 12, 24, 16, 30, tzinfo=UTC)}),
        ("!faq How do I pay?\nBy card.", {"body": "By card.", "faq": "How do I pay?"}),
        ("!merge #123", {"merge": 123}),
        ("!accept", {"accept": ()}),
        ("!accept jo@home.example", {"accept": ("jo@home.example",)}),
        ("!block", {"block": True}),
        ("!send\nHi", {"body": "Hi", "send": True}),
        ("!customer jane@example.org\nHi", {"body": "Hi", "customer": "jane@example.org"}),
        ("!tell It is mended.", {"tell": "It is mended."}),
        ("!tell It is mended.\n\nPlease update.", {"tell": "It is mended.\n\nPlease update."}),
        ("!canned hours\nBye", {"body": "!canned hours\nBye"}),
        ("!close\n!canned hours", {"body": "!canned hours", "close": True}),
        ("Hi\n!close", {"body": "Hi\n!close"}),
        ("!image.png!\nHi", {"body": "!image.png!\nHi"}),
        ("!{width:50%}image.png!", {"body": "!{width:50%}image.png!"}),
        ("! important\nHi", {"body": "! important\nHi"}),
        ("!close\r\nDone.\r\n", {"body": "Done.", "close": True}),
        ("    indented", {"body": "    indented"}),
    ],
)
def test_commands_are_the_first_lines_and_the_rest_is_for_the_customer(notes: str, meant: dict[str, Any]) -> None:
    assert read(notes) == Orders(**meant)


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("!clsoe\nHi", "did you mean “!close”?"),
        ("!frobnicate\nHi", "there are !accept, !block"),
        ("!close now\nHi", "takes nothing behind it"),
        ("!later\nHi", "when?"),
        ("!later yesterday\nHi", "when?"),
        ("!later 2020-01-01\nHi", "when?"),
        ("!later 9999d\nHi", "when?"),
        ("!later 3d", "needs the text"),
        ("!lang tlh\nHi", "which language?"),
        ("!cc\nHi", "e-mail address"),
        ("!cc Jane\nHi", "e-mail address"),
        ("!cc a@b.example, nonsense\nHi", "e-mail address"),
        ("!customer\nHi", "e-mail address"),
        ("!customer a@b.example c@d.example\nHi", "takes one address"),
        ("!faq\nBy card.", "needs the question"),
        ("!faq How?", "needs the answer"),
        ("!merge\nHi", "number of the ticket"),
        ("!merge that one\nHi", "number of the ticket"),
        ("!tell", "needs the text"),
        ("!noreply\n!later 3d\nHi", "nothing is sent with it"),
        ("!close\n!nosuch\nHi", "no such command"),
    ],
)
def test_a_mistake_says_how_to_mend_it(notes: str, said: str) -> None:
    mistakes = read(notes).mistakes
    assert len(mistakes) == 1 and said in mistakes[0], mistakes


def test_every_command_can_be_written_in_upper_case() -> None:
    for name in known():
        assert not any("no such command" in one for one in read(f"!{name.upper()}\nHi").mistakes), name


def test_a_saved_answer_stands_on_a_line_of_its_own() -> None:
    assert canned_in("!canned opening hours") == "opening hours"
    assert canned_in("!canned") == ""
    assert canned_in("see !canned hours") is None
    assert canned_in("!close") is None
