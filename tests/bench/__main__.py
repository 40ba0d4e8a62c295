"""``make bench``: the figures of docs/benchmarks.md, all of them or those named. Touches the network and the disk.

``python -m tests.bench [NAME…] [--long] [--json FILE] [--write]``: ``--long`` takes the large piles of ``make proof``,
``--json`` says where all figures are kept, ``--write`` puts each table between its marks in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.table import Table, machine

BEFORE = os.getloadavg()[0]
KEPT = Path("var") / "bench.json"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"

# Name and module; each module has ``measure(long) -> Table``. Imported when it is run: some need more than others.
BENCHMARKS: tuple[tuple[str, str], ...] = (
    ("bulk", "tests.bench.bulk"),
    ("apart", "tests.bench.apart"),
    ("latency", "tests.bench.latency"),
    ("ready", "tests.bench.ready"),
    ("decide", "tests.bench.decide"),
    ("peers", "tests.bench.peers"),
    ("growth", "tests.bench.growth"),
    ("fleet", "tests.bench.fleet"),
    ("memory", "tests.bench.memory"),
    ("guard", "tests.bench.guard"),
    ("split", "tests.bench.split"),
    ("answers", "tests.bench.answers"),
    ("letters", "tests.bench.letters"),
)


def main() -> None:
    """Measure, print, and keep where asked."""
    names = [name for name, _ in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; without any, all")
    parser.add_argument("--long", action="store_true", help="the large piles: an hour and more")
    parser.add_argument("--json", type=Path, metavar="FILE", default=KEPT, help="where all single figures are kept")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped and folders removed
    tables: dict[str, Table] = {}
    for name, module in BENCHMARKS:
        if name in (asked.names or names):
            tables[name] = _measured(name, module, asked.long)
            if asked.write:  # each at once: an hour's figures are not lost to what fails later
                PAGE.write_text(written(PAGE.read_text(), name, tables[name], _stamp(asked.long)))
    report = {"machine": machine(), "long": asked.long, **{name: table.json() for name, table in tables.items()}}
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nall single figures: {asked.json}")


def _measured(name: str, module: str, long: bool) -> Table:
    print(f"{name} on {machine()} …", file=sys.stderr, flush=True)
    begin = time.monotonic()
    measure: Callable[[bool], Table] = importlib.import_module(module).measure
    table = measure(long)
    print(f"{name}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    print(f"\n## {table.title}\n\n{_stamp(long)}\n\n{table.markdown()}", flush=True)
    return table


def _stamp(long: bool) -> str:
    """Where and when a table was measured, and beside how much other work: the load of the minute before."""
    beside = f"load before it began {BEFORE:.1f}"
    return f"Machine: {machine()}; {'long run, ' if long else ''}{datetime.now(UTC):%Y-%m-%d}, {beside}."


def written(page: str, name: str, table: Table, stamp: str) -> str:
    """The page with a table in its place, between ``<!-- NAME -->`` and ``<!-- /NAME -->``."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, found, rest = page.partition(begin)
    _, ended, tail = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"docs/benchmarks.md has no place for {name}: {begin} and {end}")
    return f"{head}{begin}\n{stamp}\n\n{table.markdown()}\n{end}{tail}"


if __name__ == "__main__":
    main()
