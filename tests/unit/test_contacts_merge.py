"""What is known of a person after a mail, and the card that tells it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hd_bridge.contacts import FREE_MAIL, card, meet
from hd_bridge.model import Address, Contact

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA = Contact(
    id=7,
    name="Ana Silva",
    company="Acme GmbH",
    language="de",
    addresses=("ana@acme.com",),
    first_seen=NOW - timedelta(days=9),
    last_seen=NOW - timedelta(days=1),
    ticket_count=5,
    last_tickets=(12, 11, 9),
)


def met(contact: Contact | None, sender: Address, language: str | None = "pt") -> Contact:
    return meet(contact, sender, language=language, now=NOW, free_mail=FREE_MAIL)


def test_a_stranger_becomes_a_contact() -> None:
    assert met(None, Address(name="SILVA, ANA", email="ana@acme.com")) == Contact(
        name="Ana Silva", company="Acme", language="pt", addresses=("ana@acme.com",), first_seen=NOW, last_seen=NOW
    )


def test_what_is_known_stays_and_the_time_moves() -> None:
    after = met(ANA, Address(name="Someone Else", email="ana@other.com"))
    assert (after.id, after.name, after.company, after.language) == (7, "Ana Silva", "Acme GmbH", "de")
    assert after.addresses == ("ana@acme.com", "ana@other.com")
    assert (after.first_seen, after.last_seen) == (ANA.first_seen, NOW)
    assert (after.ticket_count, after.last_tickets) == (5, (12, 11, 9))


def test_an_address_is_added_once_and_blanks_are_filled() -> None:
    bare = Contact(addresses=("ana@acme.com",), last_seen=NOW + timedelta(days=1))
    after = met(bare, Address(name="Ana Silva", email="ana@acme.com"), "fr")
    assert after.addresses == ("ana@acme.com",)
    assert (after.name, after.company, after.language) == ("Ana Silva", "Acme", "fr")
    assert after.last_seen == bare.last_seen


def test_a_guessed_name_gives_way_to_a_written_one_but_never_to_none() -> None:
    guessed = met(None, Address(email="ana.silva@acme.com"))
    assert guessed.name == "Ana Silva"
    assert met(guessed, Address(name="Ana Maria da Silva", email="ana.silva@acme.com")).name == "Ana Maria da Silva"
    assert met(guessed, Address(email="info@acme.com")).name == "Ana Silva"


def test_free_mail_names_no_company() -> None:
    assert met(None, Address(name="Ana", email="ana@gmail.com")).company == ""


def test_a_card_tells_who_writes_and_what_was_before() -> None:
    text = card(ANA, Address(name="x", email="ana@acme.com"), "https://t.example.com/p/abc/", "textile")
    assert text.splitlines() == [
        "Ana Silva (ana@acme.com), Acme GmbH",
        "5 earlier tickets: #12, #11, #9",
        "Customer page: https://t.example.com/p/abc/",
    ]


def test_a_card_of_a_newcomer_is_short() -> None:
    assert card(Contact(), Address(email="ana@gmail.com"), "", "common_mark") == "ana@gmail.com  \nFirst ticket"


def test_a_card_counts_one_and_speaks_portuguese() -> None:
    one = Contact(name="Ana", ticket_count=1, last_tickets=(12,))
    text = card(one, Address(email="ana@gmail.com"), "", "textile", lang="pt-BR")
    assert text.splitlines() == ["Ana (ana@gmail.com)", "1 ticket anterior: #12"]


def test_a_card_shows_three_tickets_at_most() -> None:
    many = Contact(ticket_count=9, last_tickets=(9, 8, 7, 6))
    assert card(many, Address(email="a@b.example"), "", "textile").endswith("9 earlier tickets: #9, #8, #7")


NASTY = '{{include(Secret)}} @admin #123 [[Wiki]] !http://evil.example/x.png! "a":http://evil.example www.evil.example'


@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_nothing_that_a_stranger_calls_himself_is_alive_on_a_card(markup: str) -> None:
    contact = Contact(name=NASTY, company=NASTY.replace("a", "b"))
    who = card(contact, Address(email="{{macro}}!x!@evil.example"), "", markup).splitlines()[0]
    for alive in ("{{", "[[", " @admin", " @bdmin", " #123", "http://", "www.evil"):
        assert alive not in who
    assert markup == "common_mark" or " !http" not in who  # there it takes ![ to make an image


@pytest.mark.parametrize("markup", ["textile", "common_mark"])
def test_a_stranger_cannot_begin_a_line_of_the_card(markup: str) -> None:
    contact = Contact(name="h1. Ana\n\n# one\r> two\u2028three")
    assert len(card(contact, Address(email="a@b.example"), "", markup).splitlines()) == 2
    assert not card(contact, Address(email="a@b.example"), "", "textile").startswith("h1. ")
