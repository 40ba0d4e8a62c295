"""``make bench``: every figure of docs/benchmarks.md, measured in one run on real servers, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench.road import measure
from tests.live.servers import dovecot, postfix, postgres, redmine


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}"


def main() -> None:
    """Start the servers, measure, print."""
    print(f"starting Redmine, PostgreSQL, Dovecot and Postfix on {machine()} …", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="hd-bench-") as folder,
        postgres.running() as cluster,
        redmine.running(cluster) as tracker,
        dovecot.running() as imap,
        postfix.running(imap) as relay,
    ):
        figures = measure(Path(folder), tracker, imap, relay)
    print(f"\nMachine: {machine()}\n\n| figure | value |\n|---|---|")
    for name, value in figures.items():
        print(f"| {name} | {value} |")
    print("\n" + json.dumps({"machine": machine(), **figures}))


if __name__ == "__main__":
    main()
