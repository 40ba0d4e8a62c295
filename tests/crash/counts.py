"""How many runs of each kind, in a test run and in a long one; settable by the environment. Pure."""

from __future__ import annotations

import os

PIECES = 6  # so that several workers share them


def how_many() -> int:
    """Sampled runs of each kind; ``HD_BRIDGE_CRASH_RUNS`` sets it, thousands for a long run."""
    return int(os.environ.get("HD_BRIDGE_CRASH_RUNS", "30"))


def stride() -> int:
    """In a test run every third point of a repair's death is taken, in a long one every one."""
    return 1 if how_many() >= 1000 else 3


def first_seed() -> int:
    """``HD_BRIDGE_CRASH_SEED`` begins elsewhere: other runs, as many."""
    return int(os.environ.get("HD_BRIDGE_CRASH_SEED", "0"))
