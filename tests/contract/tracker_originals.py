"""The contract of originals: which mails lie on which tickets, for the day when a journal was lost. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hd_bridge.errors import Closed
from hd_bridge.model import Change
from tests.contract.tracker_bench import Bench, a_key, a_word, laid, opened


def original(bench: Bench, address: str, key: str | None = None) -> tuple[str, int]:
    """A ticket that a mail to this address opened: the name of its original, and its number."""
    name = f"mail-{key or a_key()}.eml"
    upload = replace(laid(bench.tracker, name), description=address)
    return name, opened(bench, uploads=[upload]).ticket.number


class OriginalsContract:
    """Originals by their names, their tickets and the addresses they came to."""

    def test_the_newest_original_is_told_by_the_address_that_it_came_to(self, bench: Bench) -> None:
        ours, theirs = f"{a_word()}@example.com", f"{a_word()}@example.com"
        assert bench.tracker.newest_original({ours}) is None
        first, number = original(bench, ours)
        assert bench.tracker.newest_original({ours}) == (number, first)
        original(bench, theirs)
        assert bench.tracker.newest_original({ours}) == (number, first)
        second, newer = original(bench, ours)
        assert bench.tracker.newest_original({ours, "nobody@example.com"}) == (newer, second)

    def test_a_note_on_an_old_ticket_may_be_the_newest_original(self, bench: Bench) -> None:
        ours = f"{a_word()}@example.com"
        _, number = original(bench, ours)
        original(bench, ours)
        note = f"mail-{a_key()}.txt"
        bench.tracker.change(
            number, Change(notes="more", uploads=(replace(laid(bench.tracker, note), description=ours),))
        )
        assert bench.tracker.newest_original({ours}) == (number, note)

    def test_a_file_that_only_looks_like_an_original_is_none(self, bench: Bench) -> None:
        ours = f"{a_word()}@example.com"
        for name in ("mail-order.eml", f"attached-mail-{a_key()}.eml", f"mail-{a_key()}.pdf"):
            opened(bench, uploads=[replace(laid(bench.tracker, name), description=ours)])
        assert bench.tracker.newest_original({ours}) is None

    def test_the_newest_number_is_that_of_the_last_ticket(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        assert bench.tracker.newest_number() >= number
        assert bench.tracker.newest_number() < opened(bench).ticket.number

    def test_all_originals_are_paged_once_each_with_their_tickets(self, bench: Bench) -> None:
        ours = f"{a_word()}@example.com"
        mine = dict(original(bench, ours) for _ in range(3))
        closed = next(iter(mine.values()))
        bench.tracker.change(closed, Change(status=bench.closed_status))
        tickets = [ticket for page in bench.tracker.originals() for ticket in page]
        numbers = [ticket.number for ticket in tickets]
        assert numbers == sorted(set(numbers))
        found = {file.name: ticket.number for ticket in tickets for file in ticket.files if file.description == ours}
        assert found == mine
        assert all(ticket.notes == () for ticket in tickets)

    def test_a_wrong_key_never_hears_that_there_are_no_originals(self, bench: Bench) -> None:
        original(bench, ours := f"{a_word()}@example.com")
        stranger = bench.stranger()
        with pytest.raises(Closed):
            stranger.newest_original({ours})
        with pytest.raises(Closed):
            stranger.newest_number()
        with pytest.raises(Closed):
            list(stranger.originals())
