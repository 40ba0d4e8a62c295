"""An agent's answer from their own mail program: what of it is for the customer, and the steps that it leads to. Pure.

It is done as a note is (``ReadNote``), with its commands. What the customer reads is made of the mail itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hd_bridge.decide import words
from hd_bridge.decide.facts import Case
from hd_bridge.decide.orders import Scene, canned_in, commands_first, read_orders
from hd_bridge.mail.subjects import is_answer
from hd_bridge.model import Email, Match, Trust
from hd_bridge.policy import Policy
from hd_bridge.policy_answers import TOKEN
from hd_bridge.steps import AddNote, PrivateNote, ReadNote
from hd_bridge.tracker.markup import quote_marked, quote_plain

COMMON_MARK = "common_mark"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def is_proved(match: Match, policy: Policy) -> bool:
    """Whether an agent's mail is believed to be theirs. The token of a letter is in its customer's hands as well, so
    that it counts only where the configuration says so."""
    return match.trust is Trust.VERIFIED or (policy.answers.by_mail == TOKEN and match.proven and not _denied(match))


def _denied(match: Match) -> bool:
    """Whether our own mail server says that the sender is somebody else."""
    return match.trust is Trust.STRANGER


def is_reply(email: Email) -> bool:
    """Whether a mail answers another one; one that only names a ticket is for the team."""
    return bool(email.in_reply_to or email.references) or is_answer(email.subject)


def steps_of(case: Case, match: Match) -> tuple[AddNote | PrivateNote, ReadNote]:
    """The note for the team, and then what it says. With ``!noreply``, and where nothing was answered, only agents
    see it: its files would be public there, so they stay out."""
    key, id = case.email.key, match.conversation
    known = case.facts.conversation(id)
    after = known.opened_step if known.ticket is None else None
    text = answer_text(case.email) if is_reply(case.email) else _for_the_team(answer_text(case.email))
    note: AddNote | PrivateNote
    if _is_private(text, case):
        notes = words.agents_private_note(case)
        note = PrivateNote(key=f"{key}/private/answer", lane=id, conversation=id, after=after, notes=notes)
    else:
        notes = words.agents_note(case)
        note = AddNote(key=f"{key}/note/1", lane=id, conversation=id, after=after, mail=key, notes=notes)
    read = ReadNote(
        key=f"{key}/read/1",
        lane=f"{id}/notes",
        conversation=id,
        after=note.key,
        note=0,
        mail=key,
        text=text,
        sender=case.sender,
        sender_name=case.email.sender.name if case.email.sender else "",
    )
    return note, read


def _for_the_team(text: str) -> str:
    commands, _ = commands_first(text)
    return text if any(line.strip().lower() == "!noreply" for line in commands) else f"!noreply\n{text}"


def _is_private(text: str, case: Case) -> bool:
    scene = Scene(written=case.facts.arrived, timezone=case.facts.mailbox.timezone, languages=frozenset())
    return read_orders(text, scene).noreply


def answer_text(email: Email) -> str:
    """The commands that a mail begins with, as they were typed, and below them its words as CommonMark; lines that
    stand for saved answers stay what they are."""
    commands, rest = commands_first(email.reply)
    return "\n\n".join(filter(None, ("\n".join(commands), _words(email, len(commands), rest))))


def _words(email: Email, commands: int, rest: str) -> str:
    if email.markup is not None:
        marked = _without_commands(email.markup, commands)
        return _plain(rest) if marked is None else _canned_bare(marked)
    if email.passages:
        return "\n\n".join(filter(None, _passages(email)))
    return _plain(rest)


def _passages(email: Email) -> Iterator[str]:
    """Answers and what they answer; commands stand above the first answer."""
    first = True
    for quoted, text in email.passages:
        if quoted:
            yield quote_marked(text, COMMON_MARK)
            continue
        yield _plain(commands_first(text)[1] if first else text)
        first = False


def _plain(text: str) -> str:
    """Plain text as CommonMark that shows the same."""
    parts, lines = list[str](), list[str]()
    for line in [*text.split("\n"), None]:
        if line is not None and canned_in(line) is None:
            lines.append(line)
            continue
        parts.append(quote_plain("\n".join(lines), COMMON_MARK))
        parts.append(line or "")
        lines.clear()
    return "\n\n".join(filter(None, parts))


def _without_commands(markup: str, commands: int) -> str | None:
    """The CommonMark of an HTML mail without its first lines; ``None`` where they do not look like commands there."""
    lines = markup.split("\n")
    for _ in range(commands):
        while lines and not lines[0].strip():
            lines.pop(0)
        if not lines or not _bare(lines[0]).startswith("!"):
            return None
        lines.pop(0)
    return "\n".join(lines).strip("\n")


def _canned_bare(markup: str) -> str:
    """Each line that stands for a saved answer is a paragraph of its own, as it was typed."""
    lines = (f"\n{_bare(line)}\n" if canned_in(_bare(line)) is not None else line for line in markup.split("\n"))
    return "\n".join(lines).strip("\n")


def _bare(line: str) -> str:
    """A line of CommonMark without its escapes and its hard break."""
    return _ESCAPED.sub(r"\1", line.strip().removesuffix("\\").rstrip())
