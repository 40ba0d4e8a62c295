"""Prints how many runs the sweep makes and what its controls find: ``python -m tests.crash``. Touches the disk."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

import pytest

from tests.crash import sweep
from tests.crash.controls import CONTROLS
from tests.crash.runs import Run
from tests.crash.tales import TALES, Tale


def main() -> None:
    """All kinds of runs of each story, then the controls."""
    logging.disable(logging.CRITICAL)
    heads = (
        "runs",
        "how many",
        "wrong",
        "doubles allowed",
        "letters again",
        "ended where another had",
        "CPU seconds",
    )
    print("|", " | ".join(heads), "|\n" + "|---" * len(heads) + "|")
    for tale in TALES:
        for name, told in sweep.kinds(sweep.teller(tale).points, tale).items():
            _row(tale, name, set(told))
    for name, control in CONTROLS.items():
        with pytest.MonkeyPatch.context() as patch:
            found = [bool(truth.wrong) for _, truth in control(patch)]
        print(f"control, {name}: {sum(found)} of {len(found)} runs breached")


def _row(tale: Tale, name: str, told: Iterable[Run]) -> None:
    """What became of the runs of one kind; two seeds may draw the same run, which counts once."""
    teller, began = sweep.teller(tale), time.process_time()
    shared = teller.shared
    truths = [(run, truth) for run, truth in teller.tell_all(told)]
    wrong = [(run, truth.wrong) for run, truth in truths if truth.wrong]
    twins = sum(len(truth.twins) for _, truth in truths)
    again = sum(len(truth.again) for _, truth in truths)
    spent = time.process_time() - began
    shared = teller.shared - shared
    print(
        f"| {tale.name}: {name} | {len(truths)} | {len(wrong)} | {twins} | {again} | {shared} | {spent:.0f} |",
        flush=True,
    )
    for run, found in wrong:
        print(f"  {run}: {found}")


if __name__ == "__main__":
    main()
