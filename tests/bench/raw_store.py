"""Where raw mails are kept best: a BLOB in the commit's own transaction, or a file beside it. Touches the disk.

Run it by hand: ``python tests/bench/raw_store.py [folder]``. Both ways survive a power cut: SQLite with
synchronous=FULL in WAL mode; the file by write, fsync, rename, fsync of its folder, and then the same small commit.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = ((4_096, 300), (51_200, 300), (10_485_760, 12))


def database(path: Path) -> sqlite3.Connection:
    """A journal in small: WAL, synchronous=FULL, one row a mail and a table of contents."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE mails(id INTEGER PRIMARY KEY, sha TEXT UNIQUE, place TEXT);"
        "CREATE TABLE raws(mail INTEGER PRIMARY KEY, raw BLOB)"
    )
    return db


def as_blob(db: sqlite3.Connection, _folder: Path, number: int, raw: bytes) -> None:
    """One transaction holds the row and the bytes."""
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO mails VALUES (?, ?, ?)", (number, f"{number:064x}", f"place-{number}"))
    db.execute("INSERT INTO raws VALUES (?, ?)", (number, raw))
    db.execute("COMMIT")


def as_file(db: sqlite3.Connection, folder: Path, number: int, raw: bytes) -> None:
    """The bytes are safe under their name before the row that names them is committed."""
    target = folder / f"{number:024x}.eml"
    with target.with_suffix(".part").open("wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    target.with_suffix(".part").rename(target)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(handle)
    os.close(handle)
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO mails VALUES (?, ?, ?)", (number, f"{number:064x}", f"place-{number}"))
    db.execute("COMMIT")


def measure(keep: Callable[[sqlite3.Connection, Path, int, bytes], None], root: Path, size: int, count: int) -> str:
    """Median and worst milliseconds a mail, and mails a second, with checkpoints counted in."""
    with tempfile.TemporaryDirectory(dir=root) as name:
        folder = Path(name)
        db, taken = database(folder / "journal.sqlite"), []
        for number in range(1, count + 1):
            raw = os.urandom(size)
            start = time.perf_counter()
            keep(db, folder, number, raw)
            taken.append((time.perf_counter() - start) * 1000)
        db.close()
    median, rate = statistics.median(taken), 1000 * count / sum(taken)
    return f"median {median:8.2f} ms  worst {max(taken):8.2f} ms  {rate:8.1f} a second"


def main() -> None:
    """Print one line a size and way."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir())
    for size, count in SIZES:
        for keep in (as_blob, as_file):
            print(f"{size:>10} bytes  {keep.__name__:8} {measure(keep, root, size, count)}", flush=True)


if __name__ == "__main__":
    main()
