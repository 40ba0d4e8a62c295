"""A mailbox names tickets in subjects as it likes, and knows them again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hd_bridge.mail.thread import ticket_number
from tests.homes import POLICY, SUPPORT, Home, mail


@pytest.mark.parametrize("style", ["[{project} #{ticket}]", "(#{ticket})", "[T-{ticket}]", "{project}#{ticket}:"])
def test_an_answer_is_known_by_the_tag_of_our_letter(tmp_path: Path, style: str) -> None:
    home = Home(tmp_path, policy=replace(POLICY, mailboxes=(replace(SUPPORT, subject_tag=style),)))
    home.post(mail())
    home.turn()
    subject = home.outbox.letters[0].subject
    assert style.replace("{project}", "support").replace("{ticket}", "1") in subject
    home.post(mail(f"Re: {subject}", "More.", id="<2@acme.example>"))
    home.turn()
    assert [ticket.number for ticket in home.tickets()] == [1]
    home.close()


def test_letters_of_before_are_known_by_the_usual_tag(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(POLICY, mailboxes=(replace(SUPPORT, subject_tag="[T-{ticket}]"),)))
    home.post(mail())
    home.turn()
    home.post(mail("Re: [support #1] Printer error", "More.", id="<2@acme.example>"))
    home.turn()
    assert [ticket.number for ticket in home.tickets()] == [1]
    home.close()


@pytest.mark.parametrize("subject", ["[T-12x] a", "T-12", "[Pedido T-12]", "[T-٣]"])
def test_what_only_looks_like_the_tag_is_none(subject: str) -> None:
    assert ticket_number(subject, "[T-{ticket}]", "support") is None
