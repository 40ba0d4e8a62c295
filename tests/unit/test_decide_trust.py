"""What a forged, odd or released mail may not do: mark, join, vanish, or stop the decider."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from hd_bridge import consider, receive
from hd_bridge.decide.words import upload_name
from hd_bridge.errors import Refused
from hd_bridge.model import Attachment, Bounce, Trust, Verdict
from hd_bridge.tracker.embedded_faults import Trouble
from tests.homes import POLICY, SUPPORT, Home, mail
from tests.unit.test_decide_mail import EMAIL, decide, pointing

JANE = "jane@acme.example"
OVERSIZED = replace(EMAIL, defects=("over the cap: 201 parts",))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def failed(*addresses: str) -> Any:
    return replace(EMAIL, bounce=Bounce(failed=addresses, permanent=True, original_message_id=None))


@pytest.mark.parametrize("trust", [Trust.STRANGER, Trust.PARTICIPANT])
def test_a_bounce_that_names_no_letter_of_ours_tells_and_marks_nothing(trust: Trust) -> None:
    plan = decide(failed(JANE), **pointing(trust, participants=frozenset({JANE})))
    assert plan.verdict is Verdict.BOUNCE and plan.marks == () and plan.steps == () and plan.conversation is None


def test_a_bounce_marks_only_those_to_whom_the_letter_went() -> None:
    plan = decide(failed("boss@other.example", JANE), **pointing(Trust.BEARER, participants=frozenset({JANE})))
    assert plan.marks == ((JANE, "permanent"),)


def test_a_stranger_who_is_released_for_another_reason_does_not_join_the_ticket() -> None:
    plan = decide(OVERSIZED, vouched=True, **pointing(Trust.STRANGER))
    assert plan.verdict is Verdict.NEW and plan.joins == ()


def test_a_mail_held_for_its_size_says_what_else_its_release_means() -> None:
    plan = decide(OVERSIZED, replace(POLICY, bearer="hold"), **pointing(Trust.BEARER))
    assert plan.verdict is Verdict.HOLD and "ticket #7" in plan.why and "released" in plan.why


def test_a_fault_in_deciding_holds_one_mail_and_the_next_is_decided(home: Home) -> None:
    class Broken(dict[str, Any]):
        faults = 1

        def get(self, *_: object) -> Any:
            self.faults -= 1
            if self.faults >= 0:
                raise RuntimeError("a fault of ours, with words of the mail in it")
            return None

    home.house.catalogues = Broken(home.house.catalogues)
    home.post(mail())
    home.post(mail("Another", id="<2@acme.example>"))
    home.turn()
    (held,) = home.house.journal.held()
    assert "fault" in held.why and "words of the mail" not in held.why and len(home.tickets()) == 1


def test_a_mail_whose_mailbox_was_taken_out_of_the_configuration_is_held(tmp_path: Path) -> None:
    sales = replace(SUPPORT, name="sales", address="sales@example.com", project="sales")
    home = Home(tmp_path, policy=replace(POLICY, mailboxes=(SUPPORT, sales)))
    home.post(mail(), box="sales")
    receive.receive(home.house, home.boxes["sales"], sales)
    del home.boxes["sales"]
    home.with_policy(mailboxes=(SUPPORT,))
    home.turn()
    (held,) = home.house.journal.held()
    assert "sales" in held.why


def test_an_answer_to_a_request_that_a_person_dropped_is_a_new_request(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=2)
    home.post(mail())
    home.turn()
    home.house.journal.drop(home.house.journal.held()[0].key, "dropped by a person")
    home.post(mail("Re: error", "Hello? Still there?", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    (ticket,) = home.tickets()
    assert "Still there?" in home.desk().ticket(ticket.number).description  # type: ignore[union-attr]


def test_answers_that_waited_for_a_request_that_a_person_drops_are_decided_anew(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=2)
    home.post(mail())
    home.post(mail("Re: error", "And more.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    home.house.journal.drop(home.house.journal.held()[0].key, "dropped by a person")
    home.turn()
    (ticket,) = home.tickets()
    assert "And more." in home.desk().ticket(ticket.number).description  # type: ignore[union-attr]
    assert len(home.outbox.letters) == 1 and len(home.publisher.files) == 1


def test_two_answers_to_a_request_that_a_person_drops_are_one_new_ticket_and_its_note(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=2)
    home.post(mail())
    home.post(mail("Re: error", "And more.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.post(mail("Re: error", "Still more.", id="<3@acme.example>", In_Reply_To="<2@acme.example>"))
    home.turn()
    home.house.journal.drop(home.house.journal.held()[0].key, "dropped by a person")
    home.turn()
    (ticket,) = home.tickets()
    whole = home.desk().ticket(ticket.number)
    assert whole is not None and "And more." in whole.description
    assert any("Still more." in note.notes for note in whole.notes)


def test_an_answer_to_a_request_that_is_held_waits_for_its_release(home: Home) -> None:
    home.faults.order("create", Trouble.REFUSED, times=2)
    home.post(mail())
    home.post(mail("Re: error", "And more.", id="<2@acme.example>", In_Reply_To="<1@acme.example>"))
    home.turn()
    home.house.journal.release(home.house.journal.held()[0].key, home.clock.now())
    home.turn()
    (ticket,) = home.tickets()
    assert any("And more." in note.notes for note in home.desk().ticket(ticket.number).notes)  # type: ignore[union-attr]


def test_a_customers_file_does_not_pass_for_an_original() -> None:
    name = f"mail-{'0' * 24}.eml"
    file = Attachment(name=name, media_type="message/rfc822", content=b"x", sha256=sha256(b"x").hexdigest())
    assert upload_name(file) == f"attached-{name}"
    assert upload_name(replace(file, name=name.upper())) != name.upper()


def test_a_refused_letter_that_a_person_releases_goes_out(home: Home) -> None:
    home.outbox.before.append(Refused("550", words=("550 5.7.1 no",)))
    home.post(mail())
    home.turn()
    (held,) = home.house.journal.held()
    home.house.journal.release(held.key, home.clock.now())
    home.turn()
    assert len(home.outbox.letters) == 1 and home.house.journal.held() == ()


def test_a_fault_in_reading_holds_the_mail(home: Home) -> None:
    def fail(*_: object) -> None:
        raise OSError("a fault of a library")

    ways = ("__getitem__", "split", "splitlines", "decode", "find", "replace", "startswith")
    no_bytes: Any = type("NoBytes", (bytes,), dict.fromkeys(ways, fail))
    home.post(mail())
    receive.receive(home.house, home.boxes["support"], SUPPORT)
    (received,) = home.house.journal.undecided(9)
    odd = replace(received, raw=no_bytes(received.raw))
    plan = consider.consider(home.house, consider.read(home.house, odd), odd)
    assert plan.verdict is Verdict.HOLD and "OSError" in plan.why
    home.house.journal.vouch(received.key)
    home.turn()
    assert len(home.tickets()) == 1
