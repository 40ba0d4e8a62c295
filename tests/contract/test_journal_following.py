"""Open tickets come in pieces, those out of sight are remembered, and so are the issues that tickets wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Detail, Match, Note, Trust, Verdict
from hd_bridge.relations import Relation
from hd_bridge.views_following import Issue
from tests.contract.journal_cases import (
    NOW,
    begin_talk,
    finish,
    letter_to,
    mail,
    opening,
    outline,
    plan,
    private,
    ticket,
)

HOUR = timedelta(hours=1)


def three(journal: SqlJournal) -> None:
    """Tickets 7, 8 and 9 of ours, 9 closed."""
    for number in (7, 8, 9):
        talk = f"talk{number}"
        begin_talk(journal, number, talk, steps=[opening(f"{number}/open", talk, conversation=talk)])
        finish(journal, f"{number}/open", ticket=ticket(number))
    journal.see(replace(ticket(9), status="Closed", closed=True), (), (), NOW)


def relate(journal: SqlJournal, number: int, *others: int, since: datetime | None = None) -> None:
    detail = [Detail(kind="relation", name="relates", new=str(other)) for other in others]
    note = Note(id=number * 10, user_id=3, user="Agent", created_on=since or NOW, details=tuple(detail))
    relations = tuple(Relation(kind="relates", other=other) for other in others)
    journal.see(ticket(number, relations=relations, notes=(note,) if since else ()), (), (), NOW)


def issue(closed_on: datetime | None = None, number: int = 55) -> Issue:
    return Issue(number=number, project="product", subject="Crash", closed=bool(closed_on), closed_on=closed_on)


def test_open_tickets_of_ours_come_in_pieces_in_order(journal: SqlJournal) -> None:
    three(journal)
    journal.see(ticket(12), (), (), NOW)  # nobody's
    assert [one.number for one in journal.standing_open(0, 1)] == [7]
    assert [one.number for one in journal.standing_open(7, 5)] == [8]
    assert journal.count_open() == 2
    assert journal.standing_open(0, 5)[0].updated_on == ticket().updated_on


def test_those_that_were_active_lately_are_told_apart(journal: SqlJournal) -> None:
    three(journal)
    journal.see(ticket(8, updated_on=NOW), (), (), NOW)
    assert [one.number for one in journal.standing_open(0, 5, NOW - timedelta(minutes=1))] == [8]
    assert journal.count_open(NOW - timedelta(minutes=1)) == 1


def test_a_ticket_is_out_of_sight_until_it_is_read_again(journal: SqlJournal) -> None:
    three(journal)
    journal.lose_sight([7, 8], NOW)
    journal.lose_sight([7], NOW + HOUR)
    assert [(one.number, one.since) for one in journal.unseen()] == [(7, NOW), (8, NOW)]
    journal.see(ticket(7), (), (), NOW)
    assert [one.number for one in journal.unseen()] == [8]
    assert [one.number for one in journal.standing_open(0, 5)] == [7, 8], "it may come back"


def test_relations_are_as_they_were_last_read(journal: SqlJournal) -> None:
    three(journal)
    relate(journal, 7, 55, 8)
    assert journal.standing_open(0, 1)[0].related == {55, 8}
    assert journal.awaited() == (55,), "8 is a customer's ticket itself"
    assert journal.awaited_among([55, 56, 8]) == {55}
    relate(journal, 7)
    assert (journal.awaited(), journal.standing_open(0, 1)[0].related) == ((), frozenset())


def test_only_issues_that_are_not_known_to_be_closed_are_asked_for(journal: SqlJournal) -> None:
    three(journal)
    relate(journal, 7, 55, 56)
    journal.hear(issue(NOW), (), NOW)
    journal.hear(issue(number=56), (), NOW)
    assert journal.awaited() == (56,)
    assert journal.awaited(NOW - HOUR) == (55,)
    assert journal.awaited(NOW + HOUR) == ()
    assert journal.awaited_among([55, 56]) == {55, 56}


def test_a_closed_issue_that_gains_a_ticket_is_looked_at_again(journal: SqlJournal) -> None:
    three(journal)
    relate(journal, 7, 55)
    journal.hear(issue(NOW), (), NOW)
    relate(journal, 8, 55, since=NOW - HOUR)
    assert journal.awaited() == (55,)
    waiters = journal.waiters(55)
    assert [one.conversation.ticket for one in waiters] == [7, 8]
    assert waiters[1].since == NOW - HOUR


def test_the_issue_that_was_closed_last_is_the_one_to_tell_of(journal: SqlJournal) -> None:
    three(journal)
    relate(journal, 7, 55, 56, 57)
    assert journal.closed_for(7) is None
    journal.hear(issue(NOW), (), NOW)
    journal.hear(issue(NOW - HOUR, number=56), (), NOW)
    journal.hear(issue(number=57), (), NOW)
    closing = journal.closed_for(7)
    assert closing is not None
    assert closing.issue == issue(NOW) == journal.issue(55)
    assert [one.conversation.id for one in closing.waiters] == ["talk7"]


def test_what_is_heard_twice_leads_to_its_steps_once(journal: SqlJournal) -> None:
    three(journal)
    for _ in range(2):
        journal.hear(issue(NOW), (private("issue-55/ask", "talk7", conversation="talk7"),), NOW)
    assert [one.key for one in journal.steps(conversation="talk7", states=(), limit=9)] == ["7/open", "issue-55/ask"]


def test_who_is_awaited_is_told_from_mails_and_letters(journal: SqlJournal) -> None:
    three(journal)
    assert [(one.ticket, one.who) for one in journal.awaiting()] == [(7, "us"), (8, "us")]
    answer = letter_to(key="note-7-1/letter/1", lane="talk7/letters", conversation="talk7", automatic=False)
    journal.add((answer,))
    finish(journal, answer.key, NOW + HOUR)
    assert [(one.ticket, one.who) for one in journal.awaiting()] == [(8, "us"), (7, "customer")]
    (answered,) = journal.awaiting(7)
    assert answered.since == NOW + HOUR
    for number, automatic, trust, who in (
        (20, True, Trust.PARTICIPANT, "customer"),
        (21, False, Trust.BEARER, "customer"),
        (22, False, Trust.PARTICIPANT, "us"),
    ):
        arrived = replace(mail(number), internal_date=NOW + 2 * HOUR)
        (receipt,) = journal.receive("support", "support@example.org", [arrived], NOW + 2 * HOUR)
        match = Match(conversation="talk7", ticket=7, matched_by="token", trust=trust)
        decided = plan(receipt.key, Verdict.FOLLOW_UP, conversation="talk7", match=match)
        journal.commit(decided, outline(number, automatic=automatic), NOW + 2 * HOUR)
        assert [one.who for one in journal.awaiting(7)] == [who]
    assert journal.awaiting(7)[0].since == NOW + 2 * HOUR


def test_an_acknowledgement_is_no_answer(journal: SqlJournal) -> None:
    three(journal)
    journal.add((letter_to(key="7/ack", lane="talk7/letters", conversation="talk7"),))
    finish(journal, "7/ack", NOW + HOUR)
    assert [one.who for one in journal.awaiting(7)] == ["us"]


def test_a_ticket_out_of_sight_awaits_nobody(journal: SqlJournal) -> None:
    three(journal)
    journal.lose_sight([7], NOW)
    assert [one.ticket for one in journal.awaiting()] == [8]
