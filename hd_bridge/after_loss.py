"""A lost or restored journal, or a restored tracker, is put together again; no letter is sent for any of it. Pure.

The tracker's originals say which mail lies on which ticket, the mailboxes hold every mail: from the two the journal is
made whole. It may be killed anywhere and run again: a mark in the journal keeps the doors out shut until it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hd_bridge import consider, restores
from hd_bridge.decide.facts import Facts
from hd_bridge.decide.mail import decide_mail
from hd_bridge.decide.passed_on import as_meant
from hd_bridge.house import House
from hd_bridge.mail.key import key_of_original, receipt_key
from hd_bridge.mail.tokens import KeyRing, page_path
from hd_bridge.matching import by_agent
from hd_bridge.model import Email, Match, Ticket, Trace, Trust, Verdict
from hd_bridge.receive import batches
from hd_bridge.views import DatedMail, DoorState
from hd_bridge.watch import NOTES_SINCE
from hd_bridge.work import AddNote, Effects, Event, OpenTicket, Plan, PublishPage, ReadNote, Received, State

WHY = "after-loss"
BEGINNING = datetime.min.replace(tzinfo=UTC)
GROUP = 50
NOT_TOLD = (Trace(rule="first start", outcome="nothing tells"),)
OLD = "It was there before the first start."
UNKNOWN = "The journal was lost, and no ticket tells whether it came before the first start of hd-bridge."

Progress = Callable[[str, int], None]


@dataclass(slots=True, kw_only=True)
class Repair:
    """What was found and done; the summary of the command."""

    originals: int = 0
    read_again: int = 0
    decided: int = 0
    found: int = 0
    due_again: int = 0
    letters_dropped: int = 0
    pages: int = 0
    unknown: int = 0


@dataclass(slots=True, kw_only=True)
class _Work:
    house: House
    before: House  # with the epoch of the tokens that are out there
    later: House  # with the next one
    starts: Mapping[str, datetime | None]
    tell: Progress
    done: Repair = field(default_factory=Repair)
    lies: dict[str, Ticket] = field(default_factory=dict)  # key -> the ticket with its original
    openers: set[str] = field(default_factory=set)


def repair(
    house: House,
    raise_epoch: Callable[[int], KeyRing],
    starts: Mapping[str, datetime | None],
    tell: Progress = lambda what, done: None,
) -> Repair:
    """All of it, with the daemon stopped. ``starts`` says of each mailbox from when its mail was to be taken (``None``:
    from the first start on). Raises Closed where a door in is shut: then nothing is opened, and it is run again."""
    epoch = int(house.journal.meta(restores.UNFINISHED_REPAIR) or house.ring.epoch)
    house.journal.set_meta(restores.UNFINISHED_REPAIR, str(epoch))
    house.journal.recover(house.clock.now(), alone=True)
    new = restores.next_epoch(house) if house.ring.epoch == epoch else house.ring.epoch
    before, later = (replace(house, ring=replace(house.ring, epoch=which)) for which in (epoch, new))
    work = _Work(house=house, before=before, later=later, starts=starts, tell=tell)
    _page(work)
    _read_again(work)
    _due_again(work)
    _tick_off(work)
    _decide(work)
    _tick_off(work)
    work.done.letters_dropped = house.journal.quieten(WHY, house.clock.now())
    if house.ring.epoch == epoch:
        _take_back_pages(work)
        house.ring = raise_epoch(new)
    _publish(work)
    _finish(work)
    return work.done


def _page(work: _Work) -> None:
    """Key -> ticket. Of the originals on a ticket the first to come opened it."""
    for page in work.house.tracker.originals():
        for ticket in page:
            files = sorted(ticket.files, key=lambda file: file.id)
            keys = [key for file in files if (key := key_of_original(file.name))]
            bare = replace(ticket, description="", files=())
            work.lies.update((key, bare) for key in keys if key not in work.lies)
            work.openers.update(keys[:1])
        work.done.originals = len(work.lies)
        work.tell("originals in the tracker", len(work.lies))


def _read_again(work: _Work) -> None:
    """Every mail of every mailbox, as if none had ever been read: what is known by its key is not kept twice. A journal
    that was lost has begun anew, and taken all that lay there for old."""
    house = work.house
    for name, box in house.boxes.items():
        mailbox = house.policy.mailbox(name)
        cursor, _ = box.begin(BEGINNING)
        house.journal.begin(name, cursor, ())
        for batch in batches(box.since(cursor, lambda places: set())):
            receipts = house.journal.receive(name, mailbox.address, batch, house.clock.now())
            work.done.read_again += sum(receipt.new for receipt in receipts)
            work.tell(f"mails in {name}", work.done.read_again)


def _tick_off(work: _Work) -> None:
    """Openings and notes on their way (or held) whose mail lies in the tracker: they are done."""
    for step in work.house.journal.tracker_steps():
        ticket = work.lies.get(step.mail or "")
        if ticket is None or step.state == State.DONE or step.kind not in (OpenTicket.__name__, AddNote.__name__):
            continue
        _is_done(work, step.key, step.conversation, ticket, opened=step.kind == OpenTicket.__name__)


def _is_done(work: _Work, key: str, conversation: str | None, ticket: Ticket, *, opened: bool) -> None:
    kind, at = ("opened", ticket.created_on) if opened else ("noted", ticket.updated_on)
    event = Event(source=key, kind=kind, at=at, conversation=conversation, new=str(ticket.number))
    effects = Effects(ticket=ticket if opened else None, events=(event,), note=f"found on #{ticket.number} ({WHY})")
    work.house.journal.finish(key, work.house.clock.now(), effects)
    work.done.found += 1
    work.tell("found in the tracker", work.done.found)


def _due_again(work: _Work) -> None:
    """Steps that were done and are gone with the tracker's last hours.

    A ticket that an agent has deleted must not come back: only those after the last of ours that is still there do,
    and of notes only those that were written after the last thing of ours that is still there.
    """
    done = [step for step in work.house.journal.tracker_steps() if step.state == State.DONE]
    openings = [step for step in done if step.kind == OpenTicket.__name__ and step.ticket is not None]
    there = [step for step in openings if (lies := work.lies.get(step.mail or "")) and lies.number == step.ticket]
    last = max((step.ticket or 0 for step in there), default=0)
    gone = {step.conversation for step in openings if (step.mail or "") not in work.lies}
    lost = {step.key: True for step in openings if step.conversation in gone and (step.ticket or 0) > last}
    unopened = {step.conversation for step in openings if step.key in lost}
    kept = [step.ended_at for step in done if (step.mail or "") in work.lies and step.ended_at]
    until = max(kept) - work.house.rest if kept else BEGINNING
    for step in done:
        after = step.conversation in unopened or (
            step.conversation not in gone and step.ended_at is not None and step.ended_at > until
        )
        if step.kind != OpenTicket.__name__ and after and (step.mail or "") not in work.lies:
            lost[step.key] = False
    work.house.journal.do_again(lost, f"it was not in the tracker any more ({WHY})")
    work.done.due_again = len(lost)
    work.tell("due again", len(lost))


def _decide(work: _Work) -> None:
    """First what lies in the tracker, openings before notes: it belongs where it lies. Then the rest, by date."""
    journal = work.house.journal
    mails = journal.dated_mails()
    first = _first_of_each(work, mails)
    waiting = [mail for mail in mails if mail.verdict is None]
    for mail in sorted(waiting, key=lambda mail: (mail.key not in work.lies, mail.key not in work.openers)):
        if mail.key in work.lies:
            _decide_one(work, mail, first)
    rest = [mail for mail in waiting if mail.key not in work.lies]
    for start in range(0, len(rest), GROUP):
        group = {mail.key: mail for mail in rest[start : start + GROUP]}
        received = [found for key in group if (found := journal.received(key))]
        for email, _ in consider.in_order([(consider.read(work.house, one), one) for one in received]):
            _decide_one(work, group[email.key], first)


def _first_of_each(work: _Work, mails: tuple[DatedMail, ...]) -> dict[str, datetime]:
    """From when each mailbox was taken: what is older was there before the first start, and stays as it was."""
    first = {name: start for name, start in work.starts.items() if start is not None}
    for mail in mails:
        if mail.verdict in (Verdict.NEW, Verdict.FOLLOW_UP) or mail.key in work.lies:
            first.setdefault(mail.mailbox, mail.internal_date)
    return first


def _decide_one(work: _Work, mail: DatedMail, first: Mapping[str, datetime]) -> None:
    if (received := work.house.journal.received(mail.key)) is None:
        return
    email = consider.read(work.house, received)
    old = None if mail.key in work.lies else _from_before(mail, first)
    if received.mailbox not in work.house.boxes:
        plan = consider.decide(work.house, email, received)
    else:
        plan = old or decide_mail(email, _facts(work, email, received), work.house.policy)
    if mail.key in work.lies:  # an agent's answer by mail has gone out, as far as anybody knows
        plan = replace(plan, steps=tuple(step for step in plan.steps if not isinstance(step, ReadNote)))
    meant = as_meant(work.house.policy, email, received.mailbox)
    work.house.journal.commit(plan, consider.outline(meant), work.house.clock.now())
    if mail.key in work.lies:
        _adopt(work, mail.key, plan)
    work.done.decided += 1
    work.tell("decided again", work.done.decided)


def _from_before(mail: DatedMail, first: Mapping[str, datetime]) -> Plan | None:
    """What was there before the first start stays as it was; where nothing tells when that was, a person must say."""
    if (before := first.get(mail.mailbox)) is None:
        return Plan(mail=mail.key, verdict=Verdict.HOLD, why=UNKNOWN, trail=NOT_TOLD)
    return Plan(mail=mail.key, verdict=Verdict.IGNORE, why=OLD) if mail.internal_date < before else None


def _adopt(work: _Work, key: str, plan: Plan) -> None:
    """The conversation has its ticket at once: notes on it are decided next."""
    for step in plan.steps:
        if isinstance(step, OpenTicket):
            _is_done(work, step.key, step.conversation, work.lies[key], opened=True)


def _facts(work: _Work, email: Email, received: Received) -> Facts:
    facts = consider.gather(work.before, email, received)
    facts = replace(facts, page_url=consider.page_url(work.later, facts.new_conversation))
    ticket = work.lies.get(email.key)
    if ticket is None:
        others = [box.name for box in work.house.policy.mailboxes if box.name != received.mailbox]
        twin = next((name for name in others if _key_at(work, name, received) in work.lies), None)
        return replace(facts, also_at=twin or facts.also_at)
    known = work.house.journal.conversation_by_ticket(ticket.number)
    if known is None:
        return replace(facts, also_at=None, vouched=True, matches=(), known=())
    sender = as_meant(work.house.policy, email, received.mailbox).sender
    ours = by_agent(work.house.policy, known, sender.email if sender else "")
    match = Match(
        conversation=known.id,
        ticket=ticket.number,
        matched_by="its original, which lies on that ticket",
        trust=Trust.VERIFIED if ours else Trust.PARTICIPANT,
        by_agent=ours,
        closed=known.closed,
        closed_at=known.closed_at,
    )
    return replace(facts, also_at=None, vouched=True, matches=(match,), known=(known,))


def _key_at(work: _Work, mailbox: str, received: Received) -> str:
    """The key that the same mail would have in another mailbox of ours."""
    return receipt_key(work.house.policy.mailbox(mailbox).address, received.raw)[0]


def _take_back_pages(work: _Work) -> None:
    if work.house.policy.site_url:
        for talk in work.house.journal.talks():
            work.house.publisher.remove(page_path(work.house.ring, talk.id) + "index.html")


def _publish(work: _Work) -> None:
    """Every page once more, under its new path, as soon as its ticket is there."""
    house = work.house
    if not house.policy.site_url:
        return
    pages = [
        PublishPage(
            key=f"{WHY}-{house.ring.epoch}/page/{talk.id}",
            lane=f"{talk.id}/page",
            conversation=talk.id,
            after=talk.opened_step if talk.ticket is None else None,
        )
        for talk in house.journal.talks()
    ]
    for start in range(0, len(pages), GROUP):
        house.journal.add(pages[start : start + GROUP])
        work.tell("pages", min(start + GROUP, len(pages)))
    work.done.pages = len(pages)


def _take_notes_as_answered(work: _Work) -> None:
    """Which notes have gone out is not known any more: those that are there now never do by themselves."""
    changed = work.house.tracker.changed(None)
    newest = max((ticket.updated_on for ticket in changed.tickets), default=None)
    moments = [moment for moment in (newest, changed.server_time) if moment]
    if moments:
        work.house.journal.set_meta(NOTES_SINCE, max(moments).isoformat())


def _finish(work: _Work) -> None:
    """From here on the daemon may go on. Mails that lie in the tracker and in no mailbox any more are let be."""
    journal = work.house.journal
    known = {mail.key for mail in journal.dated_mails()}
    unknown = [ticket.number for key, ticket in work.lies.items() if key not in known]
    work.done.unknown = len(unknown)
    _take_notes_as_answered(work)
    journal.set_meta(restores.ACCEPTED, str(max(unknown, default=0)))
    restores.note_end(work.house, journal.sequence())
    journal.set_meta(restores.LOSS, "")
    journal.set_meta(restores.UNFINISHED_REPAIR, "")
    for state in journal.doors():
        if state.name in restores.DOORS_OUT and restores.MEND in state.why:
            journal.door(DoorState(name=state.name, open=True, since=work.house.clock.now()))
