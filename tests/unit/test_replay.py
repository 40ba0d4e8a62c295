"""Today's rules over yesterday's mails: what has not changed is no difference, and nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hd_bridge.decide.differences import Difference
from hd_bridge.model import Verdict
from hd_bridge.policy import Caps, Choices, Rule
from hd_bridge.policy import Test as Condition
from hd_bridge.replay import Piece, Replay, Replayed
from tests.homes import BUGS, POLICY, SUPPORT, Home, mail

BOB = "Bob <bob@other.example>"
MACHINE = {"Auto_Submitted": "auto-generated"}
LOUD = Rule(
    name="loud",
    when=Condition(what="contact", how="is", values=("known",)),
    then=Choices(priority="High", fields=(("Tags", "vip"),)),
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path, policy=replace(POLICY, rules=(BUGS, LOUD), caps=Caps(same_subject=1, sender=3)))
    yield made
    made.close()


def ack_id(home: Home, number: int) -> str:
    return home.outbox.letters[number].message_id


def a_week(home: Home) -> None:
    """New ones, an answer to our letter, one by number, a letter that was passed on, a machine, the same words twice,
    a ticket that was closed and written to, in this order; between them twenty minutes."""
    story: list[Callable[[], bytes]] = [
        lambda: mail(),
        lambda: mail("Re: ack", "More.", id="<2@x>", In_Reply_To=ack_id(home, 0)),
        lambda: mail("Fwd: ack", "I am his chief.", sender=BOB, id="<3@x>", In_Reply_To=ack_id(home, 0)),
        lambda: mail("Re: [Support #1]", "By number.", id="<4@x>"),
        lambda: mail("backup done", id="<5@x>", **MACHINE),
        lambda: mail("Printer error", "Once more.", id="<6@x>"),
        lambda: mail("Question", "Who are you?", sender=BOB, id="<7@x>"),
        lambda: mail("Re: ack", "It is broken again.", id="<8@x>", In_Reply_To=ack_id(home, 0)),
        lambda: mail("Re: Question", "Answered my own.", sender=BOB, id="<9@x>", In_Reply_To="<7@x>"),
    ]
    for number, made in enumerate(story):
        home.post(made())
        home.turn()
        home.clock.forward(minutes=20)
        if number == 6:
            home.desk().close_ticket(1)
            home.tick()
            home.clock.forward(minutes=20)
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None and "bob@other.example" not in known.participants
    assert len(home.house.journal.accept(known.id, "bob@other.example", home.clock.now())) == 1
    home.clock.forward(days=30)


def replayed(home: Home, *raws: bytes) -> list[Replayed]:
    run = Replay(home.house)
    given = raws or tuple(raw for raw, _ in home.boxes["support"].mails)
    pieces = [
        Piece(name=str(i), raw=raw, at=home.clock.now() + i * timedelta(minutes=1)) for i, raw in enumerate(given)
    ]
    return [run.replay(piece) for piece in pieces]


def told(done: list[Replayed]) -> list[tuple[str, str, str, str]]:
    return [(one.name, each.what, each.then, each.now) for one in done for each in one.differences]


def test_rules_that_have_not_changed_make_no_difference(home: Home) -> None:
    a_week(home)
    done = replayed(home)
    assert [one.then is not None for one in done] == [True] * 9
    assert told(done) == []
    assert [one.plan.verdict.value for one in done].count("follow-up") == 5


def test_the_present_would_have_made_differences(home: Home) -> None:
    """What makes the test above hard: decided with what is known now, the same mails come out otherwise."""
    a_week(home)
    journal, first = home.house.journal, home.boxes["support"].mails[0][0]
    (one,) = replayed(home, first)
    assert one.then is not None
    now = journal.contact("jane@acme.example")
    then = journal.past(one.then.decided_at, one.then.mail.received_at).contact("jane@acme.example")
    assert now is not None and now.ticket_count == 2 and then is None


def test_a_changed_rule_is_told_for_its_own_mails_alone(home: Home) -> None:
    a_week(home)
    home.with_policy(rules=(replace(BUGS, then=replace(BUGS.then, category="General", due_in=None)), LOUD))
    assert told(replayed(home)) == [
        ("0", "category", "Bugs", "General"),
        ("0", "due", "48 h", "none"),
        ("5", "category", "Bugs", "General"),
        ("5", "due", "48 h", "none"),
    ]


def test_a_mailbox_with_another_letter_and_no_caps_is_told(home: Home) -> None:
    a_week(home)
    home.with_policy(mailboxes=(replace(SUPPORT, acknowledge="ack-urgent"),), caps=Caps(same_subject=9, sender=9))
    assert told(replayed(home)) == [
        ("0", "template", "ack", "ack-urgent"),
        ("5", "acknowledge", "no", "yes"),
        ("5", "template", "ack", "ack-urgent"),
        ("6", "template", "ack", "ack-urgent"),
    ]


def test_another_verdict_is_the_only_difference_that_is_told_of_a_mail(home: Home) -> None:
    a_week(home)
    home.with_policy(automatic_allow=("acme.example",))
    assert told(replayed(home)) == [("4", "verdict", "ignore", "new")]


def test_a_mail_that_a_person_has_dropped_since_is_compared_with_what_the_rules_said(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.clock.forward(minutes=1)
    home.post(b"Content-Type: multipart/mixed; boundary=x\r\n" + b"X: y\r\n" * 60_000)
    home.turn()
    (held,) = home.house.journal.held()
    home.house.journal.dismiss(held.key, "Dropped by a person.", home.clock.now())
    assert told(replayed(home)) == []


def test_mails_that_are_not_known_build_on_each_other(home: Home) -> None:
    done = replayed(
        home,
        mail("Unknown error", id="<a@x>"),
        mail("Re: Unknown error", id="<b@x>", In_Reply_To="<a@x>"),
        mail("Unknown error", id="<c@x>"),
        mail("A stranger", sender=BOB, id="<d@x>", In_Reply_To="<b@x>"),
    )
    assert [one.then for one in done] == [None] * 4
    assert [one.plan.verdict for one in done] == [Verdict.NEW, Verdict.FOLLOW_UP, Verdict.NEW, Verdict.NEW]
    assert done[1].plan.conversation == done[0].plan.conversation
    assert [one.plan.acknowledge for one in done] == [True, False, False, True]  # the cap of one a subject
    assert done[2].plan.choices is not None and done[2].plan.choices.priority == "High"  # known by now


def test_a_mail_that_is_not_known_may_answer_one_that_is(home: Home) -> None:
    a_week(home)
    home.with_policy(reopen_within=None)  # its ticket was closed a month ago by now
    (one,) = replayed(home, mail("Re: x", id="<new@x>", In_Reply_To=ack_id(home, 0)))
    assert one.then is None and one.plan.match is not None and one.plan.match.ticket == 1


def test_caps_of_a_mail_that_is_not_known_are_those_of_its_own_time(home: Home) -> None:
    a_week(home)
    run = Replay(home.house)
    early = Piece(name="x", raw=mail("Printer error", id="<new@x>"), at=home.clock.now() - timedelta(days=90))
    assert run.replay(early).plan.acknowledge


def test_nothing_is_written(home: Home) -> None:
    a_week(home)
    before = dump(home)
    replayed(home)
    replayed(home, mail("Unknown error", id="<a@x>"))
    assert dump(home) == before


def dump(home: Home) -> list[str]:
    with sqlite3.connect(home.folder / "journal.sqlite") as db:
        lines = list(db.iterdump())
    db.close()
    return lines


def test_the_run_is_summed_up(home: Home) -> None:
    a_week(home)
    home.with_policy(automatic_allow=("acme.example",))
    run = Replay(home.house)
    for raw, at in home.boxes["support"].mails:
        run.replay(Piece(name="x", raw=raw, at=at))
    assert (run.tally["mails"], run.tally["known"], run.tally["different"]) == (9, 9, 1)
    assert run.tally["difference verdict: ignore → new"] == 1


def test_a_mail_without_choices_is_compared_by_its_verdict(home: Home) -> None:
    """As an earlier version has left it."""
    home.post(mail())
    home.turn()
    with sqlite3.connect(home.folder / "journal.sqlite") as db:
        db.execute("UPDATE mails SET choices = NULL")
    db.close()
    home.with_policy(rules=())
    (one,) = replayed(home)
    assert one.then is not None and one.then.mail.choices is None and one.differences == ()


def test_a_difference_is_said_in_words() -> None:
    assert Difference(what="due", then="48 h", now="none").what == "due"
