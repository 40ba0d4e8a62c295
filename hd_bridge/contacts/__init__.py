"""Who is who: names and companies from addresses, what is known after a mail, and the card on a ticket. Pure."""

from __future__ import annotations

from hd_bridge.contacts.card import card
from hd_bridge.contacts.company import company_of
from hd_bridge.contacts.free_mail import FREE_MAIL
from hd_bridge.contacts.merge import meet
from hd_bridge.contacts.name import person_name

__all__ = ["FREE_MAIL", "card", "company_of", "meet", "person_name"]
