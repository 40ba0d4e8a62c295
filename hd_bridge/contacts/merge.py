"""What is known of a person after a mail: blanks are filled, nothing known is lost. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hd_bridge.contacts.company import company_of
from hd_bridge.contacts.name import person_name
from hd_bridge.model import Address, Contact


def meet(
    contact: Contact | None, sender: Address, *, language: str | None, now: datetime, free_mail: frozenset[str]
) -> Contact:
    """The contact as it is once this mail is known; a new one where there was none.

    A known name, company or language stays, whatever later mails say: a person may have corrected it. Only a name
    that was guessed from an address gives way to one that its owner wrote.
    """
    known = contact or Contact()
    return replace(
        known,
        name=_name(known, sender),
        company=known.company or company_of(sender.email, free_mail),
        language=known.language or language,
        addresses=known.addresses if sender.email in known.addresses else (*known.addresses, sender.email),
        first_seen=min(known.first_seen or now, now),
        last_seen=max(known.last_seen or now, now),
    )


def _name(known: Contact, sender: Address) -> str:
    guesses = {person_name(Address(email=address))[2] for address in known.addresses}
    written = person_name(sender)[2]
    return written if written and (not known.name or known.name in guesses) else known.name
