"""Delivery reports are told from everything else that mail systems and people send."""

from __future__ import annotations

import email

import pytest

from hd_bridge.mail.parse import parse
from hd_bridge.model import Bounce
from tests.corpus.in_signs import DAEMON, LETTER, RETURNED, report
from tests.corpus.making import mail, multipart, part


def bounce(raw: bytes) -> Bounce | None:
    return parse(raw).bounce


@pytest.mark.parametrize(
    ("status", "permanent"), [("5.1.1", True), ("5.7.1 (blocked)", True), ("4.4.7", False), ("", True)]
)
def test_the_status_class_says_whether_it_is_for_good(status: str, permanent: bool) -> None:
    found = bounce(report("failed", status))
    assert found == Bounce(failed=("gone@customer.example",), permanent=permanent, original_message_id=LETTER)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_only_failed_is_a_bounce(action: str) -> None:
    assert bounce(report(action, "5.1.1")) is None


def test_the_action_may_be_in_capitals_and_have_a_comment() -> None:
    assert bounce(report("Failed (bounced)", "5.0.0")) is not None


def test_the_letter_is_found_in_the_returned_mail_too() -> None:
    found = bounce(report("failed", "5.1.1", RETURNED))
    assert found is not None
    assert found.original_message_id == LETTER


def test_a_report_without_its_letter_still_is_a_bounce() -> None:
    found = bounce(report("failed", "5.1.1", part("nothing\n")))
    assert found is not None
    assert found.original_message_id is None


def test_the_address_that_we_wrote_to_comes_before_the_one_it_became() -> None:
    raw = report("failed", "5.1.1").replace(
        b"Final-Recipient", b"Original-Recipient: rfc822;jo@old.example\nFinal-Recipient"
    )
    found = bounce(raw)
    assert found is not None
    assert found.failed == ("jo@old.example", "gone@customer.example")


def test_a_status_part_in_a_persons_mail_is_no_bounce() -> None:
    content_type, body = multipart(
        "mixed",
        part("Look what I got\n"),
        part(
            "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.example\nAction: failed\n",
            "Content-Type: message/delivery-status",
        ),
    )
    assert bounce(mail(body, content_type)) is None


def test_an_exim_text_is_read_by_its_words() -> None:
    text = (
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:\n\n"
        "  gone@customer.example\n    host mx said: 550 5.1.1 no such user\n"
    )
    found = bounce(mail(text, "Return-Path: <>", "X-Failed-Recipients: gone@customer.example", frm=DAEMON))
    assert found is not None
    assert found.failed == ("gone@customer.example",)
    assert found.permanent


@pytest.mark.parametrize("returned", [10, 20_000])
def test_a_text_of_qmail_is_read_however_long_the_returned_letter_is(returned: int) -> None:
    text = (
        "Hi. This is the qmail-send program at mx.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<gone@customer.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: {LETTER}\n\n"
    )
    found = bounce(mail(text + "line\n" * returned, frm=DAEMON))
    assert found == Bounce(failed=("gone@customer.example",), permanent=True, original_message_id=LETTER)


def test_an_absent_person_with_a_null_return_path_is_no_bounce() -> None:
    text = "I am away. <gone@customer.example>: 550 5.1.1 user unknown\n"
    assert bounce(mail(text, "Return-Path: <>", "Auto-Submitted: auto-replied")) is None
    assert bounce(mail(text, "Return-Path: <>", "Subject: Out of office: Re: hello")) is None


def test_a_postmaster_who_just_writes_is_no_bounce() -> None:
    assert bounce(mail("Hello, could you add us to your list?\n", frm="Postmaster <postmaster@x.example>")) is None


@pytest.mark.parametrize(
    "frm", [b"MAILER-DAEMON@", b'"MAILER-DAEMON', b"<>", b"mailer-daemon@\xff\xfe", b"=?x?q?MAILER-DAEMON"]
)
def test_odd_senders_of_reports_never_stop_the_reading(frm: bytes) -> None:
    read = parse(mail("<gone@x.example>: 550 no\n", "Return-Path: <>", frm=frm))
    assert not [defect for defect in read.defects if defect.startswith("unreadable:")]


def test_a_broken_report_is_no_bounce_and_no_error() -> None:
    raw = (
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\xff\xfe\n--x--\n"
    )
    assert isinstance(email.message_from_bytes(raw).get_payload(), list)
    assert bounce(raw) is None
