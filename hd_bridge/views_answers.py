"""What whoever answers a customer must know of the conversation. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How a conversation stands for whoever answers it: the key of the customer's latest mail, how many letters of
    people went out, and which of its addresses take no mail for good."""

    mail: str | None = None
    answers: int = 0
    failing: frozenset[str] = frozenset()
