"""Reports in words alone are known by sender, subject and words together, never by one of them."""

from __future__ import annotations

import time

import pytest

from hd_bridge.mail.bounce_report import is_permanent, recipients
from hd_bridge.mail.bounce_text import head_of, named
from hd_bridge.mail.bounce_words import SUBJECTS
from hd_bridge.mail.parse import parse
from tests.corpus.in_bounces import GONE, QMAIL
from tests.corpus.making import mail

SAID = f"Your message to {GONE} could not be delivered: 550 5.1.1 User unknown\n"
PLAIN = "Hello, my order has not come.\n"
JO = "Jo <jo@customer.example>"


@pytest.mark.parametrize(
    ("frm", "subject", "text", "fields", "bounces"),
    [
        ("mailer-daemon@mx.example", "Hello", SAID, (), True),
        ("mailer-daemon@mx.example", "failure notice", PLAIN, (), True),
        ("mailer-daemon@mx.example", "Hello", PLAIN, (), False),
        ("postmaster@mx.example", "Undeliverable: Hello", SAID, (), True),
        ("postmaster@mx.example", "Hello", SAID, ("Return-Path: <>",), True),
        ("postmaster@mx.example", "Hello", PLAIN, ("Return-Path: <>",), False),
        ("postmaster@mx.example", "Undeliverable: Hello", PLAIN, (), False),
        (JO, "Undeliverable: Hello", SAID, ("Return-Path: <>",), True),
        (JO, "Jo has left us", "My mailbox is disabled, write to ann@customer.example\n", ("Return-Path: <>",), False),
        (JO, "Undeliverable: Hello", PLAIN, ("Return-Path: <>",), False),
        (JO, "Undeliverable: Hello", "Why did I get this?\n\n" + SAID, (), False),
        (JO, "failure notice", QMAIL, (), True),
        (JO, "Fwd: failure notice", QMAIL, (), False),
        (JO, "Hello", QMAIL, (), False),
        (JO, "Hello", PLAIN, (f"X-Failed-Recipients: {GONE}",), True),
    ],
)
def test_signs_count_together(frm: str, subject: str, text: str, fields: tuple[str, ...], bounces: bool) -> None:
    read = parse(mail(text, f"Subject: {subject}", *fields, frm=frm))
    assert (read.bounce is not None) is bounces


@pytest.mark.parametrize(
    "subject",
    [
        "Undelivered Mail Returned to Sender",
        "Mail delivery failed: returning message to sender",
        "Unzustellbar: Frage",
        "Non remis : Question",
        "No se puede entregar: pregunta",
        "Não é possível entregar: pergunta",
        "Impossibile recapitare il messaggio",
        "Onbestelbaar: vraag",
        "Kan inte levereras: fråga",
        "Kan ikke leveres: spørsmål",
        "Nie można dostarczyć: pytanie",
        "Nelze doručit: dotaz",
        "Kézbesíthetetlen: kérdés",
        "Не удалось доставить: вопрос",
        "Teslim edilemedi: soru",
        "配信不能: 質問",
        "无法投递: 问题",
        "배달되지 않음: 질문",
        "Αποτυχία παράδοσης",
    ],
)
def test_subjects_of_reports_are_known_in_many_languages(subject: str) -> None:
    assert SUBJECTS.search(subject.casefold())


@pytest.mark.parametrize("subject", ["My delivery", "When will you deliver?", "Mail merge", "Order not delivered yet"])
def test_subjects_about_goods_are_no_reports(subject: str) -> None:
    assert not SUBJECTS.search(subject.casefold())


def test_the_address_is_taken_from_the_reports_own_words_not_from_the_letter_below() -> None:
    text = f"Delivery to {GONE} failed.\n\n--- Original message ---\nTo: other@customer.example\n"
    assert named(head_of(text), frozenset()) == (GONE,)


def test_the_two_ends_of_a_report_never_failed_themselves() -> None:
    head = "mailer-daemon@mx.example could not deliver the mail of support@shop.example to gone@customer.example"
    assert named(head, frozenset({"support@shop.example"})) == (GONE,)


@pytest.mark.parametrize(
    ("text", "lasting"),
    [
        ("5.1.1", True),
        ("smtp; 452 4.2.2 full", False),
        ("452 full", False),
        ("no reason", True),
        ("2.0.0 4.4.1", False),
    ],
)
def test_the_first_status_of_a_failure_says_whether_it_lasts(text: str, lasting: bool) -> None:
    assert is_permanent(text) is lasting


def test_a_report_folds_its_lines_and_names_a_recipient_twice() -> None:
    text = "Original-Recipient: rfc822;\n gone@customer.example\nFinal-Recipient: rfc822; x@y.example\nAction: FAILED\n"
    (one,) = recipients(text)
    assert one.addresses == [GONE, "x@y.example"] and one.failed


@pytest.mark.parametrize(
    "text",
    [
        "Final-Recipient: rfc822; " + " \n" * 50_000,
        "Action: failed\n" * 20_000,
        "<a@" * 30_000,
        "delivery to " * 10_000,
        "-" * 100_000,
        "message-id: <" * 10_000,
        "the following recipients " * 4_000,
    ],
)
def test_crafted_reports_take_no_longer_than_others(text: str) -> None:
    begun = time.process_time()
    parse(mail(text, "Subject: Undelivered mail", "Return-Path: <>", frm="mailer-daemon@mx.example"))
    assert time.process_time() - begun < 2
