"""Steps that write into the tracker: opening, notes, fields; in doubt they ask before they repeat. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from hd_bridge.calls import STALE
from hd_bridge.errors import NotNow, Refused
from hd_bridge.house import House
from hd_bridge.model import Change, Draft, Opened, Ticket
from hd_bridge.perform import privacy, uploads
from hd_bridge.perform.living import living
from hd_bridge.work import AddNote, Claim, Effects, Event, OpenTicket, PrivateNote, Relate, SetFields, SetStatus, Step

INSTEAD = "instead"  # memo: the ticket that lives on, and how it stands; empty where it is the mail's own


def _still_resting(house: House, claim: Claim) -> None:
    """The far side has not got it; but an unanswered call may be running there until the rest is over."""
    if claim.rest_until is not None and house.clock.now() < claim.rest_until:
        raise NotNow(
            "the far side has not got it yet, and the call may still be running there",
            after=claim.rest_until - house.clock.now(),
        )


@contextmanager
def _calling(house: House, claim: Claim) -> Iterator[None]:
    """The word that a call is made, and a place among those that may be made at a time. The wait for it must not count
    against the rest: the call might still run when that is over."""

    def announce() -> None:
        now = house.clock.now()
        house.journal.doing(claim.step.key, claim.worker, now, now + house.rest + STALE)

    with house.calls.announced(announce):
        yield


def _number(claim: Claim) -> int:
    if claim.ticket is None:
        raise Refused("its ticket has no number yet", missing=True)
    return claim.ticket


def open_ticket(house: House, claim: Claim) -> Effects:
    """Open a ticket exactly once (redmine.md, algorithm B). Two requests, and one for each file."""
    step = claim.step
    assert isinstance(step, OpenTicket)
    if claim.in_doubt:
        found = _found(house, step.mail)
        if found:
            return _opened(house, claim, Opened(ticket=found))
        _still_resting(house, claim)
    lot = uploads.lay_in(house, claim, step.mail)
    draft = _noted(step.draft, lot, house.policy.markup)
    try:
        with _calling(house, claim):
            opened = house.tracker.create(draft, lot.uploads)
    except Refused as refused:
        opened = _second_try(house, claim, draft, lot, refused)
    return _opened(house, claim, opened)


def _noted(draft: Draft, lot: uploads.Lot, markup: str) -> Draft:
    if not lot.missing:
        return draft
    return replace(draft, description=f"{draft.description}\n\n{uploads.missing_note(lot, markup)}")


def _found(house: House, mail: str) -> Ticket | None:
    for name in uploads.original_names(mail):
        number = house.tracker.find_upload(name)
        if number is not None:
            return house.tracker.ticket(number)
    return None


def _second_try(house: House, claim: Claim, draft: Draft, lot: uploads.Lot, refused: Refused) -> Opened:
    """A clean refusal: perhaps the ticket is there already, perhaps an upload was pruned, perhaps one value is not
    allowed. The last is tried once more with the project's defaults (same single-use tokens)."""
    step = claim.step
    assert isinstance(step, OpenTicket)
    found = _found(house, step.mail)
    if found:
        return Opened(ticket=found)
    if not all(house.tracker.token_alive(upload.token) for upload in lot.uploads):
        uploads.forget(house, claim)
        raise NotNow("the tracker has pruned a file that was laid in earlier; it is laid in again")
    plain = Draft(project=draft.project, subject=draft.subject, description=draft.description, private=draft.private)
    if plain == draft:
        raise refused
    with _calling(house, claim):
        opened = house.tracker.create(plain, lot.uploads)
    said = "; ".join(refused.words) or refused.why
    return replace(opened, unknown=(*opened.unknown, f"the tracker refused the chosen values ({said}): defaults used"))


def _opened(house: House, claim: Claim, opened: Opened) -> Effects:
    step, ticket = claim.step, opened.ticket
    follow: list[Step] = []
    if opened.unsettled:
        key = f"{step.key}/fields"
        follow.append(SetFields(key=key, lane=step.lane, conversation=step.conversation, fields=opened.unsettled))
    events = [_event(claim, "opened", ticket.created_on, str(ticket.number))]
    for kind, value in (("status", ticket.status), ("category", ticket.category), ("assignee", ticket.assignee)):
        if value:
            events.append(_event(claim, kind, ticket.created_on, value))
    events += [_event(claim, "gap", ticket.created_on, said, str(i)) for i, said in enumerate(opened.unknown)]
    note = f"ticket #{ticket.number}" + (f"; {'; '.join(opened.unknown)}" if opened.unknown else "")
    return Effects(ticket=ticket, events=tuple(events), steps=tuple(follow), note=note)


def _event(claim: Claim, kind: str, at: datetime, new: str, part: str = "") -> Event:
    source = f"{claim.step.key}/{part}" if part else claim.step.key
    return Event(source=source, kind=kind, at=at, conversation=claim.step.conversation, new=new)


def add_note(house: House, claim: Claim) -> Effects:
    """Add a mail as a public note exactly once; its original proves it. Two requests, three if a status is set, and one
    more where its ticket was closed: another may live on for it."""
    step, number = claim.step, _number(claim)
    assert isinstance(step, AddNote)
    if step.closed:
        number, step = _where_it_lives(house, claim, step)
    if claim.in_doubt:
        ticket = _existing(house, number)
        if _carries(ticket, step.mail):
            return _noted_effects(house, claim, step, number, ticket)
        _still_resting(house, claim)
    lot = uploads.lay_in(house, claim, step.mail)
    notes = step.notes
    if lot.missing:
        notes = f"{notes}\n\n{uploads.missing_note(lot, house.policy.markup)}"
    try:
        with _calling(house, claim):
            house.tracker.change(number, Change(notes=notes, status=step.status, uploads=lot.uploads))
    except Refused as refused:
        if refused.missing:
            raise
        ticket = _existing(house, number)
        if not _carries(ticket, step.mail):
            if not all(house.tracker.token_alive(upload.token) for upload in lot.uploads):
                uploads.forget(house, claim)
                raise NotNow("the tracker has pruned a file that was laid in earlier; it is laid in again") from refused
            raise
    return _noted_effects(house, claim, step, number, house.tracker.ticket(number) if step.status else None)


def _where_it_lives(house: House, claim: Claim, step: AddNote) -> tuple[int, AddNote]:
    """The ticket that a mail to a closed one goes onto, and the step as it is done there. Found once and kept: in
    doubt the same ticket is asked."""
    told = claim.memo.get(INSTEAD)
    if told is None:
        found = living(house, _existing(house, _number(claim)))
        told = (
            "" if found.instead_of is None else f"{found.ticket.number} {'closed' if found.ticket.closed else 'open'}"
        )
        house.journal.remember(step.key, {INSTEAD: told}, worker=claim.worker)
    if not told:
        return _number(claim), step
    number, _, state = told.partition(" ")
    said = f"This mail came to #{claim.ticket}, which duplicates this ticket."
    status = step.status if state == "closed" else None
    return int(number), replace(step, notes=f"{said}\n\n{step.notes}", status=status)


def _existing(house: House, number: int) -> Ticket:
    ticket = house.tracker.ticket(number)
    if ticket is None:
        raise Refused(f"ticket #{number} is not in the tracker any more", missing=True)
    return ticket


def _carries(ticket: Ticket, mail: str) -> bool:
    return any(file.name in uploads.original_names(mail) for file in ticket.files)


def _noted_effects(house: House, claim: Claim, step: AddNote, number: int, read: Ticket | None) -> Effects:
    at = read.updated_on if read else house.clock.now()
    events = [_event(claim, "noted", at, str(number))]
    note = f"note on #{number}"
    if step.status and read and read.status != step.status:
        why = _not_set(step.status)
        events.append(_event(claim, "gap", at, why, "status"))
        note = f"{note}; {why}"
    return Effects(events=tuple(events), note=note)


def _not_set(status: str) -> str:
    return f"the tracker did not set the status “{status}” (no such transition for the bridge's role?)"


def private_note(house: House, claim: Claim) -> Effects:
    """Tell the agents something, exactly once; its last line is its key."""
    step, number = claim.step, _number(claim)
    assert isinstance(step, PrivateNote)
    mark = f"[hd:{step.key}]"
    if claim.in_doubt:
        if not privacy.own_notes(_existing(house, number), mark):
            _still_resting(house, claim)
            _write_private(house, claim, mark)
    else:
        _write_private(house, claim, mark)
    if not privacy.proved(house):
        privacy.prove(house, number, mark)
    return Effects(note=f"private note on #{number}")


def _write_private(house: House, claim: Claim, mark: str) -> None:
    assert isinstance(claim.step, PrivateNote)
    privacy.guard(house)
    with _calling(house, claim):
        house.tracker.change(_number(claim), Change(notes=f"{_worded(house, claim.step)}\n\n{mark}", private=True))


def _worded(house: House, step: PrivateNote) -> str:
    if step.names is None:
        return step.notes
    known = house.journal.conversation(step.names)
    return step.notes.replace("{ticket}", f"#{known.ticket}" if known and known.ticket else "a ticket")


def set_fields(house: House, claim: Claim) -> Effects:
    """Complete fields whose ids were not known at first; what somebody has set meanwhile is left alone."""
    step, number = claim.step, _number(claim)
    assert isinstance(step, SetFields)
    fields = step.fields
    if claim.in_doubt:
        there = dict(_existing(house, number).fields)
        fields = tuple((name, value) for name, value in fields if _may_set(step, there.get(name, ""), value))
    if fields:
        with _calling(house, claim):
            house.tracker.change(number, Change(fields=fields))
    return Effects(note=f"fields of #{number} completed")


def _may_set(step: SetFields, there: str, value: str) -> bool:
    return there != value if step.over else not there


def set_status(house: House, claim: Claim) -> Effects:
    """Set a ticket's status; what somebody has set meanwhile is left alone, so that it may be repeated."""
    step, number = claim.step, _number(claim)
    assert isinstance(step, SetStatus)
    before = _existing(house, number)
    if before.status == step.status:
        return Effects(note=f"#{number} is “{step.status}” already")
    if step.unless_not is not None and before.status != step.unless_not:
        return Effects(note=f"#{number} was set to “{before.status}” meanwhile, and stays so")
    with _calling(house, claim):
        house.tracker.change(number, Change(status=step.status))
    return _status_effects(claim, step, _existing(house, number))


def relate(house: House, claim: Claim) -> Effects:
    """Say how a ticket stands to another one; harmless to repeat."""
    step, number = claim.step, _number(claim)
    assert isinstance(step, Relate)
    with _calling(house, claim):
        house.tracker.relate(number, step.other, step.kind)
    return Effects(note=f"#{number} {step.kind} #{step.other}")


def _status_effects(claim: Claim, step: SetStatus, read: Ticket) -> Effects:
    if read.status == step.status:
        return Effects(note=f"#{read.number} is now “{step.status}”")
    why = _not_set(step.status)
    return Effects(events=(_event(claim, "gap", read.updated_on, why, "status"),), note=why)
