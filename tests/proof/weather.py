"""Faults drawn from a seed for the proxies before the servers, each kind in turn so that none is left out. Pure."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.live.servers import spoiler, wire


@dataclass(kw_only=True)
class Weather:
    """How often a write, a read and a connection are spoilt; at most ``lines`` connections. ``over`` ends it all."""

    chance: random.Random
    writes: float = 0.35
    reads: float = 0.08
    connections: float = 0.75
    lines: int = 4
    over: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def requests(self) -> int:
        """How many were spoilt."""
        return sum(self.seen[fault.name] for fault in spoiler.Fault)

    def of_request(self, method: str, path: str) -> spoiler.Fault | None:
        """Often where something is written, so that doubts are many."""
        with self._lock:
            often = self.writes if method in spoiler.WRITES else self.reads
            if self.over or self.chance.random() > often:
                return None
            kind = min(spoiler.Fault, key=lambda fault: (self.seen[fault.name], self.chance.random()))
            self.seen[kind.name] += 1
            return kind

    def of_line(self) -> tuple[wire.Fault, int] | None:
        """Within the greeting, the handshake or what comes after."""
        with self._lock:
            spoilt = sum(n for name, n in self.seen.items() if name.startswith("line"))
            if self.over or spoilt >= self.lines or self.chance.random() > self.connections:
                return None
            kind = min(wire.Fault, key=lambda fault: (self.seen[f"line {fault.name}"], self.chance.random()))
            self.seen[f"line {kind.name}"] += 1
            return kind, self.chance.randint(1, 6000)
