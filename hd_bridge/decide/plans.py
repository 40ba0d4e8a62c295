"""From a verdict to its plan: the steps, the contact, the events that follow from it. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hd_bridge.contacts import meet
from hd_bridge.decide import agent_mail, answer, follow_ups, words
from hd_bridge.decide.delivery import delivery_steps
from hd_bridge.decide.earlier import links, succeeded
from hd_bridge.decide.facts import Case
from hd_bridge.decide.joining import joining
from hd_bridge.model import Contact, Draft, Match, Trace, Trust, Verdict
from hd_bridge.policy import Choices
from hd_bridge.views_following import US
from hd_bridge.work import (
    AddNote,
    Event,
    FileAway,
    NewConversation,
    OpenTicket,
    Plan,
    PrivateNote,
    PublishPage,
    SendLetter,
    Step,
)


def build(case: Case, verdict: Verdict, why: str, match: Match | None, trail: tuple[Trace, ...]) -> Plan:
    """The plan of a verdict."""
    makers = {Verdict.NEW: _new, Verdict.FOLLOW_UP: _follow_up, Verdict.BOUNCE: _bounce}
    maker = makers.get(verdict, _nothing)
    return maker(case, Plan(mail=case.email.key, verdict=verdict, why=why, match=match, trail=trail))


def _with(plan: Plan, case: Case, *steps: Step, **changes: Any) -> Plan:
    """The plan with its steps, and with the step that every received mail ends in: being filed away."""
    return replace(plan, steps=(*steps, *_filing(case)), **changes)


def _filing(case: Case) -> tuple[Step, ...]:
    box = case.facts.mailbox
    if box.afterwards == "keep":
        return ()
    key = f"{case.email.key}/file-away/1"
    lane = f"mailbox:{box.name}"
    return (FileAway(key=key, lane=lane, mailbox=box.name, place=case.facts.place, how=box.afterwards),)


# What ``status`` counts of the mails that came to nothing, by the rule that ended their road.
_COUNTED = {"blocked sender": "blocked", "flood": "flood"}


def _nothing(case: Case, plan: Plan) -> Plan:
    reason = f"the verdict is {plan.verdict.value}"
    conversation = plan.match.conversation if plan.match else None
    kind = _COUNTED.get(plan.trail[-1].rule if plan.trail else "")
    at, who = case.facts.arrived, case.sender
    events = (Event(source=case.email.key, kind=kind, at=at, new=who),) if kind else ()
    return _with(plan, case, why_not_acknowledged=reason, conversation=conversation, events=events)


def _received(case: Case, conversation: str) -> Event:
    return Event(
        source=case.email.key, kind="received", at=case.facts.arrived, conversation=conversation, new=case.sender
    )


def _met(case: Case) -> Contact | None:
    """The contact after this mail; a machine's mail teaches nothing about people."""
    if case.email.sender is None or case.email.automatic:
        return None
    return meet(
        case.facts.contact,
        case.email.sender,
        language=case.email.language,
        now=case.facts.now,
        free_mail=case.policy.free_mail,
    )


def _new(case: Case, plan: Plan) -> Plan:
    id, key, facts = case.facts.new_conversation, case.email.key, case.facts
    open_key = f"{key}/open/1"
    contact = _met(case)
    reason, breaker = answer.answered(case)
    language = words.language_of(case)
    draft = _draft(case, contact)
    steps: list[Step] = [OpenTicket(key=open_key, lane=id, conversation=id, mail=key, draft=draft)]
    steps += links(case, id, open_key)
    steps += _passed_on(case, id, open_key)
    page = _page(case, id, open_key)
    steps += page
    if not reason:  # it links to the page, which shall be there; where it cannot be made now, it waits for nothing
        after = page[0].key if page and facts.site_open else open_key
        steps.append(_acknowledgement(case, id, after, language))
    begins = NewConversation(
        id=id,
        mailbox=facts.mailbox.name,
        project=draft.project,
        subject=case.email.subject,
        language=language,
        address=case.sender,
    )
    tags = tuple(
        Event(source=f"{key}/{tag}", kind="tags", at=facts.arrived, conversation=id, new=tag)
        for tag in facts.choices.tags
    )
    return _with(
        plan,
        case,
        *steps,
        match=None,
        conversation=id,
        begins=begins,
        succeeds=succeeded(case),
        contact=contact,
        joins=joining(case, None)[1:],
        acknowledge=not reason,
        why_not_acknowledged=reason,
        breaker=breaker,
        events=(_received(case, id), *tags),
        trail=(*plan.trail, *facts.choice_trail),
        choices=_chosen(case),
    )


def _chosen(case: Case) -> Choices:
    """What the configuration as a whole chose: the rules, and the mailbox where they are silent."""
    chosen, box = case.facts.chosen, case.facts.mailbox
    project, tracker = chosen.project or box.project, chosen.tracker or box.tracker
    return replace(chosen, project=project, tracker=tracker, acknowledge=answer.template_of(case))


def _passed_on(case: Case, id: str, after: str) -> tuple[Step, ...]:
    """Who passed a customer's mail on, and what they wrote above it: for agents alone."""
    passed = case.facts.passed_on
    if passed is None:
        return ()
    notes = words.passed_on_note(passed, case.policy.markup)
    key = f"{case.email.key}/private/passed-on"
    return (PrivateNote(key=key, lane=id, conversation=id, after=after, notes=notes),)


def _page(case: Case, id: str, after: str) -> tuple[Step, ...]:
    if not case.policy.site_url:
        return ()
    # By what it follows: a mail that is decided anew may be of another conversation.
    return (PublishPage(key=f"{after}/page", lane=f"{id}/page", conversation=id, after=after),)


def _acknowledgement(case: Case, id: str, after: str, language: str) -> SendLetter:
    return SendLetter(
        key=f"{case.email.key}/ack/1",
        lane=f"{id}/letters",
        conversation=id,
        after=after,
        kind="ack",
        template=answer.template_of(case),
        language=language,
        mailbox=case.facts.mailbox.name,
        to=(case.sender,),
        mail=case.email.key,
    )


def _draft(case: Case, contact: Contact | None) -> Draft:
    facts, choices, names = case.facts, case.facts.choices, case.policy.fields
    due: date | None = None
    if choices.due_in is not None:
        due = (facts.arrived + choices.due_in).astimezone(ZoneInfo(facts.mailbox.timezone)).date()
    mirrored = (
        (names.customer_name, contact.name if contact else ""),
        (names.customer_email, case.sender),
        (names.company, contact.company if contact else ""),
        (names.tags, ", ".join(choices.tags)),
    )
    chosen = dict(choices.fields)
    fields = {name: value for name, value in mirrored if name and value} | chosen
    if not case.email.automatic:
        fields |= dict(follow_ups.mirrored(case.policy, US))
    return Draft(
        project=choices.project or facts.mailbox.project,
        subject=words.ticket_subject(case.email.subject),
        description=words.description(case, contact),
        tracker=choices.tracker or facts.mailbox.tracker,
        category=choices.category,
        priority=choices.priority,
        assignee=choices.assignee,
        due_date=due,
        private=bool(choices.private),
        watchers=choices.watchers,
        fields=tuple(fields.items()),
    )


def _follow_up(case: Case, plan: Plan) -> Plan:
    """A note on the ticket it belongs to. A machine's mail neither reopens it nor teaches anything."""
    assert plan.match is not None, "a follow-up follows something"
    key, id = case.email.key, plan.match.conversation
    known = case.facts.conversation(id)
    if plan.match.by_agent:
        return _agents_answer(case, plan)
    if plan.match.trust is Trust.BEARER:
        return _kept_private(case, plan)
    policy = case.policy
    status = policy.reopen_status if plan.match.closed else policy.follow_ups.on_customer
    after = known.opened_step if known.ticket is None else None
    note_key = f"{key}/note/1"
    note = AddNote(
        key=note_key,
        lane=id,
        conversation=id,
        after=after,
        mail=key,
        notes=words.note(case),
        status=None if case.email.automatic else status,
        closed=plan.match.closed,
    )
    return _with(
        plan,
        case,
        note,
        *_passed_on(case, id, note_key),
        *(() if case.email.automatic else follow_ups.mirror(policy, US, id, key, note_key)),
        *_page(case, id, note_key),
        conversation=id,
        contact=_met(case),
        joins=joining(case, plan.match),
        why_not_acknowledged="only a new ticket is acknowledged",
        events=(_received(case, id),),
    )


def _agents_answer(case: Case, plan: Plan) -> Plan:
    """A note, and what an agent's note leads to. It teaches no contact, and brings nobody in but by its commands."""
    assert plan.match is not None, "it answers on a ticket"
    steps, id = agent_mail.steps_of(case, plan.match), plan.match.conversation
    return _with(plan, case, *steps, conversation=id, why_not_acknowledged="an agent is not acknowledged")


def _kept_private(case: Case, plan: Plan) -> Plan:
    """A bearer's mail: agents read it, nobody else, and nothing follows from it. It teaches no contact: accepted, its
    address will be another one of the ticket's own."""
    assert plan.match is not None, "a bearer's mail is about a ticket"
    id = plan.match.conversation
    known = case.facts.conversation(id)
    note = PrivateNote(
        key=f"{case.email.key}/private/bearer",
        lane=id,
        conversation=id,
        after=known.opened_step if known.ticket is None else None,
        notes=words.bearer_note(case),
    )
    return _with(plan, case, note, conversation=id, why_not_acknowledged="only a new ticket is acknowledged")


def _bounce(case: Case, plan: Plan) -> Plan:
    """A private note on the ticket of the letter that failed; the address is marked, if the letter went to it."""
    bounce = case.email.bounce
    assert bounce is not None, "a bounce has an account of itself"
    how = "permanent" if bounce.permanent else "temporary"
    reason = "a delivery failure is never answered"
    if plan.match is None:
        return _with(plan, case, why_not_acknowledged=reason)
    id = plan.match.conversation
    known = case.facts.conversation(id)
    marks = tuple((address, how) for address in bounce.failed if address in known.participants)
    note = PrivateNote(
        key=f"{case.email.key}/private/bounce",
        lane=id,
        conversation=id,
        after=known.opened_step if known.ticket is None else None,
        notes=words.bounce_note(bounce, case.policy.markup),
    )
    box, key = case.facts.mailbox.name, f"{case.email.key}/bounced"
    told = delivery_steps(case.policy, "bounced", case.facts.arrived, mailbox=box, talk=id, key=key, after=note.after)
    event = Event(source=case.email.key, kind="bounced", at=case.facts.arrived, conversation=id, new=how)
    return _with(plan, case, note, *told, conversation=id, marks=marks, why_not_acknowledged=reason, events=(event,))
