"""Steps that are harmless to repeat: a page is written whole, a mail filed away, a copy kept. Pure."""

from __future__ import annotations

from hd_bridge.errors import Refused
from hd_bridge.house import House
from hd_bridge.mail.tokens import page_path
from hd_bridge.ports import Mailbox
from hd_bridge.work import Claim, Effects, FileAway, KeepCopy, PublishPage
from tracking_site.pages import ticket_page


def publish_page(house: House, claim: Claim) -> Effects:
    """Write a ticket's page anew from what the journal holds."""
    step = claim.step
    assert isinstance(step, PublishPage) and step.conversation
    facts = house.journal.page(step.conversation)
    if facts is None:
        raise Refused("there is no such conversation")
    mailbox = house.policy.mailbox(facts.mailbox)
    content = ticket_page(
        facts,
        language=facts.language,
        timezone=mailbox.timezone,
        team=mailbox.sender_name,
        address=mailbox.address,
        faq_url=house.policy.faq_url,
        tag=f"[{facts.ticket.project} #{facts.ticket.number}]" if facts.ticket else "",
        now=house.clock.now(),
    )
    house.publisher.put(page_path(house.ring, step.conversation) + "index.html", content)
    return Effects()


def file_away(house: House, claim: Claim) -> Effects:
    """Flag or move a mail on its server; one that is gone is done."""
    step = claim.step
    assert isinstance(step, FileAway)
    _box(house, step.mailbox).file_away(step.place, step.how)
    return Effects()


def keep_copy(house: House, claim: Claim) -> Effects:
    """Lay what was sent, byte for byte, into the mailbox's folder; one that retention has forgotten cannot be."""
    step = claim.step
    assert isinstance(step, KeepCopy)
    letter = house.journal.letter(step.letter)
    if letter is None:
        return Effects(note="the letter is not in the journal any more, so no copy was kept")
    _box(house, step.mailbox).keep_copy(step.folder, letter.raw, letter.message_id)
    return Effects()


def _box(house: House, name: str) -> Mailbox:
    box = house.boxes.get(name)
    if box is None:
        raise Refused(f"there is no mailbox “{name}” in the configuration any more")
    return box
