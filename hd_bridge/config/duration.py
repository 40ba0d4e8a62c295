"""Durations as people write them: 30s, 15m, 24h, 2d, 1w. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = timedelta(days=3660)


def duration(text: str) -> timedelta:
    """``15m`` -> fifteen minutes; ValueError for anything else, nothing, or more than ten years."""
    match = re.fullmatch(r"([0-9]{1,9})\s*([smhdw])", text.strip())
    if not match:
        raise ValueError("is not a duration; expected a number and s, m, h, d or w, such as 30s, 15m, 24h, 2d, 1w")
    length = timedelta(**{UNITS[match[2]]: int(match[1])})
    if not timedelta(0) < length <= LONGEST:
        raise ValueError("is not a usable duration; expected more than nothing and at most ten years")
    return length


def _convert(value: Any) -> Any:
    return value if isinstance(value, timedelta) else duration(value if isinstance(value, str) else "")


Duration = Annotated[timedelta, BeforeValidator(_convert), Field(description="a duration such as 30s, 15m, 24h, 2d")]
