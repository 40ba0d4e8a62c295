"""The short card that opens a ticket's description: who writes, for whom, what was before. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hd_bridge.contacts.name import clean, person_name
from hd_bridge.model import Address, Contact
from hd_bridge.tracker.markup import quote_plain

SHOWN = 3
NO_LINK = "\u2060"  # word joiner: no width, no line break, and no auto-linker reads over it


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The card's words in one language of agents; ``one`` and ``many`` tell how many earlier tickets there are."""

    first: str
    one: str
    many: str
    page: str


WORDS = {
    "en": Words(first="First ticket", one="1 earlier ticket", many="{} earlier tickets", page="Customer page"),
    "pt": Words(
        first="Primeiro ticket", one="1 ticket anterior", many="{} tickets anteriores", page="Página do cliente"
    ),
}


def card(contact: Contact, sender: Address, page_url: str, markup: str, *, lang: str = "en") -> str:
    """Two or three lines in ``markup`` (textile or common_mark): person and company, earlier tickets, page link.

    ``contact`` is as it is after this mail (``merge.meet``), its counts without the ticket that is being opened.
    ``page_url`` is our own and may be empty. ``lang`` is that of the agents; those without words read English.
    """
    words = WORDS.get(lang.partition("-")[0], WORDS["en"])
    lines = [_who(contact, sender, markup), _before(contact, words)]
    if page_url:
        lines.append(f"{words.page}: {page_url}")
    return (_BREAK[markup]).join(lines)


# CommonMark joins lines of a paragraph (Redmine keeps them, others do not): two blanks at the end break it anywhere.
_BREAK = {"textile": "\n", "common_mark": "  \n"}


def _who(contact: Contact, sender: Address, markup: str) -> str:
    """Everything here was chosen by a stranger, the address too: ``{{macro}}@example.com`` is a valid one."""
    name, company = contact.name or person_name(sender)[2], contact.company
    address = quote_plain(" ".join(sender.email.split()), markup)
    who = f"{inline_plain(name, markup)} ({address})" if name else address
    return f"{who}, {inline_plain(company, markup)}" if company else who


def inline_plain(text: str, markup: str) -> str:
    """A stranger's words on one line, with nothing alive in them, web addresses included: a name is no link."""
    return quote_plain(re.sub(r"(?<=:)(?=//)|(?<=www)(?=\.)", NO_LINK, clean(text), flags=re.IGNORECASE), markup)


def _before(contact: Contact, words: Words) -> str:
    if not contact.ticket_count:
        return words.first
    count = words.one if contact.ticket_count == 1 else words.many.format(contact.ticket_count)
    shown = ", ".join(f"#{number}" for number in contact.last_tickets[:SHOWN])
    return f"{count}: {shown}" if shown else count
