"""A glance at the header, or at the files alone, says the same as reading the whole mail. Pure."""

from __future__ import annotations

import pytest

from hd_bridge.mail.glance import answered_ids, may_hold_files
from hd_bridge.mail.parse import attachments_of, parse
from tests.corpus.build import FILES

PLAIN = b"From: a@b.example\r\nSubject: x\r\n\r\nHello\r\n"


@pytest.mark.parametrize("raw", [one.raw for _, one in FILES], ids=[name for name, _ in FILES])
def test_a_glance_agrees_with_reading(raw: bytes) -> None:
    email = parse(raw)
    assert answered_ids(raw) == (email.message_id, email.references)
    assert may_hold_files(raw) or not email.attachments
    assert attachments_of(raw) == email.attachments


def test_a_line_that_is_no_field_does_not_end_the_header() -> None:
    raw = b"From: a@b.example\r\n:o: odd\r\n and on\r\nMessage-ID: <1@b.example>\r\n\r\nMessage-ID: <2@b.example>\r\n"
    assert answered_ids(raw) == ("<1@b.example>", ()) == (parse(raw).message_id, ())


def test_a_mail_of_one_text_holds_no_files_and_one_that_names_a_file_may() -> None:
    assert not may_hold_files(PLAIN)
    assert may_hold_files(b"Content-Disposition: attachment; filename=a.txt\r\n" + PLAIN)
    assert may_hold_files(b"Content-Type: application/pdf\r\n" + PLAIN)
    assert may_hold_files(b"Content-Type: multipart/mixed; boundary=x\r\n" + PLAIN)
