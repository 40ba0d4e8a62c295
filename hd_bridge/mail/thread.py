"""What a mail says it answers: ids in its header, a ticket number in its subject. Pure."""

from __future__ import annotations

import re

from hd_bridge.model import Email

DEFAULT_STYLE = "[{project} #{number}]"
BRACKETS = re.compile(r"\[[^\[\]]*\]")
BARE = re.compile(r"(?<![\w#&/])#([1-9]\d{0,8})(?!\w)")
NUMBER = r"([1-9]\d{0,8})"


def own_ids(email: Email) -> tuple[str, ...]:
    """The Message-IDs that a mail answers, the nearest first, each once: In-Reply-To, then References backwards."""
    return tuple(dict.fromkeys((*email.in_reply_to, *reversed(email.references))))


def ticket_number(subject: str, style: str = DEFAULT_STYLE, project: str = "") -> int | None:
    """The ticket that a subject names in this mailbox's ``style``, or as a bare ``#123``; ``None`` if it names none.

    ``[Pedido #48213]`` is a shop's order: only our own project's name, or no name, may stand in the brackets.
    """
    found = _styled(style, project).search(subject) or BARE.search(BRACKETS.sub(" ", subject))
    return int(found[1]) if found else None


def _styled(style: str, project: str) -> re.Pattern[str]:
    """The style as a pattern; the name may be missing, and be followed by what Redmine adds (" - Bug")."""
    name = rf"(?:{re.escape(project)}(?:\s+-\s+[^\[\]#]{{1,60}}?)?)?" if project else ""
    pattern = re.escape(style).replace(r"\ ", r"\s*")
    pattern = pattern.replace(r"\{project\}", name).replace(r"\{number\}", NUMBER)
    return re.compile(pattern, re.IGNORECASE)
