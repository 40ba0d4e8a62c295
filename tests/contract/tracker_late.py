"""The contract for calls that nobody hears of again and that land later, also after a repeat. Pure.

Tickets are counted by a word in their subject: of two that were opened with one token only one has the file.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from hd_bridge.errors import Doubtful, Refused
from hd_bridge.model import Change
from tests.contract.tracker_bench import LateBench, a_key, a_word, laid, opened, present

LATE = timedelta(minutes=2)


class LateContract:
    """The reason for the rest: until it is over nobody looks whether a lost call has landed, and repeats it."""

    @pytest.mark.parametrize("checked", [False, True])
    def test_a_ticket_that_lands_late_is_not_there_before_and_is_found_whole_after(
        self, bench: LateBench, checked: bool
    ) -> None:
        word, name = a_word(), f"mail-{a_key()}.eml"
        bench.next_lands_late("create", LATE, checked=checked)
        with pytest.raises(Doubtful):
            opened(bench, word=word, uploads=[laid(bench.tracker, name)])
        bench.pass_time(LATE - timedelta(seconds=1))
        assert bench.tracker.find_upload(name) is None
        assert bench.count(word) == 0
        bench.pass_time(timedelta(seconds=1))
        number = bench.tracker.find_upload(name)
        assert number is not None and bench.count(word) == 1
        assert [file.name for file in present(bench.tracker, number).files] == [name]

    def test_a_late_call_whose_tokens_are_checked_when_it_lands_opens_nothing_after_a_repeat(
        self, bench: LateBench
    ) -> None:
        word = a_word()
        upload = laid(bench.tracker, "a.txt")
        bench.next_lands_late("create", LATE)
        with pytest.raises(Doubtful):
            opened(bench, word=word, uploads=[upload])
        opened(bench, word=word, uploads=[upload])
        bench.pass_time(LATE)
        assert bench.count(word) == 1

    def test_a_late_call_whose_tokens_were_checked_before_a_repeat_lands_as_a_twin_that_no_look_up_finds(
        self, bench: LateBench
    ) -> None:
        word, name = a_word(), f"mail-{a_key()}.eml"
        upload = laid(bench.tracker, name)
        bench.next_lands_late("create", LATE, checked=True)
        with pytest.raises(Doubtful):
            opened(bench, word=word, uploads=[upload])
        repeated = opened(bench, word=word, uploads=[upload]).ticket.number
        bench.pass_time(LATE)
        assert bench.tracker.find_upload(name) == repeated
        assert bench.count(word) == 2

    @pytest.mark.parametrize("checked", [False, True])
    def test_a_note_that_lands_late_is_there_once_and_no_repeat_takes_its_file(
        self, bench: LateBench, checked: bool
    ) -> None:
        number, name = opened(bench).ticket.number, f"mail-{a_key()}.eml"
        change = Change(notes="once", uploads=(laid(bench.tracker, name),))
        bench.next_lands_late("change", LATE, checked=checked)
        with pytest.raises(Doubtful):
            bench.tracker.change(number, change)
        assert present(bench.tracker, number).notes == ()
        bench.pass_time(LATE)
        assert [note.notes for note in present(bench.tracker, number).notes] == ["once"]
        with pytest.raises(Refused):
            bench.tracker.change(number, change)

    @pytest.mark.parametrize("checked", [False, True])
    def test_a_late_note_with_a_file_is_lost_to_a_repeat_that_was_faster(self, bench: LateBench, checked: bool) -> None:
        """By its token or, if that was checked, as a stale change: two notes for one mail there are never."""
        number = opened(bench).ticket.number
        change = Change(notes="once", uploads=(laid(bench.tracker, "a.txt"),))
        bench.next_lands_late("change", LATE, checked=checked)
        with pytest.raises(Doubtful):
            bench.tracker.change(number, change)
        bench.tracker.change(number, change)
        bench.pass_time(LATE)
        assert [note.notes for note in present(bench.tracker, number).notes] == ["once"]
