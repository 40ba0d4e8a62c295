"""The contract under arranged trouble: bursts longer than a page, lost answers, stale changes. Pure.

Each class needs a bench that can arrange it; a tracker's tests that cannot name the class they leave out, and why.
"""

from __future__ import annotations

import pytest

from hd_bridge.errors import Doubtful, NotNow, Refused
from hd_bridge.model import Change
from tests.contract.tracker_bench import (
    BurstBench,
    FaultBench,
    a_key,
    a_word,
    laid,
    opened,
    present,
)


class BurstContract:
    """More changes in one second than the tracker tells in one page (Redmine: 100)."""

    def test_more_than_a_page_in_one_second_is_told_whole_and_once(self, bench: BurstBench) -> None:
        opened(bench)  # a burst may be copies of a ticket that is there
        numbers = bench.burst(a_word(), 230)
        since = present(bench.tracker, numbers[0]).updated_on
        told = [t.number for t in bench.tracker.changed(since).tickets]
        assert set(numbers) <= set(told)
        assert len(told) == len(set(told))


class LostAnswerContract:
    """The far side did it, and nobody heard: the reason for ``Doubtful`` and for single-use tokens."""

    def test_a_ticket_whose_answer_was_lost_is_found_and_never_opened_twice(self, bench: FaultBench) -> None:
        word, name = a_word(), f"mail-{a_key()}.eml"
        upload = laid(bench.tracker, name)
        bench.lose_next_answer()
        with pytest.raises(Doubtful):
            opened(bench, word=word, uploads=[upload])
        assert bench.tracker.find_upload(name) is not None
        with pytest.raises(Refused):
            opened(bench, word=word, uploads=[upload])
        assert bench.count(word) == 1

    def test_a_note_whose_answer_was_lost_is_found_and_never_added_twice(self, bench: FaultBench) -> None:
        number, name = opened(bench).ticket.number, f"mail-{a_key()}.eml"
        change = Change(notes="once", uploads=(laid(bench.tracker, name),))
        bench.lose_next_answer()
        with pytest.raises(Doubtful):
            bench.tracker.change(number, change)
        assert bench.tracker.find_upload(name) == number
        with pytest.raises(Refused):
            bench.tracker.change(number, change)
        assert [n.notes for n in present(bench.tracker, number).notes] == ["once"]


class StaleContract:
    """A parallel change wins; ours did nothing and its tokens are still good."""

    def test_a_stale_change_did_nothing_and_passes_when_repeated(self, bench: FaultBench) -> None:
        number = opened(bench).ticket.number
        change = Change(notes="second try", uploads=(laid(bench.tracker, "kept.txt"),))
        bench.collide_next_change()
        with pytest.raises(NotNow):
            bench.tracker.change(number, change)
        assert "second try" not in [n.notes for n in present(bench.tracker, number).notes]
        bench.tracker.change(number, change)
        after = present(bench.tracker, number)
        assert [n.notes for n in after.notes if n.notes == "second try"] == ["second try"]
        assert "kept.txt" in [f.name for f in after.files]
