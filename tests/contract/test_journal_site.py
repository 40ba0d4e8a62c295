"""What pages, reports and the status are made of. Touches the disk."""

from __future__ import annotations

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Match, Trust, Verdict
from hd_bridge.views import DoorState, PageEvent
from hd_bridge.work import Effects, Event, Letter
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    NOW,
    SECOND,
    begin_talk,
    finish,
    letter_to,
    mail,
    note,
    opening,
    outline,
    plan,
    receive,
    ticket,
)


def follow(journal: SqlJournal, number: int, trust: Trust, verdict: Verdict = Verdict.FOLLOW_UP) -> None:
    """A mail that is added to the conversation, and how far its sender was believed."""
    (key,) = receive(journal, mail(number))
    match = Match(conversation="talk", ticket=7, matched_by="id", trust=trust)
    told = outline(number, files=(f"{number}.pdf",))
    journal.commit(plan(key, verdict, conversation="talk", match=match), told, NOW)


def send(journal: SqlJournal, key: str, to: str, text: str, lines: tuple[str, ...] = ()) -> None:
    """A letter of the conversation that was sent ten seconds from now."""
    journal.add([letter_to(to, key=key, lane=key, conversation="talk", automatic=False, lines=lines)])
    journal.store_letter(key, Letter(message_id=f"<{key}@x>", sender=None, to=(to,), subject="s", text=text, raw=b""))
    journal.finish(key, NOW + 10 * SECOND, Effects())


def texts(journal: SqlJournal) -> list[str]:
    page = journal.page("talk")
    assert page is not None
    return [message.text for message in page.messages]


def test_there_is_no_page_without_a_conversation(journal: SqlJournal) -> None:
    assert journal.page("talk") is None


def test_a_page_shows_mails_and_letters_in_order_of_time(journal: SqlJournal) -> None:
    begin_talk(journal, 1, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    send(journal, "a/1", ANN, "our answer")
    follow(journal, 20, Trust.PARTICIPANT)
    page = journal.page("talk")
    assert page is not None
    assert (page.mailbox, page.subject, page.language, page.opened_at) == ("support", "Broken", "en", NOW)
    assert page.ticket == journal.snapshot(7)
    shown = [(message.kind, message.name, message.text, message.files, message.at) for message in page.messages]
    assert shown == [
        ("customer", "Ann", "text 1", (), NOW + SECOND),
        ("team", "", "our answer", (), NOW + 10 * SECOND),
        ("customer", "Ann", "text 20", ("20.pdf",), NOW + 20 * SECOND),
    ]


def test_a_page_never_shows_what_a_sender_wrote_who_was_not_believed(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    for number, trust in enumerate((Trust.BEARER, Trust.STRANGER, Trust.VERIFIED), start=2):
        follow(journal, number, trust)
    follow(journal, 5, Trust.VERIFIED, Verdict.BOUNCE)
    assert texts(journal) == ["text 1", "text 4"]


def test_a_page_shows_only_letters_to_its_people_and_none_to_the_operator(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    send(journal, "a/1", "boss@example.org", "not for the customer")
    send(journal, "a/2", ANN, "for the operator", lines=("something broke",))
    send(journal, "a/3", ANN, "for Ann")
    journal.add([letter_to(key="a/4", conversation="talk")])
    letter = Letter(message_id="<4@x>", sender=None, to=(ANN,), subject="s", text="not sent yet", raw=b"")
    journal.store_letter("a/4", letter)
    assert texts(journal) == ["text 1", "for Ann"]


def test_a_page_shows_what_happened_as_far_as_a_customer_may_see_it(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    kinds = ("solved", "opened", "assignee", "status", "priority", "acknowledged")
    events = [
        Event(source=str(index), kind=kind, at=NOW - index * HOUR, conversation="talk", new=kind.title())
        for index, kind in enumerate(kinds)
    ]
    journal.add([], [*events, Event(source="0", kind="solved", at=NOW + HOUR, conversation="talk")])
    journal.add([], [Event(source="9", kind="opened", at=NOW, conversation="other")])
    page = journal.page("talk")
    assert page is not None
    shown = [PageEvent(kind=kinds[index], at=NOW - index * HOUR, new=kinds[index].title()) for index in (5, 3, 1, 0)]
    assert list(page.events) == shown


def test_small_values_are_kept(journal: SqlJournal) -> None:
    assert journal.meta("instance") is None
    journal.set_meta("instance", "one")
    journal.set_meta("instance", "two")
    assert journal.meta("instance") == "two"


def test_how_each_door_stands_is_kept(journal: SqlJournal) -> None:
    closed = DoorState(name="tracker", open=False, since=NOW, why="no answer", last_success=NOW - HOUR)
    journal.door(closed)
    journal.door(DoorState(name="outbox", open=True, since=NOW))
    assert [state.name for state in journal.doors()] == ["outbox", "tracker"]
    assert journal.doors()[1] == closed
    opened = DoorState(name="tracker", open=True, since=NOW + HOUR)
    journal.door(opened)
    assert journal.doors()[1] == opened


def test_what_waits_for_a_person_comes_oldest_first(journal: SqlJournal) -> None:
    early, late = receive(journal, mail(1), mail(2))
    journal.commit(plan(late, Verdict.HOLD), outline(2), NOW + HOUR)
    journal.commit(plan(early, Verdict.HOLD), outline(1), NOW - HOUR)
    journal.add([note("a/1")])
    journal.hold("a/1", "refused")
    assert [item.key for item in journal.held()] == [early, "a/1", late]


def test_the_tally_counts_mails_by_verdict_steps_by_state_and_conversations(journal: SqlJournal) -> None:
    begin_talk(journal, 1)
    receive(journal, mail(2), mail(3))
    journal.add([note("a/1"), note("a/2"), note("b/1", lane="x")])
    finish(journal, "b/1")
    counted = {"mails.new": 1, "mails.undecided": 2, "steps.due": 1, "steps.waiting": 1, "steps.done": 1}
    assert journal.tally() == counted | {"conversations": 1}
