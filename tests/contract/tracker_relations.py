"""The contract of what lies beside a ticket: other tickets, files read back, and many tickets at once. Pure."""

from __future__ import annotations

import pytest

from hd_bridge.errors import Closed, Refused
from hd_bridge.model import Change
from hd_bridge.relations import MIRRORED, Relation
from tests.contract.tracker_bench import Bench, laid, opened, present

NOWHERE = 999_999_999
OCTETS = bytes(range(256)) * 3


def two(bench: Bench) -> tuple[int, int]:
    """Two plain tickets."""
    return opened(bench).ticket.number, opened(bench).ticket.number


class RelationsContract:
    """Relations are told from both ends, files octet by octet, and no absence without proof."""

    @pytest.mark.parametrize("kind", MIRRORED)
    def test_a_relation_is_told_by_both_of_its_tickets_each_in_its_own_words(self, bench: Bench, kind: str) -> None:
        one, other = two(bench)
        bench.tracker.relate(one, other, kind)
        assert present(bench.tracker, one).relations == (Relation(kind=kind, other=other),)
        assert present(bench.tracker, other).relations == (Relation(kind=MIRRORED[kind], other=one),)

    @pytest.mark.parametrize("kind", ["relates", "duplicates", "duplicated"])
    def test_a_relation_that_is_made_again_is_there_once(self, bench: Bench, kind: str) -> None:
        one, other = two(bench)
        for _ in range(2):
            bench.tracker.relate(one, other, kind)
        assert present(bench.tracker, one).relations == (Relation(kind=kind, other=other),)

    def test_what_an_agent_relates_is_told_and_stands_in_both_histories(self, bench: Bench) -> None:
        one, other = two(bench)
        bench.relate(one, other, "duplicates")
        assert present(bench.tracker, one).relations == (Relation(kind="duplicates", other=other),)
        for number, kind, far in ((one, "duplicates", other), (other, "duplicated", one)):
            (detail,) = (d for note in present(bench.tracker, number).notes for d in note.details)
            assert (detail.kind, detail.name, detail.new) == ("relation", kind, str(far))

    def test_a_relation_leaves_the_tickets_time_of_change_alone(self, bench: Bench) -> None:
        one, other = two(bench)
        before = present(bench.tracker, one).updated_on
        bench.relate(one, other, "relates")
        assert present(bench.tracker, one).updated_on == before

    def test_what_cannot_be_related_is_refused_and_a_ticket_that_is_not_there_is_missing(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        for one, other, kind, missing in (
            (NOWHERE, number, "relates", True),
            (number, NOWHERE, "relates", False),
            (number, number, "relates", False),
            (number, opened(bench).ticket.number, "resembles", False),
        ):
            with pytest.raises(Refused) as refused:
                bench.tracker.relate(one, other, kind)
            assert refused.value.missing is missing
        assert present(bench.tracker, number).relations == ()

    def test_a_file_is_read_back_octet_by_octet(self, bench: Bench) -> None:
        uploads = [laid(bench.tracker, "data.bin", OCTETS), laid(bench.tracker, "señal & más.txt", b"text\r\n")]
        files = opened(bench, uploads=uploads).ticket.files
        assert [bench.tracker.file(file.id) for file in files] == [OCTETS, b"text\r\n"]

    def test_a_file_that_json_could_be_made_of_stays_a_file(self, bench: Bench) -> None:
        (file,) = opened(bench, uploads=[laid(bench.tracker, "a.json", b'{"a": 1}')]).ticket.files
        assert bench.tracker.file(file.id) == b'{"a": 1}'

    def test_a_file_that_is_larger_than_wanted_is_refused(self, bench: Bench) -> None:
        (file,) = opened(bench, uploads=[laid(bench.tracker, "data.bin", OCTETS)]).ticket.files
        with pytest.raises(Refused) as refused:
            bench.tracker.file(file.id, most=len(OCTETS) - 1)
        assert not refused.value.missing
        assert bench.tracker.file(file.id, most=len(OCTETS)) == OCTETS

    def test_a_file_that_is_not_there_is_missing(self, bench: Bench) -> None:
        with pytest.raises(Refused) as refused:
            bench.tracker.file(NOWHERE)
        assert refused.value.missing

    def test_many_tickets_are_told_at_once_and_those_that_are_not_there_are_left_out(self, bench: Bench) -> None:
        one, other = two(bench)
        bench.tracker.change(other, Change(status=bench.closed_status))
        bench.tracker.relate(one, other, "blocks")
        found = bench.tracker.states([one, NOWHERE, other, -1, 10**30])
        assert [found[number].relations for number in (one, other)] == [
            (Relation(kind="blocks", other=other),),
            (Relation(kind="blocked", other=one),),
        ]
        assert {number: ticket.closed for number, ticket in found.items()} == {one: False, other: True}
        assert found[one].subject == present(bench.tracker, one).subject
        assert all(ticket.notes == () and ticket.files == () for ticket in found.values())

    def test_more_tickets_than_fit_on_a_page_are_told(self, bench: Bench) -> None:
        newest = opened(bench).ticket.number
        asked = list(range(max(1, newest - 150), newest + 50))
        found = bench.tracker.states(asked)
        assert newest in found
        assert all(number <= newest and number == ticket.number for number, ticket in found.items())
        assert bench.tracker.states([]) == {}

    def test_the_bridge_knows_which_notes_are_its_own(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        bench.note(number, "by an agent")
        bench.tracker.change(number, Change(notes="by the bridge"))
        me = bench.fresh().me()
        assert [note.user_id == me for note in present(bench.tracker, number).notes] == [False, True]

    def test_a_wrong_key_never_hears_what_lies_beside_a_ticket(self, bench: Bench) -> None:
        one, other = two(bench)
        (file,) = opened(bench, uploads=[laid(bench.tracker, "data.bin", OCTETS)]).ticket.files
        stranger = bench.stranger()
        for ask in (
            lambda: stranger.relate(one, other, "relates"),
            lambda: stranger.states([one]),
            lambda: stranger.file(file.id),
            lambda: stranger.file(NOWHERE),
            stranger.me,
        ):
            with pytest.raises(Closed):
                ask()
        assert present(bench.tracker, one).relations == ()
