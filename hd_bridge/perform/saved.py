"""Saved answers take their place in a note; one that cannot is a mistake, told to the agent. Pure."""

from __future__ import annotations

from dataclasses import replace

from hd_bridge.decide.orders import Orders, canned_in
from hd_bridge.errors import ConfigError
from hd_bridge.house import House
from hd_bridge.letters.saved_answers import Unknown
from hd_bridge.letters.saved_fill import fill
from hd_bridge.perform.values import letter_values
from hd_bridge.policy import MailboxPolicy
from hd_bridge.steps import SendLetter
from hd_bridge.views import KnownConversation


def with_saved(house: House, orders: Orders, known: KnownConversation, mailbox: MailboxPolicy, project: str) -> Orders:
    """The orders with each line ``!canned NAME`` of the text replaced by that answer."""
    lines, mistakes = list[str](), list[str]()
    for line in orders.body.split("\n"):
        name = canned_in(line)
        if name is None:
            lines.append(line)
            continue
        try:
            lines.append(_text(house, name, orders.language or known.language, known, mailbox, project))
        except LookupError as error:
            mistakes.append(f"!canned: {error.args[0]}")
        except ConfigError as error:
            mistakes.append(f"!canned: {'; '.join(error.mistakes)}")
    return replace(orders, body="\n".join(lines), mistakes=(*orders.mistakes, *mistakes))


def _text(
    house: House, name: str, language: str, known: KnownConversation, mailbox: MailboxPolicy, project: str
) -> str:
    if house.shelf is None or not name:
        raise LookupError("needs the name of a saved answer")
    found = house.shelf.of(project).find(name, language, mailbox.language)
    if isinstance(found, Unknown):
        raise _no_such(found)
    letter = SendLetter(
        key="saved", lane="saved", kind="answer", template="answer", language=language, mailbox=mailbox.name, to=()
    )
    values = letter_values(house, letter, mailbox, *house.journal.correspondence(known.id, None))
    return fill(found, values, language, house.templates, house.policy.markup)


def _no_such(found: Unknown) -> LookupError:
    close = f"; did you mean {' or '.join(f'“{one}”' for one in found.close)}?" if found.close else ""
    return LookupError(f"there is no saved answer “{found.name}”{close}")
