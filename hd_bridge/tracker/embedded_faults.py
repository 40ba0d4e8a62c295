"""Trouble on order for the embedded tracker: what goes wrong in which call, and how often. Pure.

Operations are the names of the door's methods (``create``, ``changed``); ``*`` stands for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any


class Trouble(StrEnum):
    """``BEFORE``: turned away, nothing happened. ``AFTER``: done, and the answer is lost. ``REFUSED``: this item never
    (an upload of a forbidden type). ``STALE``: a parallel change was faster."""

    BEFORE = "before"
    AFTER = "after"
    REFUSED = "refused"
    STALE = "stale"
    LATE = "late"  # ordered by ``late``
    LATE_CHECKED = "late, checked"


Write = Callable[[Any], object]  # told the tracker that is open when its time has come


@dataclass(slots=True)
class _Order:
    """One trouble that waits for its call; ``left`` is how often, ``None`` for ever; ``by`` is how late it lands."""

    operation: str
    trouble: Trouble | None
    action: Callable[[], object] | None
    left: int | None
    by: timedelta = timedelta(0)


@dataclass(slots=True)
class Faults:
    """Orders are met in the sequence in which they were given; threads may share it. Without orders it does nothing."""

    _orders: list[_Order] = field(default_factory=list)
    _under_way: list[tuple[datetime, Write]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def order(self, operation: str, trouble: Trouble, times: int | None = 1) -> None:
        """Let the next ``times`` calls (``None``: all) of an operation fail in this way."""
        with self._lock:
            self._orders.append(_Order(operation, trouble, None, times))

    def meanwhile(self, operation: str, action: Callable[[], object]) -> None:
        """Run ``action`` in the next call of an operation, after what it checks and before what it writes."""
        with self._lock:
            self._orders.append(_Order(operation, None, action, 1))

    def late(self, operation: str, by: timedelta, *, checked: bool = False) -> None:
        """The next such call is not answered, and runs in the tracker only when so much time has passed there.

        ``checked``: its upload tokens are checked at once, and not again when it writes. Redmine's check is not
        atomic either: a repeat that was faster has the files, and this one lands without any (redmine.md, section 2).
        """
        trouble = Trouble.LATE_CHECKED if checked else Trouble.LATE
        with self._lock:
            self._orders.append(_Order(operation, trouble, None, 1, by))

    def clear(self) -> None:
        """Forget all orders, and the calls that are under way."""
        with self._lock:
            self._orders.clear()
            self._under_way.clear()

    @property
    def under_way(self) -> int:
        """How many unanswered calls have not landed yet."""
        return len(self._under_way)

    @property
    def ordered(self) -> tuple[tuple[str, Trouble | None, int | None, timedelta], ...]:
        """What waits for its call: operation, trouble, how often, how late."""
        with self._lock:
            return tuple((order.operation, order.trouble, order.left, order.by) for order in self._orders)

    def puts_off(self, operation: str, trouble: Trouble, now: datetime, write: Write) -> bool:
        """Whether this call was ordered to land late; it is kept until then, whoever has died meanwhile."""
        order = self._take(operation, trouble)
        if order is None:
            return False
        with self._lock:
            self._under_way.append((now + order.by, write))
        return True

    def landing(self, now: datetime) -> list[Write]:
        """The calls whose time has come, in the order in which they were made; each once."""
        with self._lock:
            due = [write for moment, write in self._under_way if moment <= now]
            self._under_way = [(moment, write) for moment, write in self._under_way if moment > now]
        return due

    def strikes(self, operation: str, trouble: Trouble) -> bool:
        """Whether this trouble was ordered for this call; that uses it up."""
        return self._take(operation, trouble) is not None

    def pause(self, operation: str) -> None:
        """Run what was ordered to happen meanwhile."""
        order = self._take(operation, None)
        if order is not None and order.action is not None:
            order.action()

    def _take(self, operation: str, trouble: Trouble | None) -> _Order | None:
        with self._lock:
            for order in self._orders:
                if order.operation in (operation, "*") and order.trouble is trouble:
                    self._use(order)
                    return order
        return None

    def _use(self, order: _Order) -> None:
        if order.left is not None:
            order.left -= 1
            if order.left <= 0:
                self._orders.remove(order)
