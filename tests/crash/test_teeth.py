"""The sweep has teeth: with a safeguard taken out it finds breaches; and a run that ends early ends rightly."""

from __future__ import annotations

import pytest

from tests.crash import runs, sweep
from tests.crash.controls import CONTROLS
from tests.crash.counts import first_seed
from tests.crash.telling import Teller


@pytest.mark.parametrize("name", CONTROLS)
def test_without_this_safeguard_the_sweep_finds_breaches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep.teller()  # the story is right with all safeguards
    found = (truth.wrong for _, truth in CONTROLS[name](monkeypatch))
    assert any(found), f"{name}, and nothing was noticed"


def test_a_run_that_ends_where_another_has_come_to_the_same_has_that_ones_truth() -> None:
    """Every run of a sample is told twice: once from memory where it can be, once to its end and from the chapter's
    beginning."""
    teller, patient = Teller(), Teller(shortens=False)
    seeds = range(first_seed(), first_seed() + 4)
    sample = [make(teller.points, seed) for make in (runs.pair, runs.foul) for seed in seeds]
    shortly = dict(teller.tell_all([*list(runs.singles(teller.points))[::9], *sample]))
    assert teller.shared > 0
    assert {run: shortly[run] for run in sample} == {run: patient.tell(run) for run in sample}
