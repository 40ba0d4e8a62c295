"""What strangers send is read outside: a mail that overruns is ended and held, and the next one is read."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from hd_bridge.errors import ReaderError, Unreadable
from hd_bridge.mail.parse import attachments_of, forwarded_in, parse
from hd_bridge.mail.wire import told_files
from hd_bridge.mail.wire_heard import heard
from hd_bridge.model import Verdict
from hd_bridge.people import Agent, Agents
from hd_bridge.reader import MEMORY, ChildReader
from tests.corpus.build import FILES
from tests.corpus.in_parts import INNER, of, pdf
from tests.corpus.making import mail, text
from tests.homes import POLICY, Home
from tests.homes import mail as letter

# The child as it is, but some subjects do what a crafted mail would do to a reader with a hole in it.
HURT = """
import os, time
from hd_bridge import reader_child
from hd_bridge.mail import parse
really = parse.parse
def hurt(raw, markers=()):
    if b"Subject: hang" in raw:
        while True: pass
    if b"Subject: eat" in raw:
        eaten = [bytes(2**20) for _ in range(10**5)]
    if b"Subject: crash" in raw:
        os.abort()
    if b"Subject: lie" in raw:
        return really(raw).header
    if b"Subject: fault" in raw:
        raise KeyError("secret words of the mail")
    return really(raw)
reader_child.parse = hurt
reader_child.main()
"""
COMMAND = (sys.executable, "-c", HURT)
PLAIN = mail("It does not print.")


@pytest.fixture
def reader() -> Iterator[ChildReader]:
    made = ChildReader(1.0, COMMAND)
    yield made
    made.close()


@pytest.fixture(scope="module")
def plain_reader() -> Iterator[ChildReader]:
    made = ChildReader()
    yield made
    made.close()


def child_of(reader: ChildReader) -> psutil.Process:
    reader.ready()
    return psutil.Process(psutil.Process().children()[-1].pid)


@pytest.mark.parametrize(("name", "sample"), FILES, ids=[name for name, _ in FILES])
def test_a_mail_is_read_outside_as_it_is_here(plain_reader: ChildReader, name: str, sample: object) -> None:
    raw = next(one.raw for known, one in FILES if known == name)
    email, here = plain_reader.email(raw, "k"), parse(raw, "k")
    assert replace(email, attachments=()) == replace(here, attachments=())
    assert [(a.name, a.media_type, a.size, a.sha256) for a in email.attachments] == [
        (a.name, a.media_type, len(a.content), a.sha256) for a in here.attachments
    ]
    assert plain_reader.files(raw) == attachments_of(raw)
    outside, within = plain_reader.forwarded(raw), forwarded_in(raw)
    assert (outside and replace(outside, attachments=())) == (within and replace(within, attachments=()))


def test_no_file_comes_with_its_content_unless_files_are_asked_for(plain_reader: ChildReader) -> None:
    raw = of("mixed", text("See"), INNER, pdf("Content-Disposition: attachment; filename=a.pdf"))
    inner, other = plain_reader.email(raw, "k").attachments
    assert (inner.content, inner.size) == (b"", len(attachments_of(raw)[0].content))
    assert (other.content, other.size) == (b"", 14)
    within = plain_reader.forwarded(raw)
    assert within is not None and within.sender.email == "x@other.example"


def test_a_mail_that_hangs_is_held_with_what_its_header_says_and_the_next_is_read(reader: ChildReader) -> None:
    begun = time.monotonic()
    email = reader.email(mail("x", "Subject: hang"), "k" * 24)
    assert time.monotonic() - begun < 30
    assert email.defects[0] == "unreadable: reading it took more than 1 s"
    assert (email.key, email.subject, email.sender and email.sender.email) == (
        "k" * 24,
        "hang",
        "jo@customer.example",
    )
    assert reader.email(PLAIN, "n").text == "It does not print."


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        ("eat", "reading it needs more memory than a mail of its size should"),
        ("crash", "reading it ended the process that reads, twice"),
        ("lie", "a fault in hd_bridge, "),
        ("fault", "a fault in hd_bridge, KeyError at <string>:"),
    ],
)
def test_whatever_a_mail_does_costs_that_mail_alone(reader: ChildReader, subject: str, why: str) -> None:
    email = reader.email(mail("x", f"Subject: {subject}"), "k")
    assert email.defects[0].startswith(f"unreadable: {why}")
    assert "secret" not in email.defects[0]
    assert email.subject == subject
    assert reader.email(PLAIN, "n").defects == ()


def test_a_child_that_somebody_ended_is_replaced_and_no_mail_is_held(reader: ChildReader) -> None:
    reader.email(PLAIN, "a")
    child_of(reader).kill()
    assert reader.email(PLAIN, "b").defects == ()


def test_a_child_that_was_stopped_is_replaced(reader: ChildReader) -> None:
    reader.email(PLAIN, "a")
    child = child_of(reader)
    child.suspend()
    assert reader.email(PLAIN * 10_000, "b").defects[0].startswith("unreadable: reading it took more")
    assert not child.is_running()
    assert reader.email(PLAIN, "c").defects == ()


def test_files_that_cannot_be_read_are_said_so() -> None:
    reader = ChildReader(1.0, (sys.executable, "-c", HURT.replace("reader_child.parse", "reader_child.attachments_of")))
    try:
        with pytest.raises(Unreadable, match="took more than 1 s"):
            reader.files(mail("x", "Subject: hang"))
    finally:
        reader.close()


def test_a_mail_within_an_agents_mail_that_hangs_what_reads_it_is_held(tmp_path: Path) -> None:
    command = HURT.replace("parse.parse", "parse.forwarded_in").replace(
        "reader_child.parse", "reader_child.forwarded_in"
    )
    home = Home(tmp_path, policy=replace(POLICY, agents=Agents(people=(Agent(address="ana@example.com"),))))
    home.house.reader = ChildReader(1.0, (sys.executable, "-c", command))
    try:
        home.post(letter("hang", sender="Ana <ana@example.com>"))
        home.post(letter("hang", sender="Zoe <zoe@other.example>", id="<2@other.example>"))
        home.turn()
        held, opened = sorted(home.mails(), key=lambda one: str(one.verdict))
        assert (held.verdict, opened.verdict) == (Verdict.HOLD, Verdict.NEW)
        assert "the mail that it passes on: reading it took more than 1 s" in held.why
    finally:
        home.house.reader.close()
        home.close()


@pytest.mark.parametrize("command", [("/nowhere/python",), (sys.executable, "-c", "raise SystemExit(9)")])
def test_without_a_child_nothing_is_held(command: tuple[str, ...]) -> None:
    reader = ChildReader(1.0, command)
    with pytest.raises(ReaderError):
        reader.email(PLAIN, "k")
    reader.close()


def test_the_child_has_none_of_our_secrets(plain_reader: ChildReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDMINE_API_KEY", "secret")
    child = child_of(plain_reader)
    assert set(child.environ()) <= {"PYTHONPATH", "LC_ALL", *MEMORY}


def test_the_child_ends_when_we_are_killed(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    program = (
        "import os, time, sys\nfrom pathlib import Path\nfrom hd_bridge.reader import ChildReader\n"
        "reader = ChildReader()\nreader.email(b'', '')\n"
        f"Path({str(told)!r}).write_text(str(reader._child._process.pid))\ntime.sleep(60)\n"
    )
    parent = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", program])
    end = time.monotonic() + 60
    while not (told.exists() and told.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    child = psutil.Process(int(told.read_text()))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert psutil.wait_procs([child], timeout=20)[1] == []


def test_a_house_holds_what_hangs_and_goes_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.house.reader = ChildReader(1.0, COMMAND)
    try:
        home.post(letter("hang"))
        home.post(letter("Printer error", id="<2@acme.example>"))
        home.turn()
        held, opened = sorted(home.mails(), key=lambda one: str(one.verdict))
        assert (held.verdict, opened.verdict) == (Verdict.HOLD, Verdict.NEW)
        assert "took more than 1 s" in held.why
        assert [ticket.subject for ticket in home.tickets()] == ["Printer error"]
    finally:
        home.house.reader.close()
        home.close()


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"null",
        b"[]",
        b'{"email": {}, "follow": []}',
        b"[" * 100_000,
        b'{"email": {"__class__": "os"}, "follow": []}',
        b"\xff",
    ],
)
def test_what_is_no_mail_is_refused(words: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        heard(words, 100)


def test_a_name_that_leads_away_and_more_bytes_than_a_mail_holds_are_refused() -> None:
    words = next(iter(told_files(attachments_of(of("mixed", text("See"), INNER)))))
    assert heard(words, 1000)[1] == (59,)
    with pytest.raises(ValueError, match="bytes"):
        heard(words, 10)
    with pytest.raises(ValueError, match="name"):
        heard(words.replace(b"The inner one.eml", b"../inner one.eml"), 1000)
    with pytest.raises(ValueError, match="no"):
        heard(words.replace(b'"size":', b'"size":"1",'), 1000)


def test_below_a_line_of_our_letters_everything_is_quoted() -> None:
    line = "##- Please write your answer above this line -##"
    raw = letter(body=f"It works.\n\n{line}\nHello Jane,\nhave you tried this?")
    reader = ChildReader(markers=(line,))
    try:
        assert reader.email(raw, "k").reply == "It works."
    finally:
        reader.close()
