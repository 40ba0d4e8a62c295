"""Which conversations a mail points at, and how far its sender is trusted there (mail.md, "Matching a reply"). Pure.

Five ways, the strongest proof first. A signed token proves that its bearer has had a letter of ours, no more; who
they are is another question, and only both together are believed without reserve.
"""

from __future__ import annotations

from collections.abc import Iterator

from hd_bridge.house import House
from hd_bridge.mail.thread import DEFAULT_STYLE, marks, named_tickets, notice_of, own_ids, ticket_number
from hd_bridge.mail.tokens import Purpose, read_message_id, read_short_token
from hd_bridge.mail.vouching import NOTHING, Vouching, Word, vouching
from hd_bridge.model import Email, Match, Trust
from hd_bridge.policy import MailboxPolicy, Policy
from hd_bridge.ports_deciding import Deciding
from hd_bridge.views import KnownConversation

MOST_IDS = 100  # of those that a mail says it answers, the nearest; a header full of them would ask for seconds
MOST_RECIPIENTS = 200
MOST_HEIRS = 20

Found = tuple[KnownConversation, str, bool]
"""A conversation, how the mail points at it, and whether by a signed token."""


def matches(
    house: House, journal: Deciding, email: Email, address: str, mailbox: MailboxPolicy
) -> tuple[tuple[Match, KnownConversation], ...]:
    """The conversations that a mail points at, each once, by the strongest proof that it has."""
    found: dict[str, Found] = {}
    for first, by, proven in _all(house, journal, email, address):
        known = _heir(journal, first)
        found.setdefault(known.id, (known, by, proven))
    if not found:
        return ()
    word = vouching(email, mailbox.authserv_id) if mailbox.authserv_id else NOTHING
    return tuple((_match(house, known, by, address, proven, word), known) for known, by, proven in found.values())


def _heir(journal: Deciding, known: KnownConversation) -> KnownConversation:
    """Where a conversation goes on whose ticket is closed or deleted."""
    for _ in range(MOST_HEIRS):
        following = _conversation(journal, known.heir)
        if following is None:
            break
        known = following
    return known


def _all(house: House, journal: Deciding, email: Email, address: str) -> Iterator[Found]:
    yield from _by_recipient(house, journal, email)
    yield from _by_message_id(house, journal, email)
    if house.policy.agents.is_agent_address(address):
        yield from _by_notice(journal, email)
    yield from _by_mark(house, journal, email)
    yield from _by_subject(house, journal, email)


def _by_recipient(house: House, journal: Deciding, email: Email) -> Iterator[Found]:
    """``support+<token>@``, wherever a mail program or a server has put it."""
    boxes = [box for box in house.policy.mailboxes if box.subaddress]
    if not boxes:
        return
    named = (*(one.email for one in (*email.to, *email.cc)), *email.delivered_to)
    for address in dict.fromkeys(named[:MOST_RECIPIENTS]):
        for detail in filter(None, (box.detail(address) for box in boxes)):
            known = _conversation(journal, read_short_token(house.ring, Purpose.REPLY, detail))
            if known:
                yield known, "the signed address that it was sent to", True


def _by_message_id(house: House, journal: Deciding, email: Email) -> Iterator[Found]:
    ids = own_ids(email)[:MOST_IDS]
    if email.bounce and email.bounce.original_message_id:
        ids = (email.bounce.original_message_id, *ids)
    for id in ids:
        known = _conversation(journal, read_message_id(house.ring, id))
        if known:
            yield known, "the signed Message-ID of our letter", True
    for known in journal.conversations_by_message_id(ids):
        if not known.abandoned:
            yield known, "the Message-ID of a mail on it", False


def _by_notice(journal: Deciding, email: Email) -> Iterator[Found]:
    """What an agent answers may be the tracker's own notice of a ticket; only agents get those. Its subject names the
    project as people call it."""
    named = [number for id in own_ids(email)[:MOST_IDS] if (number := notice_of(id)) is not None]
    if not named:
        return
    for number in dict.fromkeys([*named, *(number for _, number in named_tickets(email.subject))]):
        known = journal.conversation_by_ticket(number) if number else None
        if known and not known.abandoned:
            yield known, "the tracker's notice that it answers", False


def _by_mark(house: House, journal: Deciding, email: Email) -> Iterator[Found]:
    """Quoted text goes wherever it is forwarded to, so that its signature says what it is about and proves nobody."""
    for mark in marks(email.text):
        known = _conversation(journal, read_short_token(house.ring, Purpose.MARK, mark))
        if known:
            yield known, "our mark in the text that it quotes", False


def _by_subject(house: House, journal: Deciding, email: Email) -> Iterator[Found]:
    styles = dict.fromkeys([*(box.subject_tag for box in house.policy.mailboxes), DEFAULT_STYLE])
    numbers = (ticket_number(email.subject, style, name) for style in styles for name in house.policy.projects)
    number = next(filter(None, numbers), None)
    known = journal.conversation_by_ticket(number) if number else _moved(journal, email.subject)
    if known:
        yield known, f"“#{known.ticket}” in the subject", False


def _moved(journal: Deciding, subject: str) -> KnownConversation | None:
    """The ticket of a number that stands behind another project's name, if that is where the ticket was moved to."""
    for project, number in named_tickets(subject):
        known = journal.conversation_by_ticket(number)
        if known and known.moved_to and known.moved_to.casefold() == project.casefold():
            return known
    return None


def _conversation(journal: Deciding, id: str | None) -> KnownConversation | None:
    known = journal.conversation(id) if id else None
    return None if known is None or known.abandoned else known


def by_agent(policy: Policy, known: KnownConversation, address: str) -> bool:
    """Whether a sender is one of us here: an agent may be a ticket's customer as well."""
    return address not in known.participants and policy.agents.is_agent_address(address)


def _match(house: House, known: KnownConversation, by: str, address: str, proven: bool, word: Vouching) -> Match:
    takes_part = bool(address) and address in known.participants
    of_ours = by_agent(house.policy, known, address)
    return Match(
        conversation=known.id,
        ticket=known.ticket,
        matched_by=f"{by} ({word.evidence})" if word.evidence else by,
        trust=trust_of(word.word, proven=proven, takes_part=takes_part, by_agent=of_ours),
        proven=proven,
        by_agent=of_ours,
        closed=known.closed,
        closed_at=known.closed_at,
    )


def trust_of(word: Word, *, proven: bool, takes_part: bool, by_agent: bool) -> Trust:
    """How far the sender is trusted. An agent's name is worth most to whoever forges it, and the customer holds the
    same tokens: only our mail server's word makes a mail an agent's; without it the mail stays private."""
    if takes_part:
        if proven or word is Word.PASS:
            return Trust.VERIFIED
        return Trust.STRANGER if word is Word.FAIL else Trust.PARTICIPANT
    if by_agent:
        if word is Word.PASS:
            return Trust.VERIFIED
        return Trust.STRANGER if word is Word.FAIL else Trust.BEARER
    return Trust.BEARER if proven else Trust.STRANGER
