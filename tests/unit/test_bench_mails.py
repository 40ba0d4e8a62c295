"""The generator of the benchmarks' mails: the same each time, mixed as it says, and all of it readable. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from hd_bridge.mail.parse import parse
from hd_bridge.model import Email
from tests.bench.mails import DEAL, SENDERS, Sample, mixed, root_words

PILE = mixed(300)


def read(sample: Sample) -> Email:
    return parse(sample.raw, "0" * 24)


def test_a_seed_gives_the_same_mails_again_and_another_seed_others() -> None:
    assert mixed(60, 7) == mixed(60, 7)
    assert not {one.word for one in mixed(60, 7)} & {one.word for one in mixed(60, 8)}


def test_a_smaller_pile_is_the_beginning_of_a_larger_one() -> None:
    assert mixed(60) == PILE[:60]


def test_the_mix_is_what_the_first_lines_promise() -> None:
    assert Counter(one.kind for one in PILE) == {kind: 15 * times for kind, times in DEAL.items()}
    assert {one.machine for one in PILE if one.kind == "machine"} == {True}
    assert {one.machine for one in PILE if one.kind != "machine"} == {False}
    senders = {one.sender for one in mixed(3000) if not one.machine}
    assert len(senders) == SENDERS


def test_every_word_is_one_mails_own() -> None:
    words = [one.word for one in PILE]
    assert len(set(words)) == len(words)
    assert all(word.isascii() and word.isalnum() for word in words)
    for one in PILE:
        assert one.word in one.body
        assert one.answers is not None or one.word in one.subject
        assert sum(one.body in other.body for other in PILE) == 1


def test_a_reply_comes_from_the_same_person_after_what_it_answers() -> None:
    place, roots = {one.word: i for i, one in enumerate(PILE)}, root_words(PILE)
    replies = [one for one in PILE if one.answers]
    assert len(replies) == 60 and any(PILE[place[one.answers or ""]].answers for one in replies)
    for i, one in enumerate(PILE):
        if one.answers:
            earlier = PILE[place[one.answers]]
            assert place[one.answers] < i and earlier.sender == one.sender and not earlier.machine
            assert read(one).in_reply_to == (read(earlier).message_id,)
            assert PILE[place[roots[one.word]]].answers is None and roots[one.word] in one.subject


@pytest.mark.parametrize("kind", [*DEAL])
def test_what_must_come_out_can_be_read_from_each_mail(kind: str) -> None:
    for one in (one for one in PILE if one.kind == kind):
        email = read(one)
        assert email.subject == one.subject and email.sender is not None and email.sender.email == one.sender.lower()
        assert one.body in " ".join(email.reply.split()), (one.kind, one.word)
        found = {hashlib.sha256(file.content).hexdigest() for file in email.attachments}
        assert one.machine or found == {digest for _, digest in one.files}
        assert bool(email.automatic or email.bounce) == one.machine


def test_files_are_large_and_have_names_of_many_languages() -> None:
    files = [file for one in PILE if one.kind == "file" for file in read(one).attachments]
    assert len(files) == 15 and all(len(file.content) > 200_000 for file in files)
    names = {name for one in mixed(3000) if one.kind == "file" for name, _ in one.files}
    assert any(not name.isascii() for name in names) and any(" " in name for name in names)
    assert {file.name for file in files} <= names


def test_eight_bits_come_encoded_and_raw() -> None:
    kinds = [one.raw for one in mixed(600) if one.kind == "charset"]
    for charset in (b"iso-8859-1", b"windows-1252", b"koi8-r", b"shift_jis", b"gb18030"):
        of_it = [raw for raw in kinds if b'charset="' + charset in raw]
        assert any(raw.isascii() for raw in of_it) and any(not raw.isascii() for raw in of_it), charset
    assert any(b"Content-Type" not in raw for raw in kinds), "some declare nothing at all"
