"""Doubt, lost claims and faults: nothing is repeated while a call may still be running, nobody speaks for another."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from hd_bridge import consider, receive
from hd_bridge.errors import Closed, Doubtful, NotNow
from hd_bridge.journal.lost import MOST_LOSSES
from hd_bridge.perform.worker import DOUBTS, FAULTY_TRIES
from hd_bridge.tracker.embedded_faults import Trouble
from hd_bridge.work import State, Wanted
from tests.homes import Home, mail, persons_letter


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


class Standing:
    """The tracker, but for one method that another stands in for."""

    def __init__(self, tracker: Any, **instead: Callable[..., Any]) -> None:
        self._tracker, self._instead = tracker, instead

    def __getattr__(self, name: str) -> Any:
        return self._instead.get(name) or getattr(self._tracker, name)


def states(home: Home, kind: str) -> list[str]:
    steps = home.house.journal.steps(conversation=None, states=(), limit=50)
    return [step.state for step in steps if step.kind == kind]


def test_a_call_that_lands_late_is_not_repeated_before_the_rest_is_over(home: Home) -> None:
    calls: list[float] = []
    tracker = home.tracker

    def lost(*_: Any) -> None:
        calls.append(home.clock.monotonic())
        raise Doubtful("timeout")

    home.house.tracker = Standing(tracker, create=lost)
    home.post(mail())
    home.turn()
    for _ in range(35):
        home.clock.forward(seconds=5)
        home.turn()
    assert len(calls) == 1, "175 seconds: the first call may still be running"
    home.clock.forward(seconds=10)
    home.turn()
    assert len(calls) == 2


def test_a_ticket_that_the_tracker_never_makes_comes_before_a_person(home: Home) -> None:
    def broken(*_: Any) -> None:
        raise Doubtful("HTTP 500")

    home.house.tracker = Standing(home.tracker, create=broken)
    home.post(mail())
    for _ in range(4 * DOUBTS):
        home.turn()
        home.clock.forward(minutes=3)
    (held,) = home.house.journal.held()
    assert held.kind == "OpenTicket" and "500" in held.why
    home.house.tracker = home.tracker
    home.house.journal.release(held.key, home.clock.now())
    home.turn()
    assert len(home.tickets()) == 1


def test_a_step_that_was_lost_often_is_put_off_no_longer_than_another(home: Home) -> None:
    journal = home.house.journal

    def busy(*_: Any) -> str:
        raise NotNow("HTTP 500")

    home.post(mail())
    receive.receive(home.house, home.boxes["support"], home.policy.mailbox("support"))
    consider.consider_all(home.house)
    for _ in range(MOST_LOSSES - 1):
        assert journal.claim(Wanted(worker="killed", lease=home.house.lease), home.clock.now()) is not None
        journal.recover(home.clock.now(), alone=True)
    home.house.tracker = Standing(home.tracker, upload=busy)
    home.turn()
    home.house.tracker = home.tracker
    home.clock.forward(seconds=5)
    home.turn()
    assert len(home.tickets()) == 1


def test_a_worker_that_lost_its_claim_does_not_speak_for_the_one_that_has_it(home: Home) -> None:
    journal, tracker = home.house.journal, home.tracker

    def slow(*_: Any) -> str:
        """The lease ends under the upload; another worker is in its call when this one fails."""
        home.clock.forward(minutes=11)
        journal.recover(home.clock.now())
        claim = journal.claim(Wanted(worker="second", lease=home.house.lease), home.clock.now())
        assert claim is not None and not claim.in_doubt
        journal.doing(claim.step.key, "second", home.clock.now(), home.clock.now() + home.house.rest)
        raise Closed("timeout")

    home.house.tracker = Standing(tracker, upload=slow)
    home.post(mail())
    home.turn()
    assert states(home, "OpenTicket") == [State.DOING]


def test_a_letter_that_cannot_be_rendered_is_held_and_not_dropped_as_if_it_had_gone_out(home: Home) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("a template of ours is broken")

    whole, home.house.templates = home.house.templates, Broken()  # type: ignore[assignment]
    home.post(mail())
    for _ in range(FAULTY_TRIES + 2):
        home.turn()
        home.clock.forward(minutes=1)
    assert states(home, "SendLetter") == [State.HELD]
    home.house.templates = whole
    home.house.journal.release(home.house.journal.held()[0].key, home.clock.now())
    home.turn()
    assert len(home.outbox.letters) == 1


def test_a_persons_letter_in_doubt_is_sent_once_more_and_then_held(home: Home) -> None:
    home.post(mail())
    home.turn()
    known = home.house.journal.conversation_by_ticket(1)
    assert known is not None
    home.outbox.after += [Doubtful("lost"), Doubtful("lost again")]
    home.house.journal.add([persons_letter("x/letter/1", known.id)])
    for _ in range(10):
        home.turn()
        home.clock.forward(minutes=4)
    first, second = home.outbox.letters[1:]
    assert first == second and states(home, "SendLetter").count(State.HELD) == 1
    ticket = home.tracker.ticket(1)
    assert ticket is not None
    told = [note.notes for note in ticket.notes if "Our letter" in note.notes]
    assert len(told) == 1 and "is held: it is in doubt for the second time" in told[0]


def test_a_note_whose_status_could_not_be_read_back_is_there_once(home: Home) -> None:
    home.post(mail())
    home.turn()
    home.clock.forward(seconds=10)
    home.desk().close_ticket(1)
    home.tick()
    home.faults.order("ticket", Trouble.BEFORE)
    home.post(mail("Re", "Not solved.", id="<2@acme.example>", References="<1@acme.example>"))
    home.turn()
    for _ in range(4):
        home.clock.forward(minutes=4)
        home.turn()
    notes = home.desk().ticket(1).notes  # type: ignore[union-attr]
    assert sum("Not solved." in note.notes for note in notes) == 1


def test_a_line_that_breaks_after_each_file_gets_a_mail_of_many_files_through(home: Home) -> None:
    laid: list[str] = []

    def upload(name: str, kind: str, content: bytes) -> str:
        """Every second upload fails."""
        laid.append(name)
        if len(laid) % 2 == 0:
            raise NotNow("timeout")
        return home.tracker.upload(name, kind, content)

    home.house.tracker = Standing(home.tracker, upload=upload)
    home.post(with_files("one.pdf", "two.pdf", "three.pdf"))
    for _ in range(6):
        home.turn()
        home.clock.forward(hours=1)
    (ticket,) = home.tickets()
    names = [file.name for file in home.desk().ticket(ticket.number).files]  # type: ignore[union-attr]
    assert len(names) == 4 and names[1:] == ["one.pdf", "two.pdf", "three.pdf"]


def with_files(*names: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "jane@acme.example", "support@example.com", "Files"
    message["Message-ID"] = "<files@acme.example>"
    message.set_content("See there.")
    for name in names:
        message.add_attachment(name.encode(), maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()
