"""Machines that meet: floods, loops, bounces of bounces and forged ones, on the whole road."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from hd_bridge.decide.breaker import is_open
from hd_bridge.policy import Caps, Flood
from tests.homes import POLICY, SUPPORT, Home, mail
from tests.unit.test_consider_together import bounce

SALES = replace(SUPPORT, name="sales", address="sales@other.example", sender_name="Other Sales")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def flood(home: Home, mails: int, first: int = 0, sender: str = "bot@acme.example") -> None:
    """So many mails of one sender, each about something else."""
    for number in range(first, first + mails):
        home.post(mail(f"Alert {number}", f"Words {number}", id=f"<{number}@acme.example>", sender=sender))
    home.turn()


def test_a_flood_is_held_beyond_its_limit_and_others_are_not(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(POLICY, flood=Flood(mails=5)))
    flood(home, 9)
    home.post(mail(id="<jane@acme.example>"))
    home.turn()
    assert len(home.tickets()) == 6
    assert [item.cause for item in home.house.journal.held()] == ["flood"] * 4


def test_a_flood_that_is_over_is_forgotten_and_what_was_held_may_be_taken(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(POLICY, flood=Flood(mails=5)))
    flood(home, 7)
    home.clock.forward(minutes=61)
    flood(home, 1, first=7)
    assert len(home.tickets()) == 6
    for item in home.house.journal.held():
        assert home.house.journal.vouch(item.key)
    home.turn()
    assert len(home.tickets()) == 8 and home.house.journal.held() == ()


def test_mails_that_waited_while_we_were_away_are_no_flood(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(POLICY, flood=Flood(mails=5)))
    for number in range(12):
        at = home.clock.now() - timedelta(hours=12 - number)
        home.boxes["support"].put(mail(f"Question {number}", id=f"<{number}@acme.example>"), at)
    home.turn()
    assert len(home.tickets()) == 12


def test_the_breaker_stops_letters_tells_nobody_twice_and_mends_itself(tmp_path: Path) -> None:
    home = Home(tmp_path, policy=replace(POLICY, caps=Caps(mailbox=3), flood=Flood(mails=1000)))
    for number in range(6):
        flood(home, 1, first=number, sender=f"p{number}@acme.example")
    assert len(home.tickets()) == 6 and len(home.outbox.letters) == 3
    (state,) = home.house.journal.breakers()
    assert state.kept_back == 3 and is_open(state, home.policy.caps, home.clock.now())
    home.clock.forward(hours=2, seconds=1)
    flood(home, 1, first=6, sender="late@acme.example")
    assert len(home.outbox.letters) == 4
    assert not is_open(home.house.journal.breakers()[0], home.policy.caps, home.clock.now())


def exchange(one: Home, other: Home, rounds: int, strip: tuple[str, ...] = ()) -> int:
    """What each sends goes to the other, as mail servers would carry it; how many letters went in all."""
    carried = {id(one): 0, id(other): 0}
    for _ in range(rounds):
        for here, there in ((one, other), (other, one)):
            for letter in here.outbox.letters[carried[id(here)] :]:
                sent = message_from_bytes(letter.raw)
                for name in strip:
                    del sent[name]
                there.post(sent.as_bytes(), there.policy.mailboxes[0].name)
            carried[id(here)] = len(here.outbox.letters)
            there.turn()
    return len(one.outbox.letters) + len(other.outbox.letters)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Home, Home]:
    """Two installations, each of which has the other for a customer."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    other = replace(POLICY, instance="other", mailboxes=(SALES,), site_url="")
    return Home(tmp_path / "one"), Home(tmp_path / "other", policy=other)


def test_two_instances_never_answer_each_other(pair: tuple[Home, Home]) -> None:
    one, other = pair
    one.post(mail(sender="Other Sales <sales@other.example>"))
    one.turn()
    assert exchange(one, other, rounds=5) == 1
    assert len(one.tickets()) == 1 and other.tickets() == []


def test_two_instances_behind_a_gateway_that_strips_every_mark_soon_fall_silent(pair: tuple[Home, Home]) -> None:
    one, other = pair
    one.post(mail(sender="Other Sales <sales@other.example>"))
    one.turn()
    marks = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-HD-Bridge-Loop", "In-Reply-To", "References")
    assert exchange(one, other, rounds=20, strip=marks) <= 4
    assert len(one.tickets()) + len(other.tickets()) <= 6


def test_an_absent_persons_answers_to_our_letters_end_after_one(home: Home) -> None:
    home.post(mail())
    home.turn()
    for number in range(5):
        answer = home.outbox.letters[0].message_id
        away = mail(
            "Automatic reply: x",
            "Away.",
            id=f"<a{number}@acme.example>",
            In_Reply_To=answer,
            Auto_Submitted="auto-replied",
        )
        home.post(away)
        home.turn()
    assert len(home.outbox.letters) == 1 and len(home.tickets()) == 1


def test_a_bounce_of_our_letter_is_a_private_note_and_never_answered(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.post(bounce(9, "jane@acme.example", home.outbox.letters[0].message_id))
    home.turn()
    ticket = home.desk().ticket(1)
    assert ticket is not None
    assert [note.private for note in ticket.notes if "could not be delivered" in note.notes] == [True]
    assert len(home.outbox.letters) == 1 and len(home.tickets()) == 1


@pytest.mark.parametrize("about", ["<forged@acme.example>", "<hd.c1.l1.abcdef@example.com>", "<1@acme.example>"])
def test_a_forged_bounce_marks_nobody_and_tells_no_ticket(home: Home, about: str) -> None:
    home.post(mail())
    home.turn()
    home.post(bounce(9, "jane@acme.example", about))
    home.turn()
    ticket = home.desk().ticket(1)
    assert ticket is not None and not any("could not be delivered" in note.notes for note in ticket.notes)
    assert home.house.journal.tally()["mails.bounce"] == 1


def test_a_bounce_of_a_bounce_comes_to_nothing(home: Home) -> None:
    """The report of a report: our letters have no return address, so what comes back is never about one of ours."""
    home.post(mail())
    home.turn()
    report = bounce(9, "mailer-daemon@mx.example", "<report@mx.example>")
    for _ in range(3):
        home.post(report)
        home.turn()
        report = report.replace(b"Message-ID: <m9", b"Message-ID: <again.m9")
    assert len(home.outbox.letters) == 1 and len(home.tickets()) == 1 and home.house.journal.held() == ()


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("=?utf-8?q?Jo=0D=0ABcc:_all=40victims.example?= <jo@acme.example>", "Hello"),
        ("Jo <jo@acme.example>", "=?utf-8?q?Hello=0D=0ABcc:_all=40victims.example?="),
        ("Jo <jo@acme.example>", "=?utf-8?q?Hello=0AX-Injected:_1=0A=0AA_new_body?="),
        ('"Jo\\\r\n Bcc: all@victims.example" <jo@acme.example>', "Hello"),
        ("=?utf-8?q?Jo=E2=80=A8Bcc:_x?= <jo@acme.example>", "=?utf-8?q?a=C2=85Bcc:_y?="),
    ],
)
def test_nobody_injects_a_header_into_our_letters(home: Home, sender: str, subject: str) -> None:
    home.post(mail(subject, sender=sender))
    home.turn()
    (letter,) = home.outbox.letters
    sent = message_from_bytes(letter.raw)
    assert letter.to == ("jo@acme.example",)
    assert sent["Bcc"] is None and sent["X-Injected"] is None
    assert not any(
        line.lower().startswith((b"bcc:", b"x-injected:")) for line in letter.raw.split(b"\r\n\r\n")[0].splitlines()
    )
