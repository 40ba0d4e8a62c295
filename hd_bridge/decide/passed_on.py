"""A customer's mail that one of us passes on is the customer's: they wrote it, and they get the answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hd_bridge.decide.machines import nobody_at
from hd_bridge.mail.vouching import Word, vouching
from hd_bridge.model import Address, Email
from hd_bridge.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """The mail ``as_meant``, who passed it on, and what they wrote above it, which is not for the customer."""

    as_meant: Email
    by: Address
    comment: str


def may_pass_on(policy: Policy, email: Email) -> bool:
    """Whether it is worth looking for a mail within it. From may be forged: what is looked at is a stranger's."""
    ours = email.sender is not None and policy.agents.is_agent_address(email.sender.email)
    return ours and not (email.automatic or email.bounce)


def passed_on(policy: Policy, email: Email, mailbox: str) -> PassedOn | None:
    """The customer's mail within a mail of ours, which came to ``mailbox``; ``None`` for everything else. Nobody gains
    by forging one: whoever writes our address into From could as well write the customer's, and where our mail server
    says that it is forged, what it holds is nobody's word."""
    if email.sender is None or not may_pass_on(policy, email):
        return None
    servers = (box.authserv_id for box in policy.mailboxes if box.name == mailbox)
    if any(vouching(email, server).word is Word.FAIL for server in servers):
        return None
    found = email.forwarded
    if found is None or policy.is_ours(found.sender.email) or nobody_at(found.sender.email):
        return None
    as_meant = replace(
        email,
        sender=found.sender,
        subject=found.subject or email.subject,
        date=found.date,
        message_id=found.message_id or email.message_id,
        text=found.text,
        reply=found.text,
        quoted="",
        passages=(),
        markup=found.markup,
    )
    return PassedOn(as_meant=as_meant, by=email.sender, comment=found.comment)


def as_meant(policy: Policy, email: Email, mailbox: str) -> Email:
    """The customer's mail where one was passed on, else the mail itself."""
    found = passed_on(policy, email, mailbox)
    return found.as_meant if found else email
