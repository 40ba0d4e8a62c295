"""How much memory the C library may set aside. Touches the process's memory.

It gives threads arenas of their own, up to eight for each core, and what one mail has fragmented there stays: a tenth
of the daemon's memory after some hundred mails (measured: 122 MB with, 112 without). And once a large block was free
it keeps the next ones of that size for good, which costs 5 MB more; here large blocks are given back, always.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

# Of glibc's malloc.h: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD (bytes).
LIMITS = ((-8, 2), (-3, 128 * 1024), (-1, 256 * 1024))


def spare_memory() -> None:
    """Before the first thread starts; where the C library knows nothing of this, nothing happens."""
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for what, most in LIMITS:
            mallopt(what, most)
