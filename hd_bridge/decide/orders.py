"""What an agent's note tells the bridge to do: commands in its first lines, the rest is for the customer. Pure.

A command is a line ``!word`` or ``!word something``. An unknown one, or one that lacks what it needs, is a mistake:
then nothing of the note is done, and the agent is told how to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from hd_bridge.mail.addresses import addr_spec

# A picture in Textile is !name.png!, a bang in a sentence has text before it: neither is a line of this form.
_COMMAND = re.compile(r"!([A-Za-z]+)(?:[ \t]+(\S.*?))?[ \t]*")
_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TICKET = re.compile(r"#?(\d{1,9})")
LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a note asks for. ``body`` is what is left for the customer, in the tracker's markup; ``!canned NAME`` may
    stand anywhere in it, on a line of its own. ``later`` is aware. ``accept`` without an address means the one who
    waits. ``mistakes`` say how to mend what is wrong."""

    body: str = ""
    mistakes: tuple[str, ...] = ()
    send: bool = False
    noreply: bool = False
    close: bool = False
    block: bool = False
    later: datetime | None = None
    language: str | None = None
    cc: tuple[str, ...] = ()
    accept: tuple[str, ...] | None = None
    faq: str | None = None
    merge: int | None = None
    tell: str | None = None
    customer: str | None = None

    @property
    def any(self) -> bool:
        """Whether the note has any command at all."""
        return self != Orders(body=self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What reading commands must know: when they were written, the mailbox's time zone, and the languages that letters
    have. However late they are read, and however often, a time means the same."""

    written: datetime
    timezone: str
    languages: frozenset[str]


class _Mistake(ValueError):
    """What is wrong with a command, and what it should be."""


Take = Callable[[Orders, str, Scene], Orders]


def commands_first(notes: str) -> tuple[tuple[str, ...], str]:
    """The lines with commands that a note begins with, and what is left of it. A saved answer belongs to the text."""
    lines = notes.replace("\r\n", "\n").strip("\n").split("\n")
    commands = list[str]()
    while lines and (not lines[0].strip() or (_COMMAND.fullmatch(lines[0]) and canned_in(lines[0]) is None)):
        line = lines.pop(0)
        commands += [line] if line.strip() else []
    return tuple(commands), "\n".join(lines).strip("\n")


def read_orders(notes: str, scene: Scene) -> Orders:
    """The commands in the first lines of a note, and what is left of it."""
    lines, body = commands_first(notes)
    orders, mistakes = Orders(), list[str]()
    for line in lines:
        command = _COMMAND.fullmatch(line)
        assert command is not None, "only commands are told apart"
        try:
            orders = _take(orders, command[1], command[2] or "", scene)
        except _Mistake as mistake:
            mistakes.append(f"!{command[1]}: {mistake}")
    if orders.tell is not None and body:
        orders, body = replace(orders, tell=f"{orders.tell}\n\n{body}".strip("\n")), ""
    return replace(orders, body=body, mistakes=(*mistakes, *_at_odds(orders, body)))


def canned_in(line: str) -> str | None:
    """The saved answer that a line stands for."""
    command = _COMMAND.fullmatch(line)
    return command[2] or "" if command and command[1].lower() == "canned" else None


def _take(orders: Orders, word: str, rest: str, scene: Scene) -> Orders:
    name = word.lower()
    if name in _FLAGS:
        if rest:
            raise _Mistake(f"takes nothing behind it; write “!{name}” on a line of its own")
        return _FLAGS[name](orders)
    if name not in _TAKES:
        close = get_close_matches(name, [*_FLAGS, *_TAKES, "canned"], n=1, cutoff=0.6)
        hint = f"did you mean “!{close[0]}”?" if close else f"there are {', '.join(f'!{one}' for one in known())}."
        raise _Mistake(f"there is no such command; {hint}")
    return _TAKES[name](orders, rest, scene)


def known() -> tuple[str, ...]:
    """All commands, by name."""
    return tuple(sorted([*_FLAGS, *_TAKES, "canned"]))


def _later(orders: Orders, rest: str, scene: Scene) -> Orders:
    at = _moment(rest, scene)
    if at is None or not timedelta(0) < at - scene.written <= LONGEST_WAIT:
        raise _Mistake("when? Write a time from now such as 45m, 3h, 2d or 1w, or a day such as 2026-12-24 09:00")
    return replace(orders, later=at)


def _moment(rest: str, scene: Scene) -> datetime | None:
    if span := _SPAN.fullmatch(rest):
        return scene.written + timedelta(**{_UNITS[span[2].lower()]: int(span[1])})
    try:
        moment = datetime.fromisoformat(rest)
    except ValueError:
        return None
    if len(rest) == len("2026-12-24"):
        moment = moment.replace(hour=8)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(scene.timezone))


def _language(orders: Orders, rest: str, scene: Scene) -> Orders:
    for language in sorted(scene.languages):
        if rest.lower() in (language.lower(), language.lower().partition("-")[0]):
            return replace(orders, language=language)
    raise _Mistake(f"which language? There are letters in {', '.join(sorted(scene.languages))}")


def _cc(orders: Orders, rest: str, scene: Scene) -> Orders:
    return replace(orders, cc=tuple(dict.fromkeys([*orders.cc, *_addresses(rest)])))


def _accept(orders: Orders, rest: str, scene: Scene) -> Orders:
    named = _addresses(rest) if rest else ()
    return replace(orders, accept=tuple(dict.fromkeys([*(orders.accept or ()), *named])))


def _customer(orders: Orders, rest: str, scene: Scene) -> Orders:
    found = _addresses(rest)
    if len(found) != 1:
        raise _Mistake("takes one address, such as jane@example.org")
    return replace(orders, customer=found[0])


def _addresses(text: str) -> list[str]:
    found = [addr_spec(one.strip("<>")) for one in re.split(r"[\s,;]+", text) if one]
    if not found or None in found:
        raise _Mistake("is not followed by an e-mail address; write it like jane@example.org")
    return [one for one in found if one]


def _faq(orders: Orders, rest: str, scene: Scene) -> Orders:
    if not rest:
        raise _Mistake("needs the question behind it, as customers would ask it")
    return replace(orders, faq=rest)


def _merge(orders: Orders, rest: str, scene: Scene) -> Orders:
    number = _TICKET.fullmatch(rest)
    if number is None:
        raise _Mistake("needs the number of the ticket to go on with, such as #123")
    return replace(orders, merge=int(number[1]))


def _tell(orders: Orders, rest: str, scene: Scene) -> Orders:
    return replace(orders, tell=rest)


def _at_odds(orders: Orders, body: str) -> list[str]:
    """What cannot be meant together."""
    found = []
    if orders.tell is not None and not orders.tell.strip():
        found.append("!tell: needs the text that customers are to read")
    if orders.faq and not body.strip():
        found.append("!faq: needs the answer below it")
    if orders.later and not body.strip():
        found.append("!later: needs the text that is to be sent then")
    if orders.noreply and (orders.later or orders.send or orders.cc):
        found.append("!noreply: nothing is sent with it, so !later, !send and !cc cannot stand beside it")
    return found


_FLAGS: Mapping[str, Callable[[Orders], Orders]] = {
    "send": lambda orders: replace(orders, send=True),
    "noreply": lambda orders: replace(orders, noreply=True),
    "close": lambda orders: replace(orders, close=True),
    "block": lambda orders: replace(orders, block=True),
}
_TAKES: Mapping[str, Take] = {
    "later": _later,
    "lang": _language,
    "cc": _cc,
    "accept": _accept,
    "faq": _faq,
    "merge": _merge,
    "tell": _tell,
    "customer": _customer,
}
