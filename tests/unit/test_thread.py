"""What a mail answers is read from its ids and from the number in its subject."""

from __future__ import annotations

import pytest

from hd_bridge.mail.thread import own_ids, ticket_number
from hd_bridge.model import Email


def test_the_nearest_id_comes_first_and_each_once() -> None:
    email = Email(
        key="", message_id=None, date=None, sender=None, in_reply_to=("<c@x>",), references=("<a@x>", "<b@x>", "<c@x>")
    )
    assert own_ids(email) == ("<c@x>", "<b@x>", "<a@x>")


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: Printer [support #123]", 123),
        ("[Support #123] Printer", 123),
        ("AW: [support#123] Drucker", 123),
        ("[support - Bug #123] Printer", 123),
        ("Re: [#123] Printer", 123),
        ("#123 again", 123),
        ("About #123", 123),
        ("Again (#123)", 123),
        ("[Pedido #48213] Onde está?", None),
        ("Re: [Pedido #48213 urgente]", None),
        ("[other - Bug #123]", None),
        ("[support #0]", None),
        ("[support #12345678901]", None),
        ("color #123abc", None),
        ("C#123", None),
        ("&#123;", None),
        ("##123", None),
        ("No number", None),
        ("", None),
    ],
)
def test_a_number_counts_only_in_our_own_style(subject: str, number: int | None) -> None:
    assert ticket_number(subject, project="support") == number


def test_the_style_is_the_mailboxes() -> None:
    style = "({project}/{ticket})"
    assert ticket_number("Re: x (help/7)", style, "help") == 7
    assert ticket_number("Re: x (desk/7)", style, "help") is None
    assert ticket_number("Re: x <T-9>", "<T-{ticket}>") == 9


def test_a_name_with_signs_of_a_pattern_is_only_a_name() -> None:
    assert ticket_number("[a.*b #5]", project="a.*b") == 5
    assert ticket_number("[axxb #5]", project="a.*b") is None
