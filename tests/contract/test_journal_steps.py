"""How steps go from plan to done: their order, their waiting, their claims. Touches the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from hd_bridge.errors import Doubtful
from hd_bridge.journal import SqlJournal
from hd_bridge.model import Verdict
from hd_bridge.ports import Journal
from hd_bridge.work import AddNote, Effects, FileAway, KeepCopy, PublishPage, SetFields, State, Step
from tests.contract.journal_cases import (
    HOUR,
    LEASE,
    NOW,
    SECOND,
    begin_talk,
    claim,
    claimed,
    finish,
    letter_to,
    mail,
    note,
    opening,
    outline,
    plan,
    private,
    receive,
    state,
    ticket,
)

LATER = NOW + LEASE + SECOND
REST = NOW + timedelta(seconds=180)


def test_the_sql_journal_keeps_the_port(journal: SqlJournal) -> None:
    kept: Journal = journal
    assert kept.steps(conversation=None, states=(), limit=1) == ()


def test_the_oldest_step_is_claimed_first_and_only_once(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("b/1", lane="y")])
    assert [claimed(journal), claimed(journal), claimed(journal)] == ["a/1", "b/1", None]


def test_a_claim_carries_the_step_whole_with_its_tries_and_ticket(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    step = note("a/note", conversation="talk")
    journal.add([step])
    found = claim(journal)
    assert found is not None
    assert (found.step, found.worker, found.tries, found.in_doubt, found.ticket) == (step, "w1", 1, False, 7)


def test_steps_planned_again_are_left_alone(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    finish(journal, "a/1")
    journal.add([note("a/1")])
    assert claimed(journal) is None
    assert state(journal, "a/1") == State.DONE


def test_a_lane_is_done_one_step_at_a_time_and_oldest_first(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2"), note("a/3")])
    assert [claimed(journal), claimed(journal)] == ["a/1", None]
    finish(journal, "a/1")
    assert [claimed(journal), claimed(journal)] == ["a/2", None]


def test_a_stuck_step_holds_up_only_its_own_lane(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("a/2", lane="x"), note("b/1", lane="y")])
    claimed(journal)
    journal.rest("a/1", REST, "no answer")
    assert [claimed(journal), claimed(journal)] == ["b/1", None]


@pytest.mark.parametrize("end", ["hold", "drop", "finish"])
def test_a_step_that_is_held_dropped_or_done_lets_the_next_of_its_lane_go(journal: SqlJournal, end: str) -> None:
    journal.add([note("a/1"), note("a/2")])
    claimed(journal)
    ends: dict[str, Callable[[], None]] = {
        "hold": lambda: journal.hold("a/1", "refused"),
        "drop": lambda: journal.drop("a/1", "not wanted"),
        "finish": lambda: finish(journal, "a/1"),
    }
    ends[end]()
    assert claimed(journal) == "a/2"


def test_a_step_waits_for_another_in_another_lane(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), letter_to(lane="y", key="a/2", after="a/1")])
    assert [claimed(journal), claimed(journal)] == ["a/1", None]
    assert state(journal, "a/2") == State.WAITING
    finish(journal, "a/1")
    assert claimed(journal) == "a/2"


def test_a_step_that_waits_for_one_that_is_done_already_does_not_wait(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x")])
    finish(journal, "a/1")
    journal.add([note("a/2", lane="y", after="a/1")])
    assert claimed(journal) == "a/2"


def test_a_step_may_be_planned_before_the_one_that_it_waits_for(journal: SqlJournal) -> None:
    journal.add([note("a/2", lane="y", after="a/1")])
    assert claimed(journal) is None
    journal.add([note("a/1", lane="x")])
    assert claimed(journal) == "a/1"
    finish(journal, "a/1")
    assert claimed(journal) == "a/2"


def test_what_waits_for_a_dropped_step_is_dropped_and_so_on(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("a/2", lane="y", after="a/1"), note("a/3", lane="z", after="a/2")])
    journal.add([note("a/4", lane="z")])
    journal.drop("a/1", "not wanted")
    assert [state(journal, key) for key in ("a/1", "a/2", "a/3")] == [State.DROPPED] * 3
    assert claimed(journal) == "a/4"
    journal.add([note("a/5", lane="q", after="a/3")])
    assert state(journal, "a/5") == State.DROPPED


def test_what_waits_for_a_held_step_waits_until_it_is_released_and_done(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("a/2", lane="y", after="a/1")])
    claimed(journal)
    journal.hold("a/1", "refused")
    assert claimed(journal) is None
    assert journal.release("a/1", NOW)
    assert claimed(journal) == "a/1"
    finish(journal, "a/1")
    assert claimed(journal) == "a/2"


def test_a_step_waits_for_its_time_and_next_due_tells_when_that_is(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x", due=NOW + HOUR), note("a/2", lane="y", due=NOW + 2 * HOUR)])
    assert claimed(journal) is None
    assert journal.next_due(NOW) == NOW + HOUR
    assert claimed(journal, NOW + HOUR) == "a/1"
    assert journal.next_due(NOW + HOUR) == NOW + 2 * HOUR


def test_next_due_is_never_in_the_past_and_none_when_nothing_sleeps(journal: SqlJournal) -> None:
    assert journal.next_due(NOW) is None
    journal.add([note("a/1", due=NOW - HOUR)])
    assert journal.next_due(NOW) == NOW


def test_a_step_that_waits_for_a_step_and_for_a_time_waits_for_both(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("a/2", lane="y", after="a/1", due=NOW + HOUR)])
    finish(journal, "a/1")
    assert claimed(journal) is None
    assert claimed(journal, NOW + HOUR) == "a/2"


DOORS: list[tuple[Step, str]] = [
    (opening(), "tracker"),
    (note("a/1"), "tracker"),
    (private("a/1"), "tracker"),
    (SetFields(key="a/1", lane="x", fields=(("Tags", "vip"),)), "tracker"),
    (letter_to(), "outbox"),
    (PublishPage(key="a/1", lane="x"), "site"),
    (FileAway(key="a/1", lane="x", mailbox="sales", place="1/2", how="flag"), "mailbox:sales"),
    (KeepCopy(key="a/1", lane="x", mailbox="sales", folder="Sent", letter="a/0"), "mailbox:sales"),
]


@pytest.mark.parametrize(("step", "door"), DOORS, ids=lambda value: type(value).__name__ if value else "")
def test_a_step_is_left_alone_while_its_door_is_closed(journal: SqlJournal, step: Step, door: str) -> None:
    journal.add([step])
    assert claim(journal, doors=frozenset({door, "mailbox:other"})) is None
    found = claim(journal, doors=frozenset({"tracker", "outbox", "site", "mailbox:sales"} - {door}))
    assert found is not None
    assert found.step == step


def test_doing_needs_the_claim(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    with pytest.raises(Doubtful):
        journal.doing("a/1", "another", NOW, REST)
    journal.doing("a/1", "w1", NOW, REST)
    assert state(journal, "a/1") == State.DOING


def test_a_worker_that_lost_its_claim_may_not_begin(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.recover(LATER)
    assert claimed(journal, LATER, "w2") == "a/1"
    with pytest.raises(Doubtful):
        journal.doing("a/1", "w1", LATER, REST)


def test_a_lease_that_has_not_ended_is_not_lost(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    assert journal.recover(NOW + SECOND) == 0
    assert claimed(journal, NOW + SECOND) is None


def test_the_only_process_need_not_wait_for_the_leases_of_the_dead(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("b/1", lane="other")])
    claimed(journal)
    claimed(journal)
    journal.doing("b/1", "w1", NOW, LATER)
    assert journal.recover(NOW, alone=True) == 2
    assert (state(journal, "a/1"), state(journal, "b/1")) == (State.DUE, State.RESTING)


def test_a_lost_claim_is_due_again_without_doubt(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    assert journal.recover(LATER) == 1
    assert state(journal, "a/1") == State.DUE
    found = claim(journal, LATER)
    assert found is not None
    assert (found.tries, found.in_doubt) == (2, False)


def test_a_lost_call_is_asked_about_at_once_and_knows_until_when_it_may_be_running(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2")])
    claimed(journal)
    until = LATER + HOUR
    journal.doing("a/1", "w1", NOW, until)
    assert journal.recover(LATER) == 1
    assert state(journal, "a/1") == State.RESTING
    assert journal.next_due(LATER) == LATER
    found = claim(journal, LATER)
    assert found is not None
    assert (found.step.key, found.in_doubt, found.rest_until) == ("a/1", True, until)


def test_finishing_twice_is_harmless(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x")])
    finish(journal, "a/1", steps=(note("a/2", lane="y"),), note="added")
    journal.finish("a/1", LATER, Effects(steps=(note("a/3", lane="z"),)))
    assert [step.key for step in journal.steps(conversation=None, states=(), limit=9)] == ["a/1", "a/2"]
    assert journal.steps(conversation=None, states=(State.DONE,), limit=9)[0].finished_at == NOW


def test_how_far_the_journal_goes_never_falls_though_the_newest_steps_are_forgotten(journal: SqlJournal) -> None:
    key = begin_talk(journal, steps=(opening("a/open"),))
    (answer,) = receive(journal, mail(2))
    added = AddNote(key="b/note", lane="talk", mail=answer, notes="More.", after="a/open")
    journal.commit(plan(answer, Verdict.FOLLOW_UP, conversation="talk", steps=(added,)), outline(2), NOW)
    end = journal.sequence()
    journal.drop("a/open", "no")
    assert [received.key for received in journal.undecided(9)] == [answer] != [key], "its step is forgotten"
    assert journal.sequence() == end
    for number in range(3, 9):
        receive(journal, mail(number))
    assert journal.sequence() > end
