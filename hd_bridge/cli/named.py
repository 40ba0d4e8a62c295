"""What somebody names on the command line as mails: files, folders, mboxes, lists of them, standard input.
Touches the disk."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from hd_bridge.mail.sources import Spot, spots

STDIN = "-"
LIST = "@"


def named(words: Sequence[str], open_for: ExitStack) -> Iterator[Spot]:
    """Every mail that ``words`` name, in their order. ``-`` is a mail or an mbox on standard input, ``@FILE`` a list
    of names, one a line (or each with a NUL behind it), ``@-`` such a list on standard input. What is copied from
    standard input lies on the disk until ``open_for`` ends."""
    for word in words:
        if word == STDIN:  # an mbox is found before it is read: it must be a file
            copy = open_for.enter_context(tempfile.NamedTemporaryFile(prefix="hd-bridge-"))  # noqa: SIM115
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.flush()
            yield from spots(Path(copy.name), STDIN)
        elif word.startswith(LIST) and len(word) > 1 and not Path(word).exists():
            yield from _listed(word[1:])
        else:
            yield from spots(Path(word))


def _listed(name: str) -> Iterator[Spot]:
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        yield Spot(name=LIST + name, path=Path(name), trouble=f"the list cannot be read: {error.strerror}")
        return
    for line in raw.split(b"\0") if b"\0" in raw else raw.splitlines():
        if line.strip():
            yield from spots(Path(os.fsdecode(line.rstrip(b"\r\n"))))
