"""A page of a wiki. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WikiPage:
    """A page as the tracker tells it, in the tracker's markup; ``title`` as it is kept, lines end in a line feed."""

    title: str
    text: str
    version: int
    updated_on: datetime
