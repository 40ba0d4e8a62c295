"""What a benchmark returns: a title, columns, rows of words, notes, and the raw figures behind them. Pure."""

from __future__ import annotations

import math
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of docs/benchmarks.md. ``rows`` are words as people read them, one per column; ``raw`` is JSON."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """A row that is too short would shift its figures under a wrong heading."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: {len(row)} values under {len(self.columns)} columns: {row}")

    def markdown(self) -> str:
        """As it stands in docs/benchmarks.md."""
        lines = [_line(self.columns), "|" + "---|" * len(self.columns), *map(_line, self.rows)]
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes)])

    def json(self) -> dict[str, Any]:
        """Everything, with the figures as they were measured."""
        return asdict(self)


def _line(values: Sequence[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]


def spread(values: Sequence[float], unit: str = "", places: int = 1) -> str:
    """The median, and in brackets the lowest and highest: ``12.4 (11.9–12.8) ms``."""
    low, middle, high = min(values), statistics.median(values), max(values)
    words = f"{middle:.{places}f}" if len(values) == 1 else f"{middle:.{places}f} ({low:.{places}f}–{high:.{places}f})"
    return f"{words} {unit}".rstrip()


def machine() -> str:
    """What the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = (line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    model = next(named, platform.machine())
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}, {platform.system()}"
