"""How many runs of each kind, in a test run and in a long one; settable by the environment. Pure."""

from __future__ import annotations

import os

PIECES = 6  # so that several workers share them


def how_many() -> int:
    """Sampled runs of each kind; ``HD_BRIDGE_CRASH_RUNS`` sets it, thousands for a long run."""
    return int(os.environ.get("HD_BRIDGE_CRASH_RUNS", "120"))


def first_seed() -> int:
    """``HD_BRIDGE_CRASH_SEED`` begins elsewhere: other runs, as many."""
    return int(os.environ.get("HD_BRIDGE_CRASH_SEED", "0"))
