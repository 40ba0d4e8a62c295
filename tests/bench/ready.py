"""From the process's start to the line that says that the daemon is ready, on the real servers. Touches the network."""

from __future__ import annotations

import time

from tests.bench import world
from tests.bench.bridge import installed, spent, until_ready
from tests.bench.table import Table, spread

SHORT, LONG = 5, 20


def measure(long: bool) -> Table:
    """The first start makes the journal; the others find one."""
    seconds, cpu = [], []
    with world.running() as servers:
        here = installed(servers, servers.dovecot.new_account())
        for turn in range(1 + (LONG if long else SHORT)):
            begin = time.monotonic()
            here.start(ready=False)
            try:
                until_ready(here, before=turn)
                seconds.append(time.monotonic() - begin)
                cpu.append(spent(here.pid))
            finally:
                here.stop()
    return Table(
        title="Start",
        columns=("", "seconds until ready", "CPU seconds until then"),
        rows=(
            ("the first start, which makes the journal", f"{seconds[0]:.2f}", f"{cpu[0]:.2f}"),
            (f"{len(seconds) - 1} starts after that", spread(seconds[1:], places=2), spread(cpu[1:], places=2)),
        ),
        raw={"seconds": tuple(seconds), "cpu": tuple(cpu)},
    )
