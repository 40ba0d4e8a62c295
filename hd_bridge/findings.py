"""What a door finds wrong with itself, as ``hd-bridge check`` tells it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding of ``hd-bridge check`` is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a door found when it was checked: what is, at which door, and what to do about it."""

    level: Level
    door: str
    text: str
    mend: str = ""
