"""What comes with a step's end in the same commit: the next claim, and what a page that cannot be made lets go. Touches
the disk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hd_bridge.journal import SqlJournal
from hd_bridge.work import Effects, PublishPage, State, Wanted
from tests.contract.journal_cases import LEASE, NOW, SECOND, claim, claimed, letter_to, note, state

WANTED = Wanted(worker="w1", lease=LEASE)


def test_who_ends_a_step_has_the_next_in_the_same_commit(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2")])
    claimed(journal)
    following = journal.finish("a/1", NOW, Effects(), then=WANTED)
    assert following is not None and (following.step.key, following.worker) == ("a/2", "w1")
    assert state(journal, "a/1") == State.DONE and state(journal, "a/2") == State.CLAIMED
    assert claimed(journal) is None


def test_what_a_step_has_led_to_may_be_the_next(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    following = journal.finish("a/1", NOW, Effects(steps=(note("a/2"),)), then=WANTED)
    assert following is not None and following.step.key == "a/2"


def test_who_wants_nothing_then_gets_nothing(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2")])
    claimed(journal)
    assert journal.finish("a/1", NOW, Effects()) is None
    assert claimed(journal) == "a/2"


def test_closed_doors_and_strands_count_for_the_next_too(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x", conversation="x"), note("b/1", lane="y", conversation="y")])
    journal.add([PublishPage(key="a/2", lane="x/page", conversation="x")])
    claimed(journal)
    wanted = Wanted(worker="w1", lease=LEASE, doors=frozenset({"site"}), strand="x")
    assert journal.finish("a/1", NOW, Effects(), then=wanted) is None
    assert claimed(journal) == "b/1"


def test_a_step_whose_time_has_come_meanwhile_may_be_the_next(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("b/1", lane="y")])
    claimed(journal)
    journal.again("a/1", NOW + SECOND, "not now")
    claimed(journal)
    following = journal.finish("b/1", NOW + SECOND, Effects(), then=WANTED)
    assert following is not None and following.step.key == "a/1"


@pytest.mark.parametrize("end", ["hold", "drop", "again", "finish"])
def test_a_letter_waits_for_its_page_until_that_is_there_or_cannot_be_made(journal: SqlJournal, end: str) -> None:
    page = PublishPage(key="a/page", lane="x/page", conversation="x")
    journal.add([page, letter_to(lane="x/letters", key="a/ack", after="a/page")])
    assert [claimed(journal), claimed(journal)] == ["a/page", None]
    ends: dict[str, Callable[[], object]] = {
        "hold": lambda: journal.hold("a/page", "refused"),
        "drop": lambda: journal.drop("a/page", "not wanted"),
        "again": lambda: journal.again("a/page", NOW + LEASE, "the disk is full", worker="w1"),
        "finish": lambda: journal.finish("a/page", NOW, Effects()),
    }
    ends[end]()
    found = claim(journal)
    assert found is not None and found.step.key == "a/ack"
