"""config.yaml as shipped, tried on one sentence. Touches the disk."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hd_bridge.config import load
from hd_bridge.model import Email
from hd_bridge.policy import Choices, Policy
from hd_bridge.rules import choose

ROOT = Path(__file__).resolve().parents[2]


@cache
def shipped() -> Policy:
    """The policy of config.yaml at the top of the repository."""
    return load(ROOT / "config.yaml", environ={}).policy()


def chosen(text: str, subject: str = "Hello") -> Choices:
    """What the shipped rules choose for a mail with this text; patterns get all the time they want."""
    email = Email(key="0" * 24, message_id=None, date=None, sender=None, subject=subject, text=text, reply=text)
    choices, _ = choose(email, "support", None, shipped().rules, budget=60)
    return choices
