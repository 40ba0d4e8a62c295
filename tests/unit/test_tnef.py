"""winmail.dat is opened where tnefparse is installed; where it is not, or it is damaged, agents are told so."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge.mail import tnef
from hd_bridge.mail.parse import attachments_of, parse
from tests.corpus.in_packed import packed, winmail
from tests.corpus.in_parts import of
from tests.corpus.making import PDF, text

MAIL = of("mixed", text("See file."), winmail(packed((b"scan.pdf", PDF))))


@pytest.fixture
def without_tnefparse(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "tnefparse", None)
    tnef._library.cache_clear()
    yield
    tnef._library.cache_clear()


def test_without_the_library_it_stays_a_file_and_agents_are_told(without_tnefparse: None) -> None:
    email = parse(MAIL)
    assert [one.name for one in email.attachments] == ["winmail.dat"]
    assert email.defects == (
        "for agents: Files that Outlook packed into “winmail.dat” cannot be read here (that takes hd-bridge[tnef]).",
    )
    assert attachments_of(MAIL)[0].content == packed((b"scan.pdf", PDF))


def test_files_read_alone_are_the_same() -> None:
    (file,) = attachments_of(MAIL)
    assert (file.name, file.content) == ("scan.pdf", PDF)
    assert parse(MAIL).attachments == (file,)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), st.binary(max_size=8))
def test_whatever_is_damaged_nothing_is_raised_and_a_file_is_left(place: int, wound: bytes) -> None:
    whole = packed((b"scan.pdf", PDF), (b"b.pdf", PDF), body=b"words")
    hurt = whole[:place] + wound + whole[place + len(wound) :]
    email = parse(of("mixed", text("See file."), winmail(hurt)))
    assert not [one for one in email.defects if one.startswith("unreadable")]
    assert email.text.startswith("See file.")
