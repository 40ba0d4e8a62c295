"""What a mail says it answers: ids in its header, our mark in what it quotes, a number in its subject. Pure."""

from __future__ import annotations

import re

from hd_bridge.model import Email

DEFAULT_STYLE = "[{project} #{ticket}]"
BRACKETS = re.compile(r"\[[^\[\]]*\]")
# The digits of ASCII alone: there are sixty other sets of them, and what looks like #12 must not be #12.
BARE = re.compile(r"(?<![\w#&/])#([1-9][0-9]{0,8})(?!\w)")
NUMBER = r"([1-9][0-9]{0,8})(?!\d)"
MARKED = re.compile(r"(?<![a-z0-9])ref:([a-z2-7]{32})(?![a-z0-9])", re.IGNORECASE | re.ASCII)
MOST_MARKS = 5
NOTICE = re.compile(r"<?redmine\.([a-z_]{1,40})-([0-9]{1,9})\.", re.ASCII)
NAMED = re.compile(rf"\[([^\[\]#]{{1,100}}?)(?:\s+-\s+[^\[\]#]{{1,60}})?\s*#{NUMBER}\]")


def own_ids(email: Email) -> tuple[str, ...]:
    """The Message-IDs that a mail answers, the nearest first, each once: In-Reply-To, then References backwards."""
    return tuple(dict.fromkeys((*email.in_reply_to, *reversed(email.references))))


def marks(text: str) -> tuple[str, ...]:
    """The short tokens of our marker lines in a text, the first ones, each once; whose they are is to be checked."""
    if "ref:" not in text.lower():
        return ()
    found = dict.fromkeys(match[1].lower() for match in MARKED.finditer(text))
    return tuple(found)[:MOST_MARKS]


def notice_of(id: str) -> int | None:
    """The ticket of a notice's Message-ID, where the tracker (Redmine) has made it; 0 where it tells another thing's
    number."""
    found = NOTICE.match(id.strip().lower())
    return None if found is None else int(found[2]) if found[1] == "issue" else 0


def ticket_number(subject: str, style: str = DEFAULT_STYLE, project: str = "") -> int | None:
    """The ticket that a subject names in this mailbox's ``style``, or as a bare ``#123``; ``None`` if it names none.

    ``[Pedido #48213]`` is a shop's order: only our own project's name, or no name, may stand in the brackets.
    """
    found = _styled(style, project).search(subject) or BARE.search(BRACKETS.sub(" ", subject))
    return int(found[1]) if found else None


def named_tickets(subject: str) -> tuple[tuple[str, int], ...]:
    """Every ``[name #123]`` in a subject, as (name, number), whatever the name; what Redmine adds to it is left out."""
    return tuple((name.strip(), int(number)) for name, number in NAMED.findall(subject))


def _styled(style: str, project: str) -> re.Pattern[str]:
    """The style as a pattern; the name may be missing, and be followed by what Redmine adds (" - Bug")."""
    name = rf"(?:{re.escape(project)}(?:\s+-\s+[^\[\]#]{{1,60}}?)?)?" if project else ""
    pattern = re.escape(style).replace(r"\ ", r"\s*")
    pattern = pattern.replace(r"\{project\}", name).replace(r"\{ticket\}", NUMBER)
    return re.compile(pattern, re.IGNORECASE)
