"""What a letter knows of its ticket, its customer and its mailbox. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hd_bridge.consider import page_url
from hd_bridge.contacts import person_name
from hd_bridge.house import House
from hd_bridge.mail.tokens import mark
from hd_bridge.model import Address
from hd_bridge.policy import MailboxPolicy
from hd_bridge.render import LetterValues, estimated_words, status_words
from hd_bridge.views import Answered, Correspondence
from hd_bridge.work import SendLetter


def letter_values(
    house: House, step: SendLetter, mailbox: MailboxPolicy, known: Correspondence | None, mail: Answered | None
) -> LetterValues:
    """Everything a template may use, in the language that the letter will be in."""
    common = LetterValues(
        now=house.clock.now(),
        timezone=mailbox.timezone,
        faq_url=house.policy.faq_url,
        mailbox_name=mailbox.name,
        sender_name=mailbox.sender_name,
        address=mailbox.address,
        lines=step.lines,
    )
    return _of_conversation(house, step, mailbox, known, mail, common) if known else common


def _of_conversation(
    house: House,
    step: SendLetter,
    mailbox: MailboxPolicy,
    known: Correspondence,
    mail: Answered | None,
    common: LetterValues,
) -> LetterValues:
    language = house.templates.language(step.template, step.language, mailbox.language)
    name = known.name or (mail.sender_name if mail else "")
    first, last, full = person_name(Address(name=name, email=known.address))
    return replace(
        common,
        contact_first=first,
        contact_last=last,
        contact_name=full,
        company=known.company,
        subject=mail.subject if mail else known.subject,
        tag=mailbox.tag(known.project, known.ticket) if known.ticket else "",
        ticket=known.ticket,
        status="" if known.status is None else status_words(language, known.status, known.closed),
        category=known.category,
        estimated=_estimated(house, language, mailbox, known),
        agent=known.assignee,
        page_url=page_url(house, known.conversation),
        quoted=mail.reply if mail else "",
        mark=mark(house.ring, known.conversation),
    )


def _estimated(house: House, language: str, mailbox: MailboxPolicy, known: Correspondence) -> str:
    """The due date in the customer's words, else the category's ``reply_within``, else nothing."""
    within: timedelta | None = dict(house.policy.reply_within).get(known.category)
    return estimated_words(language, mailbox.timezone, house.clock.now(), known.due_date, within)
