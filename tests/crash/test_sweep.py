"""The process dies after every commit and every call to the far side, which does its worst meanwhile; nothing is lost,
nothing doubled. ``python -m tests.crash`` prints how many runs there were."""

from __future__ import annotations

import pytest

from tests.crash import sweep
from tests.crash.counts import PIECES
from tests.crash.runs import Run
from tests.crash.tales import TALES, Tale

pytestmark = [
    pytest.mark.parametrize("piece", range(PIECES)),
    pytest.mark.parametrize("tale", TALES, ids=lambda tale: tale.name),
]


def wrong(tale: Tale, kind: str, piece: int) -> dict[Run, list[str]]:
    """Every run of one piece that ended as it must not."""
    teller = sweep.teller(tale)
    told = sweep.piece_of(sweep.kinds(teller.points, tale)[kind], piece, PIECES)
    return {run: truth.wrong for run, truth in teller.tell_all(told) if truth.wrong}


def test_death_at_any_single_point_loses_nothing_and_doubles_nothing(tale: Tale, piece: int) -> None:
    assert sum(sweep.teller(tale).points) >= tale.least, "the story has fewer points than it must have"
    assert wrong(tale, sweep.SINGLES, piece) == {}


def test_a_second_death_soon_after_the_restart_loses_nothing_and_doubles_nothing(tale: Tale, piece: int) -> None:
    assert wrong(tale, sweep.PAIRS, piece) == {}


def test_lost_answers_late_writes_and_closed_doors_between_deaths_lose_nothing_and_double_nothing(
    tale: Tale, piece: int
) -> None:
    """All that may go wrong while no call lands after the rest: then there is no excuse."""
    assert wrong(tale, sweep.MISHAPS, piece) == {}


def test_a_call_that_lands_after_the_rest_doubles_only_what_it_carried_and_loses_nothing(
    tale: Tale, piece: int
) -> None:
    """The one condition under which house.md allows a double; ``judge`` counts those apart."""
    assert wrong(tale, sweep.LATE, piece) == {}
