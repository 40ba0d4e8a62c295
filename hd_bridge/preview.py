"""A letter or saved answer as a customer would read it, with the values of a past ticket or of a sample. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches

from hd_bridge.errors import ConfigError
from hd_bridge.house import House
from hd_bridge.letters import note_body
from hd_bridge.letters.saved_answers import SavedAnswer
from hd_bridge.letters.saved_fill import fill
from hd_bridge.letters.saved_shelf import Shelf
from hd_bridge.perform.values import letter_values
from hd_bridge.policy import MailboxPolicy
from hd_bridge.render import LetterValues, Rendered
from hd_bridge.render_sample import NOTES, sample_values
from hd_bridge.render_values import KINDS
from hd_bridge.views import KnownConversation
from hd_bridge.work import SendLetter

ANSWER = "answer"  # the letter that brings what an agent says


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be looked at; ``ticket`` is "#12" or "12", ``None`` for a sample's values."""

    name: str
    language: str | None = None
    ticket: str | None = None
    mailbox: str | None = None
    kind: str = ""


def preview(house: House, shelf: Shelf, wish: Wish) -> Rendered:
    """The letter. ConfigError says what there is no such thing as, or what in a template is wrong."""
    known = _conversation(house, wish.ticket) if wish.ticket else None
    box = _mailbox(house, wish.mailbox or (known.mailbox if known else house.policy.mailboxes[0].name))
    language = wish.language or (known.language if known else box.language)
    if wish.kind not in ("", *KINDS):
        raise ConfigError((f"there is no kind of letter “{wish.kind}”; there are {', '.join(KINDS)}",))
    letter = wish.name if wish.name in house.templates.names else ANSWER
    values = _values(house, box, letter, language, known)
    project = known.project if known else box.project
    said = _said(house, shelf, wish.name, language, box, project, values)
    body = note_body(said, house.policy.markup, {})
    full = replace(
        values,
        kind=wish.kind,
        is_first_answer=wish.kind == "first-answer",
        marker=letter != "ack",
        body_text=body.text if letter == ANSWER else "",
        body_html=body.html if letter == ANSWER else "",
    )
    return house.templates.render(letter, language, full, fallback=box.language)


def _conversation(house: House, ticket: str) -> KnownConversation:
    number = re.fullmatch("#?([0-9]{1,9})", ticket.strip())
    known = house.journal.conversation_by_ticket(int(number[1])) if number else None
    if known is None:
        raise ConfigError((f"the journal knows no ticket {ticket}; write its number, such as '#12'",))
    return known


def _mailbox(house: House, name: str) -> MailboxPolicy:
    try:
        return house.policy.mailbox(name)
    except KeyError:
        there = ", ".join(box.name for box in house.policy.mailboxes)
        raise ConfigError((f"there is no mailbox “{name}”; there are {there}",)) from None


def _values(
    house: House, box: MailboxPolicy, letter: str, language: str, known: KnownConversation | None
) -> LetterValues:
    if known is None:
        shown = house.templates.language(letter, language, box.language)
        return sample_values(house.policy, box, shown, house.clock.now())
    mails = house.journal.mails_of(known.id)
    step = SendLetter(
        key="preview",
        lane="preview",
        conversation=known.id,
        kind=letter,
        template=letter,
        language=language,
        mailbox=box.name,
        to=(known.address,),
        mail=mails[-1].key if mails else None,
    )
    found, answered = house.journal.correspondence(known.id, step.mail)
    values = letter_values(house, step, box, found, answered)
    return replace(values, project=known.project, agent_name=values.agent_name or values.agent or "Ana Souza")


def _said(
    house: House, shelf: Shelf, name: str, language: str, box: MailboxPolicy, project: str, values: LetterValues
) -> str:
    """What the letter brings, in the tracker's markup: a saved answer, or a note as an agent might write it."""
    if name in house.templates.names:
        return NOTES[house.policy.markup]
    answers = shelf.of(project)
    found = answers.find(name, language, box.language)
    if isinstance(found, SavedAnswer):
        return fill(found, values, language, house.templates, house.policy.markup)
    near = dict.fromkeys([*get_close_matches(name, sorted(house.templates.names), n=2), *found.close])
    hint = (
        f"did you mean {' or '.join(f'“{one}”' for one in near)}?" if near else "“hd-bridge templates list” shows all."
    )
    raise ConfigError((f"there is no letter and no saved answer “{name}” in {project}; {hint}",))
