"""Beat 2 around the deciding: read the mail, gather the facts, decide, keep the plan. Pure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from hd_bridge.decide.facts import Facts
from hd_bridge.decide.mail import decide_mail
from hd_bridge.decide.passed_on import as_meant, may_pass_on, passed_on
from hd_bridge.errors import JournalError, ReaderError, Unreadable
from hd_bridge.house import House
from hd_bridge.mail import guard
from hd_bridge.mail.senders import patterns_of
from hd_bridge.mail.tokens import new_conversation_id, page_path
from hd_bridge.matching import matches
from hd_bridge.model import Email, Trace, Verdict
from hd_bridge.policy import MailboxPolicy, Policy
from hd_bridge.ports_deciding import Deciding
from hd_bridge.rules import STOPPED, choose, settle
from hd_bridge.views import Counts
from hd_bridge.work import Outline, Plan, Received

log = logging.getLogger("hd_bridge.consider")

GROUP = 50  # mails that are read at a time
TOGETHER = 16  # of them that share a commit, unless they take longer than
LONGEST = 0.02  # seconds: nobody else can write to the journal meanwhile


def consider_all(
    house: House, stop: Callable[[], bool] = lambda: False, decided: Callable[[], None] = lambda: None
) -> int:
    """Decide every mail that has no verdict yet, in order of receipt; how many. ``decided`` is called after each
    commit. What reads mails is loaded at once, also when there is none: the first one shall not wait for it."""
    done = 0
    while group := _group(house):
        mails = in_order(group)
        while mails:
            if stop():
                return done
            taken = consider_some(house, mails)
            del mails[:taken]
            decided()
            done += taken
    return done


def consider_some(house: House, mails: Sequence[tuple[Email, Received]]) -> int:
    """Decide the first of these mails, one after the other as ever, in one transaction; how many.

    The commit costs more than the deciding, and no promise needs one for each: killed in the middle, all of them are
    undecided again. A mail that is alone has its own.
    """

    def work(journal: Deciding) -> int:
        begun = house.clock.monotonic()
        for taken, (email, received) in enumerate(mails[:TOGETHER], start=1):
            consider(house, email, received, journal)
            if house.clock.monotonic() - begun > LONGEST:
                return taken
        return len(mails[:TOGETHER])

    return house.journal.decide(work)


def _group(house: House) -> list[tuple[Email, Received]]:
    """The next mails, read. Where nothing can be read at all they wait: no mail is at fault."""
    try:
        house.reader.ready()
        return [(read(house, received), received) for received in house.journal.undecided(GROUP)]
    except ReaderError as error:
        log.error("%s; the mails wait", error)
        return []


def read(house: House, received: Received) -> Email:
    """The mail, or what a fault of ours leaves of it: a defect for which it is held, not the end of the daemon."""
    try:
        return _with_forwarded(house, house.reader.email(received.raw, received.key), received.raw)
    except ReaderError:
        raise
    except Exception as error:
        log.exception("mail %s could not be read by a fault in hd_bridge", received.key)
        defects = (f"unreadable: a fault in hd_bridge, {type(error).__name__}",)
        return Email(key=received.key, message_id=None, date=None, sender=None, size=len(received.raw), defects=defects)


def _with_forwarded(house: House, email: Email, raw: bytes) -> Email:
    """With the mail that it passes on, where one of us seems to have done so. One that cannot be read is held: taken
    for the agent's own, it would have the wrong customer."""
    if not may_pass_on(house.policy, email) or any(one.startswith("unreadable:") for one in email.defects):
        return email
    try:
        return replace(email, forwarded=house.reader.forwarded(raw))
    except Unreadable as trouble:
        return replace(email, defects=(f"unreadable: the mail that it passes on: {trouble.why}", *email.defects))


def in_order(group: list[tuple[Email, Received]]) -> list[tuple[Email, Received]]:
    """The order of receipt, but an answer that overtook what it answers comes after it: mail servers number mails
    that arrive together as they please."""
    waiting = {email.message_id: (email, received) for email, received in group if email.message_id}
    ordered: dict[str, tuple[Email, Received]] = {}
    under_way: set[str] = set()

    def take(email: Email, received: Received) -> None:
        if email.key in under_way:
            return
        under_way.add(email.key)
        for id in email.in_reply_to:
            if id in waiting:
                take(*waiting[id])
        ordered[email.key] = (email, received)

    for email, received in group:
        take(email, received)
    return list(ordered.values())


def consider(house: House, email: Email, received: Received, journal: Deciding | None = None) -> Plan:
    """Decide one mail and keep what comes of it, in ``journal``'s transaction or one of its own.

    A fault of ours costs one mail, which is held: let out, it would stop the daemon at the same mail for good.
    """
    journal = journal or house.journal
    plan = decide_or_hold(house, email, received, journal)
    journal.commit(plan, outline(as_meant(house.policy, email, received.mailbox)), house.clock.now())
    return plan


def decide_or_hold(house: House, email: Email, received: Received, journal: Deciding | None = None) -> Plan:
    """The plan for a mail, which is held where a fault of ours stands in the way; writes nothing."""
    try:
        return decide(house, email, received, journal)
    except JournalError:
        raise
    except Exception as error:
        log.exception("mail %s could not be decided by a fault in hd_bridge", received.key)
        return _held(received.key, f"A fault in hd_bridge: {type(error).__name__}; the log has its place.")


def decide(house: House, email: Email, received: Received, journal: Deciding | None = None) -> Plan:
    """The plan for a mail by what is known now; writes nothing."""
    if received.mailbox not in {box.name for box in house.policy.mailboxes}:
        return _held(received.key, f"Its mailbox “{received.mailbox}” is not in the configuration any more.")
    return decide_mail(email, gather(house, email, received, journal), house.policy)


def _held(mail: str, why: str) -> Plan:
    return Plan(mail=mail, verdict=Verdict.HOLD, why=why, why_not_acknowledged="the verdict is hold")


def addressed(policy: Policy, email: Email) -> MailboxPolicy:
    """The mailbox that a mail names, for one that came by none: else the first."""
    named = {*email.delivered_to, *(address.email for address in (*email.to, *email.cc))}
    return next((box for box in policy.mailboxes if box.addresses & named), policy.mailboxes[0])


def outline(email: Email) -> Outline:
    """What the journal keeps of a mail for lists and pages."""
    return Outline(
        message_id=email.message_id,
        subject=email.subject,
        sender_name=email.sender.name if email.sender else "",
        sender_email=email.sender.email if email.sender else "",
        reply=email.reply,
        files=tuple(attachment.name for attachment in email.attachments if not attachment.inline),
        language=email.language,
        automatic=email.automatic is not None,
    )


def gather(house: House, email: Email, received: Received, journal: Deciding | None = None) -> Facts:
    """Everything that the decision asks for, from the journal and the rules; the tracker is not asked."""
    policy, journal = house.policy, journal or house.journal
    mailbox = policy.mailbox(received.mailbox)
    passed = passed_on(policy, email, mailbox.name)
    email = passed.as_meant if passed else email
    address = email.sender.email if email.sender else ""
    contact = journal.contact(address) if address else None
    chosen, tried = choose(email, mailbox.name, contact, policy.rules)
    _warn(tried, email.key)
    catalogue = house.catalogues.get(chosen.project or mailbox.project) or house.catalogues.get(mailbox.project)
    choices, settled = settle(chosen, catalogue)
    found = matches(house, journal, email, address, mailbox)
    conversation = new_conversation_id()
    counts, until = Counts(), received.internal_date
    patterns = (*patterns_of(address), *patterns_of(email.return_path or ""))
    standing = journal.standing(address, patterns, until - policy.flood.within, until, policy.flood.mails)
    if address:
        counts = journal.counts(address, email.subject, mailbox.name, house.clock.now(), policy.caps.hours)
    return Facts(
        now=house.clock.now(),
        arrived=received.internal_date,
        mailbox=mailbox,
        place=received.place,
        also_at=received.also_at,
        truncated=received.truncated,
        vouched=received.vouched,
        own_loop=guard.own_loop(email.headers, house.ring.instance),
        redmine_notice=guard.redmine_notice(email.headers),
        passed_on=passed,
        matches=tuple(match for match, _ in found),
        known=tuple(known for _, known in found),
        contact=contact,
        chosen=chosen,
        choices=choices,
        choice_trail=(*tried, *settled),
        counts=counts,
        standing=standing,
        breakers=journal.breakers(),
        new_conversation=conversation,
        page_url=page_url(house, conversation),
        site_open="site" not in house.doors.resting(),
    )


def _warn(tried: tuple[Trace, ...], key: str) -> None:
    """A pattern that takes too long costs every mail a quarter of a second: whoever wrote it shall hear of it."""
    for trace in tried:
        if trace.outcome == STOPPED:
            log.warning("rule “%s” does not count for mail %s: %s took too long", trace.rule, key, trace.evidence)


def page_url(house: House, conversation: str) -> str:
    """Where a conversation's page is or will be; empty where no pages are published."""
    return house.policy.site_url + page_path(house.ring, conversation) if house.policy.site_url else ""
