"""How much memory many threads may set aside for themselves. Touches the process's memory.

The C library gives threads arenas of their own, up to eight for each core, and what one mail has fragmented there
stays: a tenth of the daemon's memory after some hundred mails (measured: 122 MB with, 112 without).
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
ARENAS = 2


def few_arenas() -> None:
    """Before the first thread starts; where the C library knows nothing of arenas, nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)
