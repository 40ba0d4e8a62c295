"""Text as a Redmine's database takes it. Pure."""

from __future__ import annotations

import re
from typing import Any

UNSENDABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL knows no NUL (HTTP 500), JSON no half of a pair
BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")  # MySQL's old utf8 has three bytes a character (HTTP 500)


def clean(value: str) -> str:
    """Text as every database takes it."""
    return UNSENDABLE.sub("", value)


def plain(value: Any) -> Any:
    """JSON for a database that knows three bytes a character: in all its texts emoji and the like become U+FFFD."""
    if isinstance(value, str):
        return BEYOND_BMP.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value
