"""Prints how many runs the sweep makes and what its controls find: ``python -m tests.crash``. Touches the disk."""

from __future__ import annotations

import logging
import os
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.crash import sweep
from tests.crash.controls import CONTROLS
from tests.crash.runs import Run
from tests.crash.tales import TALES, Tale


def main() -> None:
    """All kinds of runs of each story, then the controls; exit status 1 if one is wrong or a control finds nothing."""
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
    print("|", " | ".join(heads), "|\n" + "|---" * len(heads) + "|", flush=True)
    well, told = True, [(tale, kind) for tale in TALES for kind in sweep.KINDS]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for row, wrong in pool.map(_row, *zip(*told, strict=True)):
            print(row, *(f"  {run}: {found}" for run, found in wrong), sep="\n", flush=True)
            well = well and not wrong
    for name, control in CONTROLS.items():
        with pytest.MonkeyPatch.context() as patch:
            found = [bool(truth.wrong) for _, truth in control(patch)]
        print(f"control, {name}: {sum(found)} of {len(found)} runs breached", flush=True)
        well = well and any(found)
    raise SystemExit(not well)


def _row(tale: Tale, kind: str) -> tuple[str, list[tuple[Run, list[str]]]]:
    """What became of the runs of one kind; two seeds may draw the same run, which counts once."""
    logging.disable(logging.CRITICAL)
    teller, began = sweep.teller(tale), time.process_time()
    shared = teller.shared
    truths = list(teller.tell_all(set(sweep.kinds(teller.points, tale)[kind])))
    wrong = [(run, truth.wrong) for run, truth in truths if truth.wrong]
    twins = sum(len(truth.twins) for _, truth in truths)
    again = sum(len(truth.again) for _, truth in truths)
    spent, shared = time.process_time() - began, teller.shared - shared
    figures = (kind, len(truths), len(wrong), twins, again, shared, f"{spent:.0f}")
    return f"| {tale.name}: {' | '.join(map(str, figures))} |", wrong


if __name__ == "__main__":
    main()
