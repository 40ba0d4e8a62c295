"""The words that a plan writes into the tracker: readable, and harmless whoever wrote them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hd_bridge.decide.facts import Case
from hd_bridge.decide.words import bounce_note, description, note, ticket_subject, upload_name
from hd_bridge.model import Attachment, Bounce, Contact
from tests.homes import POLICY
from tests.unit.test_decide_mail import EMAIL, FACTS

CASE = Case(email=EMAIL, facts=FACTS, policy=POLICY)


def test_a_subject_is_one_line_and_never_empty_or_too_long() -> None:
    assert ticket_subject(" Two\r\n lines ") == "Two lines"
    assert ticket_subject("") == "(no subject)"
    assert len(ticket_subject("x" * 400)) == 255


def test_a_signature_alone_is_no_quote() -> None:
    signed = replace(CASE, email=replace(EMAIL, quoted="-- \nJane · Acme"))
    assert "Acme" not in description(signed, None)


def test_what_a_first_mail_quotes_is_kept_below_a_line() -> None:
    quoting = replace(CASE, email=replace(EMAIL, quoted="Bob wrote:\n> It is broken."))
    assert "----" in description(quoting, None) and "It is broken." in description(quoting, None)


def test_a_description_opens_with_the_card() -> None:
    contact = Contact(name="Jane", addresses=("jane@acme.example",))
    assert description(CASE, contact).startswith("Jane (jane@acme.example)")


def test_a_note_says_who_writes_in_plain_signs() -> None:
    assert note(CASE).startswith("Jane (jane@acme.example)")


@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_a_bounces_address_is_a_strangers_words(markup: str) -> None:
    bounce = Bounce(failed=("!https://x.example/p.png!@evil.example",), permanent=True, original_message_id=None)
    assert "!https://x.example/p.png!" not in bounce_note(bounce, markup)


def test_inline_pictures_of_one_name_are_told_apart_and_other_files_keep_theirs() -> None:
    picture = Attachment(name="image001.png", media_type="image/png", content=b"", sha256="ab" * 32, inline=True)
    assert upload_name(picture) == "image001-abababab.png"
    assert upload_name(replace(picture, inline=False)) == "image001.png"


def test_a_mail_without_a_sender_still_has_its_words() -> None:
    nobody = replace(CASE, email=replace(EMAIL, sender=None))
    assert "Please help." in description(nobody, None)


def test_agents_are_told_what_of_a_mail_is_not_in_its_text() -> None:
    told = replace(
        CASE, email=replace(EMAIL, defects=("mail-parser: x", "for agents: Encrypted: cannot be read here."))
    )
    for text in (description(told, None), note(told)):
        assert text.endswith("\n\nEncrypted: cannot be read here.") and "mail-parser" not in text
