"""What whoever answers a customer must know of the conversation. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How a conversation stands for whoever answers it: the key of the customer's latest mail, how many letters of
    people went out, which of its addresses take no mail for good, and who shows our letters without being on it."""

    mail: str | None = None
    answers: int = 0
    failing: frozenset[str] = frozenset()
    bearers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqDraft:
    """An answer that an agent thinks others need too; ``key`` is its note's, ``answer`` in the tracker's markup."""

    key: str
    question: str
    answer: str
    category: str
    language: str
    ticket: int
    kept_at: datetime
