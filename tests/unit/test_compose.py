"""What stands in a letter, read back by the standard parser, whatever strange words went in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hd_bridge.errors import Refused
from hd_bridge.mail.compose import Enclosure, clean, compose_letter, content_id, thread
from hd_bridge.mail.filenames import safe_name
from hd_bridge.work import Letter


def compose(**changes: Any) -> Letter:
    words: dict[str, Any] = {
        "message_id": "<hd.a.b.c@example.com>",
        "from_name": "Support",
        "from_address": "support@example.com",
        "to": ("customer@example.org",),
        "subject": "Re: Order",
        "text": "Hello\n",
        "html": "<p>Hello</p>",
        "in_reply_to": "<1@example.org>",
        "references": (),
        "automatic": True,
        "instance": "instance-1",
        "date": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "sender": None,
    }
    return compose_letter(**{**words, **changes})


def read(letter: Letter) -> EmailMessage:
    message = message_from_bytes(letter.raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


PICTURE = Enclosure(name="logo.png", media_type="image/png", content=b"\x89PNG\r\n", content_id="1@example.com")
FILE = Enclosure(name="Angebot Müller 見積書.pdf", media_type="application/pdf", content=b"%PDF\r\n.\r\n" * 50)


def parts(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if isinstance(part, EmailMessage)]


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_an_automatic_letter_says_so_in_every_way_that_is_understood() -> None:
    message = read(compose())
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-HD-Bridge-Loop"] == "instance-1"
    assert message["Precedence"] is None


def test_a_persons_answer_does_not_claim_to_be_automatic() -> None:
    message = read(compose(automatic=False))
    assert message["Auto-Submitted"] is None
    assert message["X-Auto-Response-Suppress"] is None
    assert message["X-HD-Bridge-Loop"] == "instance-1"


def test_a_long_id_stands_on_the_line_of_its_header() -> None:
    id = f"<hd.{'a' * 16}.{'b' * 16}.{'c' * 16}@mail.a-long-name.example.com>"
    letter = compose(message_id=id, in_reply_to=id, text="Message-ID:\n <kept@as.it.is>\n")
    assert f"\r\nMessage-ID: {id}\r\n".encode() in letter.raw
    assert f"\r\nIn-Reply-To: {id}\r\n".encode() in letter.raw
    assert b"Message-ID:\r\n <kept@as.it.is>\r\n" in letter.raw


def test_the_same_words_make_the_same_bytes() -> None:
    assert compose(enclosures=(PICTURE, FILE)).raw == compose(enclosures=(PICTURE, FILE)).raw
    assert compose().raw != compose(message_id="<other@example.com>").raw


def test_text_and_html_stand_side_by_side_and_come_back_as_written() -> None:
    text = "Grüße 🙂\n\n.\n..\nFrom here\n-- \n" + "long " * 500
    message = read(compose(text=text, html="<p>Grüße</p>" + "x" * 3000))
    assert message.get_content_type() == "multipart/alternative"
    assert content(message, "plain").replace("\r\n", "\n") == text
    assert content(message, "html").startswith("<p>Grüße</p>xxx")


def test_a_letter_without_html_is_plain_text() -> None:
    assert read(compose(html=None)).get_content_type() == "text/plain"


def test_pictures_belong_to_the_html_and_files_to_the_letter() -> None:
    message = read(compose(enclosures=(PICTURE, FILE)))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    picture, file = parts(message)[-2:]
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<1@example.com>", "inline")
    assert (file["Content-ID"], file.get_content_disposition()) == (None, "attachment")
    assert (picture.get_content(), file.get_content()) == (PICTURE.content, FILE.content)
    assert (picture.get_filename(), file.get_filename()) == ("logo.png", "Angebot Müller 見積書.pdf")


def test_a_plain_letter_carries_its_pictures_as_files() -> None:
    message = read(compose(html=None, enclosures=(PICTURE,)))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/mixed", "text/plain", "image/png"]
    assert parts(message)[-1].get_content_disposition() == "attachment"


def test_a_content_id_is_plain_and_stays_the_same() -> None:
    assert content_id("step/1", "ä.png", "example.com") == content_id("step/1", "ä.png", "example.com")
    assert len({content_id(step, name, "example.com") for step in "ab" for name in "cd"}) == 4
    assert compose(enclosures=(replace(PICTURE, content_id=content_id("s", "x", "bücher.example")),))
    with pytest.raises(ValueError, match="plain signs"):
        compose(enclosures=(replace(PICTURE, content_id="a b\r\nX: y"),))


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "text/html\r\nX: y", "", "x"])
def test_a_file_of_a_kind_that_base64_may_not_hold_goes_as_bytes(kind: str) -> None:
    message = read(compose(enclosures=(replace(FILE, media_type=kind),)))
    assert parts(message)[-1].get_content_type() == "application/octet-stream"
    assert parts(message)[-1].get_content() == FILE.content


@given(st.text(max_size=250))
def test_every_name_of_a_file_comes_back_as_it_is_safe_on_a_disk(name: str) -> None:
    letter = compose(enclosures=(replace(FILE, name=name),))
    assert parts(read(letter))[-1].get_filename() == safe_name(name, FILE.media_type)
    assert letter.raw.isascii() and max(map(len, letter.raw.split(b"\r\n"))) <= 78


def test_a_long_name_is_cut_into_lines_as_rfc_2231_wants_it() -> None:
    raw = compose(enclosures=(replace(FILE, name="日本" * 20 + ".pdf"),)).raw
    assert b"filename*0*=utf-8''%E6%97%A5" in raw and b"filename*1*=" in raw and b"=?" not in raw


def test_copies_and_the_address_for_answers() -> None:
    letter = compose(cc=("b@example.org", "customer@example.org"), reply_to="support+token@example.com")
    message = read(letter)
    assert message["Cc"] == "b@example.org, customer@example.org"
    assert message["Reply-To"] == "Support <support+token@example.com>"
    assert letter.to == ("customer@example.org", "b@example.org")
    assert read(compose())["Cc"] is None and read(compose())["Reply-To"] is None
    for wrong in ({"cc": ("a b@c",)}, {"reply_to": "a\r\nBcc: x@y.example"}):
        with pytest.raises(Refused):
            compose(**wrong)


@given(st.text(max_size=300))
def test_no_subject_breaks_out_or_makes_a_line_too_long(subject: str) -> None:
    letter = compose(subject=subject)
    message = read(letter)
    assert len(message.keys()) == len(read(compose()).keys())
    assert letter.raw.isascii()
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
    assert b"\n" not in letter.raw.replace(b"\r\n", b"")


@given(st.text(max_size=120))
def test_no_name_changes_the_address_that_it_stands_before(name: str) -> None:
    message = read(compose(from_name=name))
    assert [address.addr_spec for address in message["From"].addresses] == ["support@example.com"]


@given(st.text(max_size=200), st.text(max_size=200))
def test_every_text_comes_back(text: str, html: str) -> None:
    message = read(compose(text=text, html=html))
    even = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    assert content(message, "plain").replace("\r\n", "\n") == even


@pytest.mark.parametrize(
    "subject", ["Grüße aus Köln", "日本語" * 40, "Ticket =?utf-8?q?x?= odd", "x" * 300, "короткий " * 30, "plain words"]
)
def test_subjects_come_back_as_written(subject: str) -> None:
    assert read(compose(subject=subject))["Subject"] == subject.strip()


def test_line_ends_in_any_value_are_spaces() -> None:
    letter = compose(subject="Hi\r\nBcc: x@example.net", from_name="A\nB", instance="i\r\nX: y")
    message = read(letter)
    assert letter.subject == message["Subject"] == "Hi Bcc: x@example.net"
    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["From"].addresses[0].display_name == "A B"


def test_what_turns_the_direction_of_letters_is_left_out_and_what_joins_them_is_not() -> None:
    assert clean("a\u202egpj.exe\u2069\u2028b\x85c\x00d\ud800e") == "a gpj.exe b c d e"
    assert clean("👨\u200d👩\u200d👧 می\u200cخواهم") == "👨\u200d👩\u200d👧 می\u200cخواهم"


BAD = ["", "a", "a@", "@b", "a@b\r\nX: y", "a b@c", "a@b c", "<a@b>", "a@b, c@d", "a@b@c", "a\0@b", "x@" + "y" * 400]


@pytest.mark.parametrize("address", BAD)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        compose(to=(address,))
    with pytest.raises(Refused):
        compose(from_address=address)


def test_addresses_beyond_ascii_travel_as_far_as_headers_go() -> None:
    message = read(compose(to=("a@bücher.example", "用户@example.com")))
    assert message["To"].addresses[0].addr_spec == "a@xn--bcher-kva.example"
    assert message["To"].groups[-1].display_name == "用户@example.com"


def test_an_answer_names_its_parent_and_all_that_came_before() -> None:
    message = read(compose(in_reply_to="<3@x>", references=("<1@x>", "<2@x>")))
    assert message["In-Reply-To"] == "<3@x>"
    assert message["References"].split() == ["<1@x>", "<2@x>", "<3@x>"]


def test_a_long_thread_keeps_its_first_four_and_last_six() -> None:
    ids = tuple(f"<{number}@x>" for number in range(20))
    assert thread("<parent@x>", ids[:9]) == (*ids[:9], "<parent@x>")
    assert thread("<parent@x>", ids) == (*ids[:4], *ids[15:], "<parent@x>")
    assert len(thread("<parent@x>", ids)) == 10


def test_ids_that_are_none_are_left_out_and_no_id_comes_twice() -> None:
    hostile = ("<a b@x>", "none", "<x\r\nBcc: y@z>", "<ä@x>", "<1@x>", "<1@x>", "<" + "y" * 1000 + ">", "<2@x>")
    assert thread("<2@x>", hostile) == ("<1@x>", "<2@x>")
    assert thread("<bad id>", ()) == ()
    assert thread(None, ("<1@x>",)) == ("<1@x>",)


def test_a_very_long_foreign_id_stays_whole() -> None:
    id = "<" + "a" * 200 + "@mail.example.net>"
    letter = compose(in_reply_to=id, references=(id,))
    assert letter.raw.count(id.encode()) == 2
    assert b"=?" not in letter.raw


def test_a_letter_that_answers_nothing_has_no_thread() -> None:
    message = read(compose(in_reply_to=None))
    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_the_envelope_is_kept_beside_the_bytes() -> None:
    letter = compose(sender="support@example.com", to=("a@example.org", "b@example.org"))
    assert (letter.sender, letter.to) == ("support@example.com", ("a@example.org", "b@example.org"))
    assert compose().sender is None
    assert read(letter)["Message-ID"] == letter.message_id == "<hd.a.b.c@example.com>"
    assert read(letter)["Date"].datetime == datetime(2026, 1, 1, 12, tzinfo=UTC)
