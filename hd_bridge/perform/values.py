"""What a letter knows of its ticket, its customer and its mailbox. Pure."""

from __future__ import annotations

from datetime import timedelta

from hd_bridge.consider import page_url
from hd_bridge.contacts import person_name
from hd_bridge.house import House
from hd_bridge.model import Address
from hd_bridge.policy import MailboxPolicy
from hd_bridge.render import LetterValues, estimated_words, status_words
from hd_bridge.views import KnownConversation, TicketRow
from hd_bridge.work import SendLetter


def letter_values(house: House, step: SendLetter, mailbox: MailboxPolicy) -> LetterValues:
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
    known = house.journal.conversation(step.conversation) if step.conversation else None
    return _of_conversation(house, step, mailbox, known, common) if known else common


def _of_conversation(
    house: House, step: SendLetter, mailbox: MailboxPolicy, known: KnownConversation, common: LetterValues
) -> LetterValues:
    language = house.templates.language(step.template, step.language, mailbox.language)
    mail = house.journal.mail(step.mail) if step.mail else None
    contact = house.journal.contact(known.address)
    name = (contact.name if contact else "") or (mail.sender_name if mail else "")
    first, last, full = person_name(Address(name=name, email=known.address))
    row = house.journal.snapshot(known.ticket) if known.ticket else None
    subject = mail.subject if mail else known.subject
    return LetterValues(
        now=common.now,
        timezone=common.timezone,
        contact_first=first,
        contact_last=last,
        contact_name=full,
        company=contact.company if contact else "",
        subject=subject,
        tag=f"[{known.project} #{known.ticket}]" if known.ticket else "",
        ticket=known.ticket,
        status=status_words(language, row.status, row.closed) if row else "",
        category=(row.category or "") if row else "",
        estimated=_estimated(house, language, mailbox, row),
        agent=(row.assignee or "") if row else "",
        page_url=page_url(house, known.id),
        faq_url=common.faq_url,
        quoted=mail.reply if mail else "",
        mailbox_name=common.mailbox_name,
        sender_name=common.sender_name,
        address=common.address,
        lines=common.lines,
    )


def _estimated(house: House, language: str, mailbox: MailboxPolicy, row: TicketRow | None) -> str:
    """The due date in the customer's words, else the category's ``reply_within``, else nothing."""
    within: timedelta | None = dict(house.policy.reply_within).get((row.category or "") if row else "")
    due = row.due_date if row else None
    return estimated_words(language, mailbox.timezone, house.clock.now(), due, within)
