"""What of an agent's mail is for the customer: commands apart, the rest as CommonMark."""

from __future__ import annotations

import pytest

from hd_bridge.decide.agent_mail import answer_text
from hd_bridge.mail.parse import parse
from tests.homes import mail


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello *you* and #12", "Hello \\*you\\*"),
        ("!close\n\n!lang pt\nFeito.", "!close\n!lang pt\n\nFeito."),
        ("One\n!canned my_text\nTwo", "One\n\n!canned my_text\n\nTwo"),
    ],
)
def test_the_words_are_told_as_commonmark_below_the_commands(body: str, expected: str) -> None:
    assert answer_text(parse(mail(body=body))).startswith(expected)


def test_commands_of_an_html_mail_are_its_first_lines() -> None:
    html = "<div>!close</div><div>!canned my_text</div><div>Hello <b>you</b></div>"
    raw = mail(body=html).replace(b"text/plain", b"text/html")
    assert answer_text(parse(raw)).replace("\n\n", "\n").split("\n") == ["!close", "!canned my_text", "Hello **you**"]
