"""What a mail, a quiet tick and a page cost with a thousand tickets in the journal, and with a million. Touches the
disk.

The journals are open side by side and take turns, so that a busy machine slows all of them alike. What is compared
is processor time: it is what grows with a query that reads more rows, and it does not wait for other programs.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from tests.bench.growth_house import Grown
from tests.bench.growth_seed import Model, model_ticket, seeded
from tests.bench.growth_statements import Spent, grown_statements, timed, timed_connections
from tests.bench.table import Table

SHORT, LONG = (1_000, 100_000), (1_000, 100_000, 1_000_000)
ROUNDS, PROFILED = 40, 15
PER_ROUND = 2  # times four mails
GOAL = 1.15
Costs = dict[str, dict[int, list[tuple[float, float]]]]


def measure(long: bool) -> Table:
    """Medians by the number of tickets, and the ratio of the largest to the smallest."""
    sizes = LONG if long else SHORT
    with tempfile.TemporaryDirectory(prefix="hd-growth-") as folder:
        model = model_ticket(Path(folder) / "model")
        urls = {count: _seeded(model, Path(folder), count) for count in sizes}
        with ExitStack() as stack:
            stack.enter_context(timed_connections())
            opened = {
                count: stack.enter_context(closing(Grown(url=url, folder=model.folder, count=count)))
                for count, url in urls.items()
            }
            return compared(opened)


def _seeded(model: Model, folder: Path, count: int) -> str:
    begun = time.monotonic()
    print(f"a journal of {count:,} tickets …", end="", file=sys.stderr, flush=True)
    url = seeded(model, folder / f"{count}.sqlite", count)
    size = (folder / f"{count}.sqlite").stat().st_size / 1e6
    print(f" {size:,.0f} MB in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return url


def compared(opened: dict[int, Grown]) -> Table:
    """Let them take turns, then once more with every statement timed."""
    dice = random.Random(1)
    _rounds(opened, dice, 5)  # compiles the SQL and the templates
    costs = _rounds(opened, dice, ROUNDS)
    statements: dict[int, Spent] = {}
    for count, grown in opened.items():
        with timed() as spent:
            _rounds({count: grown}, random.Random(2), PROFILED)
        statements[count] = spent
    return _table(costs, list(opened), grown_statements(statements))


def _rounds(opened: dict[int, Grown], dice: random.Random, rounds: int) -> Costs:
    costs: Costs = defaultdict(lambda: defaultdict(list))
    for turn in range(rounds):
        print(f"\rround {turn + 1}/{rounds} ", end="", file=sys.stderr, flush=True)
        for count, grown in sorted(opened.items(), key=lambda _: dice.random()):
            grown.pass_time()
            mails = sum(grown.post(dice) for _ in range(PER_ROUND))
            costs["a mail"][count].append(_cost(grown.work, mails))
            grown.tick()  # what the mails left behind
            costs["a quiet tick"][count].append(_cost(grown.tick))
            costs["a page"][count].append(_cost(lambda house=grown: house.page(dice)))  # type: ignore[misc]
            costs["the hourly look for a restore"][count].append(_cost(grown.look))
    print(file=sys.stderr)
    return costs


def _cost(act: Callable[[], object], share: int = 1) -> tuple[float, float]:
    """Milliseconds of processor and of the clock on the wall."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return 1e3 * (time.process_time() - cpu) / share, 1e3 * (time.perf_counter() - wall) / share


def _table(costs: Costs, sizes: list[int], statements: list[tuple[str, float, float]]) -> Table:
    rows, raw = [], {}
    for what, by_size in costs.items():
        cpu = {count: statistics.median(c for c, _ in by_size[count]) for count in sizes}
        wall = {count: statistics.median(w for _, w in by_size[count]) for count in sizes}
        ratio = statistics.median(
            large / small for (large, _), (small, _) in zip(by_size[max(sizes)], by_size[min(sizes)], strict=True)
        )
        shown = [f"{cpu[count]:.2f} ms ({wall[count]:.2f})" for count in sizes]
        rows.append((what, *shown, f"{ratio:.2f}"))
        raw[what] = {"cpu_ms": cpu, "wall_ms": wall, "ratio": ratio}
    notes = [
        f"Processor time (in brackets: with waiting for the disk), medians of {ROUNDS}; goal of the ratio: {GOAL}."
    ]
    notes += [
        f"Costs {ratio:.1f} times as much ({share:.0%} of all SQL): `{said}`" for said, ratio, share in statements
    ]
    return Table(
        title="Growth",
        columns=("cost of", *(f"{count:,} tickets" for count in sizes), "last / first"),
        rows=tuple(rows),
        notes=tuple(notes),
        raw=raw,
    )
