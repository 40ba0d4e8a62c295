"""Work by strands: what one worker of a fleet does at a time, what it is told of, what it leaves. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.lost import MOST_LOSSES
from hd_bridge.work import FileAway, PublishPage, State, Wanted
from tests.contract.journal_cases import (
    ALL_OPEN,
    LEASE,
    NOW,
    SECOND,
    begin_talk,
    claimed,
    finish,
    letter_to,
    note,
    opening,
    receive,
    state,
)

FILED = FileAway(key="a/file", lane="mailbox:support", mailbox="support", place="1/1", how="flag")


class Listener:
    """Hears what transactions make ready, and may fail at it."""

    def __init__(self) -> None:
        self.heard: list[tuple[tuple[str, ...], bool]] = []
        self.fails = False

    def tell(self, connection: Any, due: Sequence[str], mail: bool) -> None:
        assert connection is not None
        if self.fails:
            raise JournalError("the listener fails")
        self.heard.append((tuple(sorted(due)), mail))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def told(journal_url: str, listener: Listener) -> Iterator[SqlJournal]:
    """A journal that tells what it makes ready."""
    opened = SqlJournal.open(journal_url, clock=lambda: NOW, tell=listener.tell)
    yield opened
    opened.close()


def take(journal: SqlJournal, strand: str) -> str | None:
    claim = journal.claim(Wanted(worker="w1", lease=LEASE, strand=strand), NOW)
    return claim.step.key if claim else None


def test_a_strand_is_a_conversation_with_all_its_lanes_or_a_lane_that_belongs_to_none(journal: SqlJournal) -> None:
    page = PublishPage(key="a/page", lane="talk/page", conversation="talk")
    journal.add([FILED, note("b/1", lane="other", conversation="other"), note("a/1", conversation="talk"), page])
    assert journal.strands(NOW, ALL_OPEN, 9) == ("mailbox:support", "other", "talk")
    assert [take(journal, "talk") for _ in range(3)] == ["a/1", "a/page", None]
    assert take(journal, "mailbox:support") == "a/file"
    assert journal.strands(NOW, ALL_OPEN, 9) == ("other",)


def test_strands_are_woken_and_leave_out_closed_doors_and_what_is_over_the_limit(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x", due=NOW + SECOND), letter_to(lane="y"), note("b/1", lane="z")])
    assert journal.strands(NOW, frozenset({"outbox"}), 9) == ("z",)
    assert journal.strands(NOW + SECOND, ALL_OPEN, 2) == ("x", "y")


def test_what_lies_in_hand_in_one_strand_is_taken_over_before_its_lease_ends(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("b/1", lane="y"), note("c/1", lane="z")])
    assert [take(journal, lane) for lane in ("x", "y", "z")] == ["a/1", "b/1", "c/1"]
    journal.doing("b/1", "w1", NOW, NOW + LEASE)
    assert journal.recover(NOW, strand="x") + journal.recover(NOW, strand="y") == 2
    assert [state(journal, key) for key in ("a/1", "b/1", "c/1")] == [State.DUE, State.RESTING, State.CLAIMED]
    taken = journal.claim(Wanted(worker="w2", lease=LEASE, strand="y"), NOW)
    assert taken is not None and taken.in_doubt and taken.rest_until == NOW + LEASE


def test_a_step_that_kills_one_worker_after_the_other_is_held_and_the_rest_goes_on(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("b/1", lane="x")])
    for _ in range(MOST_LOSSES):
        assert claimed(journal) == "a/1"
        journal.recover(NOW, alone=True)
    assert state(journal, "a/1") == State.HELD
    assert f"died {MOST_LOSSES} times" in journal.held()[0].why
    assert claimed(journal) == "b/1"


def test_a_released_step_may_be_lost_as_often_again(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    for _ in range(MOST_LOSSES):
        claimed(journal)
        journal.recover(NOW, alone=True)
    assert journal.release("a/1", NOW)
    claimed(journal)
    journal.recover(NOW, alone=True)
    assert state(journal, "a/1") == State.DUE


def test_a_call_that_was_lost_too_often_is_held_in_doubt(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    for _ in range(MOST_LOSSES):
        assert claimed(journal) == "a/1"
        journal.doing("a/1", "w1", NOW, NOW)
        journal.recover(NOW, alone=True)
    assert state(journal, "a/1") == State.HELD
    assert journal.release("a/1", NOW)
    again = journal.claim(Wanted(worker="w1", lease=LEASE), NOW)
    assert again is not None and again.in_doubt


def test_a_letter_whose_sending_was_begun_is_in_doubt_however_often_it_was_lost(journal: SqlJournal) -> None:
    journal.add([letter_to(key="a/ack", lane="x")])
    for _ in range(MOST_LOSSES + 1):
        assert claimed(journal) == "a/ack"
        journal.doing("a/ack", "w1", NOW, NOW)
        journal.recover(NOW, alone=True)
    assert state(journal, "a/ack") == State.RESTING


def test_what_a_transaction_makes_ready_is_told_within_it(told: SqlJournal, listener: Listener) -> None:
    receive(told)
    assert listener.heard == [((), True)]
    begin_talk(told, 2, steps=[opening(conversation="talk"), note("a/1", after="a/open", conversation="talk")])
    assert listener.heard[1:] == [((), True), (("talk",), False)]
    finish(told, "a/open")
    assert listener.heard[-1] == (("talk",), False)
    told.add([FILED])
    assert listener.heard[-1] == (("mailbox:support",), False)


def test_what_waits_for_its_time_is_not_told_before(told: SqlJournal, listener: Listener) -> None:
    told.add([note("a/1", lane="x", due=NOW + SECOND)])
    assert listener.heard == []
    assert told.strands(NOW + SECOND, ALL_OPEN, 9) == ("x",)
    assert listener.heard == [(("x",), False)]


def test_a_transaction_that_cannot_be_told_of_is_not_kept(told: SqlJournal, listener: Listener) -> None:
    listener.fails = True
    with pytest.raises(JournalError):
        told.add([note("a/1")])
    listener.fails = False
    assert told.strands(NOW, ALL_OPEN, 9) == ()


def test_the_first_word_on_a_value_is_the_one_that_is_kept(journal: SqlJournal) -> None:
    assert journal.settle("instance", "one") == "one"
    assert journal.settle("instance", "two") == "one"
    assert journal.meta("instance") == "one"
