"""Prints how many runs the sweep makes and what its controls find: ``python -m tests.crash``. Touches the disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

import pytest

from tests.crash import runs
from tests.crash.controls import CONTROLS
from tests.crash.counts import first_seed, how_many
from tests.crash.runs import Run


def main() -> None:
    """All kinds of runs, then the controls."""
    logging.disable(logging.CRITICAL)
    seeds = range(first_seed(), first_seed() + how_many())
    _sweep("death at every single point", runs.singles())
    _sweep("two deaths", map(runs.pair, seeds))
    _sweep("deaths and mishaps, late within the rest", map(runs.foul, seeds))
    _sweep("the same, and a call that lands after the rest", (runs.foul(seed, beyond=True) for seed in seeds))
    for name, control in CONTROLS.items():
        with pytest.MonkeyPatch.context() as patch:
            found = [bool(breaches) for _, breaches in control(patch)]
        print(f"control, {name}: {sum(found)} of {len(found)} runs breached")


def _sweep(name: str, told: Iterable[Run]) -> None:
    began, told = time.monotonic(), list(told)
    truths = [(run, runs.tell(run)) for run in told]
    wrong = [(run, truth.wrong) for run, truth in truths if truth.wrong]
    twins = sum(len(truth.twins) for _, truth in truths)
    allowed = f", {twins} doubles that are allowed" if twins else ""
    print(f"{name}: {len(told)} runs, {len(wrong)} wrong{allowed}; {(time.monotonic() - began) / len(told):.2f} s each")
    for run, found in wrong:
        print(f"  {run}: {found}")


if __name__ == "__main__":
    main()
