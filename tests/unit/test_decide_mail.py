"""What becomes of a mail: the table of verdicts, and who may be answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hd_bridge.decide.facts import Facts
from hd_bridge.decide.mail import decide_mail
from hd_bridge.model import Address, Bounce, Email, Match, Trust, Verdict
from hd_bridge.policy import Choices, Policy
from hd_bridge.views import Counts, KnownConversation
from hd_bridge.work import AddNote, FileAway, OpenTicket, Plan, PrivateNote, PublishPage, SendLetter
from tests.fakes import START
from tests.homes import POLICY, SUPPORT

JANE = Address(name="Jane", email="jane@acme.example")
EMAIL = Email(
    key="a" * 24,
    message_id="<1@acme.example>",
    date=START,
    sender=JANE,
    to=(Address(email="support@example.com"),),
    subject="Help",
    text="Please help.",
    reply="Please help.",
)
KNOWN = KnownConversation(
    id="c" * 16,
    mailbox="support",
    project="support",
    subject="Help",
    language="en",
    address="jane@acme.example",
    ticket=7,
)
FACTS = Facts(
    now=START, arrived=START, mailbox=SUPPORT, place="1", new_conversation="n" * 16, page_url="https://h/t/n/"
)


def pointing(trust: Trust, **known: Any) -> dict[str, Any]:
    conversation = replace(KNOWN, **known)
    match = Match(
        conversation=KNOWN.id,
        ticket=conversation.ticket,
        matched_by="its Message-ID",
        trust=trust,
        proven=trust in (Trust.VERIFIED, Trust.BEARER),
        closed=conversation.closed,
    )
    return {"matches": (match,), "known": (conversation,)}


def decide(email: Email = EMAIL, policy: Policy = POLICY, **facts: Any) -> Plan:
    return decide_mail(email, replace(FACTS, **facts), policy)


BOUNCE = Bounce(failed=("x@y.example",), permanent=True, original_message_id="<hd.1@example.com>")
MACHINE = {"automatic": "Auto-Submitted: auto-replied"}

VERDICTS: list[tuple[str, dict[str, Any], dict[str, Any], Verdict]] = [
    ("a plain mail is a new request", {}, {}, Verdict.NEW),
    ("a participant's answer is a follow-up", {}, pointing(Trust.PARTICIPANT), Verdict.FOLLOW_UP),
    ("a proven participant's answer is a follow-up", {}, pointing(Trust.VERIFIED), Verdict.FOLLOW_UP),
    ("a bearer's answer is added privately", {}, pointing(Trust.BEARER), Verdict.FOLLOW_UP),
    ("a bearer's answer that a person vouches for is a follow-up", {}, {**pointing(Trust.BEARER), "vouched": True},
     Verdict.FOLLOW_UP),
    ("a stranger who points at a ticket opens one of their own", {}, pointing(Trust.STRANGER), Verdict.NEW),
    ("a machine that answers nothing is ignored", MACHINE, {}, Verdict.IGNORE),
    ("a machine that answers as a participant is added", MACHINE, pointing(Trust.VERIFIED), Verdict.FOLLOW_UP),
    ("a machine with a bearer's proof is ignored", MACHINE, pointing(Trust.BEARER), Verdict.IGNORE),
    ("a list's mail can be a request", {"unanswerable": "List-Id: x"}, {}, Verdict.NEW),
    ("our own letter is ignored", {}, {"own_loop": "X-HD-Bridge-Loop"}, Verdict.IGNORE),
    ("our own letter that points is ignored", {}, {"own_loop": "X", **pointing(Trust.VERIFIED)}, Verdict.IGNORE),
    ("the tracker's notice is ignored", {}, {"redmine_notice": "X-Redmine-Host"}, Verdict.IGNORE),
    ("a bounce of nothing we know stays a bounce", {"bounce": BOUNCE}, {}, Verdict.BOUNCE),
    ("a bounce of our letter is a bounce", {"bounce": BOUNCE}, pointing(Trust.BEARER), Verdict.BOUNCE),
    ("a mail that came twice is ignored", {}, {"also_at": "sales"}, Verdict.IGNORE),
    ("a mailbox may want its own ticket", {}, {"also_at": "sales", "mailbox": replace(SUPPORT, own_ticket=True)},
     Verdict.NEW),
    ("a mail over the cap is held", {}, {"truncated": True}, Verdict.HOLD),
    ("an unreadable mail is held", {"defects": ("unreadable: no header at all",)}, {}, Verdict.HOLD),
    ("an unreadable mail that a person vouches for is taken", {"defects": ("over the cap: 201 parts",)},
     {"vouched": True}, Verdict.NEW),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "changes", "facts", "verdict"), VERDICTS, ids=[row[0] for row in VERDICTS])
def test_verdicts(sentence: str, changes: dict[str, Any], facts: dict[str, Any], verdict: Verdict) -> None:
    plan = decide(replace(EMAIL, **changes), **facts)
    assert plan.verdict is verdict, sentence
    assert plan.why and plan.trail[-1].outcome == verdict.value


NOREPLY = Address(email="noreply@acme.example")
NOT_ANSWERED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("a list", {"unanswerable": "List-Id: x"}, {}, "list"),
    ("an empty return path", {"return_path": ""}, {}, "return path"),
    ("no sender", {"sender": None}, {}, "no sender"),
    ("one of us", {"sender": Address(email="support@example.com")}, {}, "one of us"),
    ("noreply", {"sender": NOREPLY}, {}, "nobody reads"),
    ("a blind copy", {"to": (Address(email="list@other.example"),)}, {}, "neither in To"),
    ("an old mail", {}, {"arrived": START - timedelta(hours=25)}, "too long ago"),
    ("the same subject again", {}, {"counts": Counts(same_subject=2)}, "same subject"),
    ("a flood of one sender", {}, {"counts": Counts(sender=10)}, "10 automatic"),
    ("a flood of one mailbox", {}, {"counts": Counts(mailbox=200)}, "mailbox"),
    ("a flood of all", {}, {"counts": Counts(total=500)}, "500"),
    ("a rule against it", {}, {"choices": Choices(acknowledge="")}, "ask for no"),
]


@pytest.mark.parametrize(("who", "changes", "facts", "reason"), NOT_ANSWERED, ids=[row[0] for row in NOT_ANSWERED])
def test_these_get_a_ticket_but_no_acknowledgement(
    who: str, changes: dict[str, Any], facts: dict[str, Any], reason: str
) -> None:
    plan = decide(replace(EMAIL, **changes), **facts)
    assert plan.verdict is Verdict.NEW and not plan.acknowledge, who
    assert reason in plan.why_not_acknowledged
    assert not any(isinstance(step, SendLetter) for step in plan.steps)


def test_a_new_request_opens_a_ticket_then_a_page_and_an_acknowledgement() -> None:
    plan = decide()
    opening, page, letter = plan.steps
    assert isinstance(opening, OpenTicket) and isinstance(page, PublishPage) and isinstance(letter, SendLetter)
    assert page.after == opening.key and letter.after == page.key, "it links to the page"
    assert letter.to == ("jane@acme.example",) and letter.template == "ack"
    assert "https://h/t/n/" in opening.draft.description
    assert plan.begins is not None and plan.begins.id == opening.conversation


def test_an_acknowledgement_does_not_wait_for_a_page_where_none_can_be_made_now() -> None:
    opening, _, letter = decide(site_open=False).steps
    assert letter.after == opening.key


def test_the_same_mail_gives_the_same_step_keys() -> None:
    assert [step.key for step in decide().steps] == [step.key for step in decide().steps]


def test_a_rule_chooses_the_acknowledgement() -> None:
    letter = decide(choices=Choices(acknowledge="ack-urgent")).steps[-1]
    assert isinstance(letter, SendLetter) and letter.template == "ack-urgent"


def test_a_follow_up_to_a_closed_ticket_reopens_it() -> None:
    note = decide(**pointing(Trust.VERIFIED, closed=True)).steps[0]
    assert isinstance(note, AddNote) and note.status == "In Progress"


def test_a_machine_never_reopens_a_ticket() -> None:
    note = decide(replace(EMAIL, automatic="Precedence: bulk"), **pointing(Trust.VERIFIED, closed=True)).steps[0]
    assert isinstance(note, AddNote) and note.status is None


def test_a_follow_up_waits_for_a_ticket_that_is_still_being_opened() -> None:
    note = decide(**pointing(Trust.VERIFIED, ticket=None, opened_step="x/open/c")).steps[0]
    assert note.after == "x/open/c"


HOLDS = replace(POLICY, bearer="hold")


def test_where_bearers_wait_for_a_person_a_released_one_joins_the_ticket() -> None:
    assert decide(policy=HOLDS, **pointing(Trust.BEARER)).verdict is Verdict.HOLD
    plan = decide(policy=HOLDS, vouched=True, **pointing(Trust.BEARER))
    assert plan.joins == ("jane@acme.example",) and isinstance(plan.steps[0], AddNote)


def test_a_bearer_who_is_released_for_another_reason_is_still_private_and_joins_nothing() -> None:
    plan = decide(vouched=True, **pointing(Trust.BEARER, closed=True))
    assert [type(step) for step in plan.steps] == [PrivateNote]
    assert (plan.joins, plan.contact, plan.events) == ((), None, ())


def test_a_stranger_leaves_a_private_note_that_names_the_other_ticket() -> None:
    notes = [step for step in decide(**pointing(Trust.STRANGER)).steps if isinstance(step, PrivateNote)]
    assert len(notes) == 1 and "#7" in notes[0].notes


def test_a_bounce_of_our_letter_marks_the_address_and_tells_the_agents() -> None:
    wrote_to = frozenset({"x@y.example"})
    plan = decide(replace(EMAIL, bounce=BOUNCE), **pointing(Trust.BEARER, participants=wrote_to))
    assert plan.marks == (("x@y.example", "permanent"),)
    assert isinstance(plan.steps[0], PrivateNote) and plan.steps[0].conversation == KNOWN.id


def test_a_bounce_of_nothing_we_know_marks_nobody() -> None:
    plan = decide(replace(EMAIL, bounce=BOUNCE))
    assert plan.marks == () and plan.steps == ()


def test_every_verdict_files_the_mail_away_where_that_is_wanted() -> None:
    box = replace(SUPPORT, afterwards="move:Done")
    for facts in ({}, {"own_loop": "x"}, {"truncated": True}, pointing(Trust.VERIFIED)):
        last = decide(mailbox=box, **facts).steps[-1]
        assert isinstance(last, FileAway) and last.how == "move:Done"


def test_a_trusted_match_wins_over_an_untrusted_one_before_it() -> None:
    other = replace(KNOWN, id="d" * 16, ticket=8)
    first = Match(conversation=other.id, ticket=8, matched_by="x", trust=Trust.BEARER, proven=True)
    second = Match(conversation=KNOWN.id, ticket=7, matched_by="y", trust=Trust.PARTICIPANT)
    plan = decide(matches=(first, second), known=(other, KNOWN))
    assert plan.verdict is Verdict.FOLLOW_UP and plan.conversation == KNOWN.id
