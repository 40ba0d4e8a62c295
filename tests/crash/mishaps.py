"""What goes wrong beside deaths: answers lost, calls that land late, doors closed, mails handed out twice. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from hd_bridge.errors import Closed, Doubtful
from hd_bridge.tracker.embedded_faults import Trouble
from tests.crash.stage import Stage

WITHIN, BEYOND = (1, 179), (181, 3000)  # seconds: how late a call lands, by the rest


@dataclass(frozen=True, kw_only=True)
class Mishap:
    """What goes wrong in one chapter: ``kind`` is a key of ``ARRANGE``, ``what`` the call or the mailbox."""

    chapter: int
    kind: str
    what: str = ""
    seconds: int = 0
    flag: bool = False

    @property
    def beyond(self) -> bool:
        """Whether a call may land after the rest: the one condition under which house.md allows a double."""
        return self.kind == "late" and self.seconds > WITHIN[1]


def arrange(stage: Stage, mishap: Mishap) -> None:
    """Let it go wrong from now on."""
    ARRANGE[mishap.kind](stage, mishap)


def _letter(stage: Stage, mishap: Mishap) -> None:
    stage.outbox.after.append(Doubtful("the line broke"))
    stage.outbox.sends_all_the_same = mishap.flag
    stage.told["letters in doubt"] = stage.told.get("letters in doubt", 0) + 1


def _clock(stage: Stage, mishap: Mishap) -> None:
    stage.back = timedelta(hours=1)  # at the next restart


def _mailbox(stage: Stage, mishap: Mishap) -> None:
    stage.boxes[mishap.what].closed = Closed("out of reach")


def _twice(stage: Stage, mishap: Mishap) -> None:
    box = stage.boxes[mishap.what]
    box.mails += box.mails[-2:]


ARRANGE: dict[str, Callable[[Stage, Mishap], None]] = {
    "lost": lambda stage, mishap: stage.faults.order(mishap.what, Trouble.AFTER),
    "away": lambda stage, mishap: stage.faults.order(mishap.what, Trouble.BEFORE),
    "stale": lambda stage, mishap: stage.faults.order("change", Trouble.STALE),
    "late": lambda stage, mishap: stage.faults.late(
        mishap.what, timedelta(seconds=mishap.seconds), checked=mishap.flag
    ),
    "letter": _letter,
    "outbox": lambda stage, mishap: stage.outbox.before.append(Closed("421 not now")),
    "mailbox": _mailbox,
    "clock": _clock,
    "twice": _twice,
}
