"""How many runs of each kind, in a test run and in a long one; settable by the environment. Pure."""

from __future__ import annotations

import os

PIECES = 12  # so that several workers share them, and none takes long; each worker reads the story for itself
KINDS = {  # sampled runs in a test run, by story
    "mails": {"pairs": 600, "mishaps": 240, "late": 120},
    "agents": {"pairs": 60, "mishaps": 40, "late": 20},
    "desk": {"pairs": 40, "mishaps": 30, "late": 15},
}


def how_many(kind: str, story: str) -> int:
    """Sampled runs of a kind; ``HD_BRIDGE_CRASH_RUNS`` sets them all, thousands for a long run."""
    return int(os.environ.get("HD_BRIDGE_CRASH_RUNS", str(KINDS[story][kind])))


def stride() -> int:
    """In a test run every third point of a repair's death is taken, in a long one every one."""
    return 1 if "HD_BRIDGE_CRASH_RUNS" in os.environ else 3


def first_seed() -> int:
    """``HD_BRIDGE_CRASH_SEED`` begins elsewhere: other runs, as many."""
    return int(os.environ.get("HD_BRIDGE_CRASH_SEED", "0"))
