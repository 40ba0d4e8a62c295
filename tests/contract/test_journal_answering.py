"""What answering asks of the journal. Runs on every kind of database."""

from __future__ import annotations

from dataclasses import replace

from hd_bridge.journal import SqlJournal
from hd_bridge.model import Note
from hd_bridge.steps import ReadNote
from hd_bridge.views_answers import FaqDraft
from hd_bridge.work import Effects, Event, Letter, SendLetter, State
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    NOW,
    claim,
    mail,
    new,
    opening,
    outline,
    plan,
    receive,
    ticket,
)

BOB = "bob@example.com"
DRAFT = FaqDraft(key="note-1-2", question="How?", answer="So.", category="Bugs", language="en", ticket=1, kept_at=NOW)
ANSWER = SendLetter(
    key="note-1-2/letter/1",
    lane="talk/letters",
    conversation="talk",
    kind="answer",
    template="answer",
    language="en",
    mailbox="support",
    to=(ANN,),
    automatic=False,
    said="So.",
    agent="Ana",
)
LETTER = Letter(message_id="<l@x>", sender="s@x", to=(ANN,), subject="Re", text="So.", raw=b"raw")


def begun(journal: SqlJournal) -> str:
    """Ann's mail has become ticket 1; its key."""
    (key,) = receive(journal, mail(1))
    step = opening(key=f"{key}/open/1", lane="talk", conversation="talk")
    journal.commit(plan(key, begins=new("talk"), steps=(step,)), outline(1), NOW)
    journal.finish(step.key, NOW, Effects(ticket=ticket(1)))
    return key


def test_an_exchange_knows_the_latest_mail_and_how_many_answers_went_out(journal: SqlJournal) -> None:
    key = begun(journal)
    assert (journal.exchange("talk").mail, journal.exchange("talk").answers) == (key, 0)
    journal.add([ANSWER])
    journal.finish(ANSWER.key, NOW, Effects(sent="<l@x>"))
    assert journal.exchange("talk").answers == 1
    assert journal.exchange("nowhere").mail is None


def test_a_letter_comes_with_the_step_that_will_send_it(journal: SqlJournal) -> None:
    begun(journal)
    reading = ReadNote(key="note-1-2/read/1", lane="talk/notes", conversation="talk", note=2)
    journal.add([reading])
    effects = Effects(steps=(ANSWER,), letters=((ANSWER.key, LETTER),), joins=(BOB,), note="a letter")
    for _ in range(2):
        journal.finish(reading.key, NOW, effects)
        assert journal.letter(ANSWER.key) == LETTER
    known = journal.conversation("talk")
    assert known is not None and BOB in known.participants


def test_a_note_that_waits_for_a_person_is_held_from_the_beginning(journal: SqlJournal) -> None:
    begun(journal)
    held = ReadNote(
        key="note-1-2/read/1", lane="talk/notes", conversation="talk", note=2, held="no agent", due=NOW + HOUR
    )
    journal.see(ticket(1), (), (held,), NOW)
    assert [(one.key, one.why) for one in journal.held()] == [(held.key, "no agent")]
    assert claim(journal, NOW + 2 * HOUR) is None
    assert journal.release(held.key, NOW)
    taken = claim(journal)
    assert taken is not None and taken.step == held


def test_when_a_ticket_was_last_read_whole_is_kept_through_writes_of_ours(journal: SqlJournal) -> None:
    begun(journal)
    journal.see(ticket(1), (), (), NOW)
    before = journal.snapshot(1)
    assert before is not None and before.read_on == ticket(1).updated_on
    later = replace(ticket(1), updated_on=ticket(1).updated_on + HOUR)
    step = replace(ANSWER, key="x/1", lane="talk/other")
    journal.add([step])
    journal.finish(step.key, NOW + HOUR, Effects(ticket=later))
    after = journal.snapshot(1)
    assert after is not None and (after.read_on, after.updated_on) == (before.read_on, later.updated_on)


def test_a_ticket_is_adopted_once(journal: SqlJournal) -> None:
    note = Note(id=5, user_id=3, user="Ana", created_on=NOW, notes="Hello")
    whole = replace(ticket(7), notes=(note,))
    step = ReadNote(key="note-7-5/read/1", lane="adopted/notes", conversation="adopted", note=5)
    event = Event(source="ticket-7/begun", kind="opened", at=NOW, conversation="adopted", new="7")
    assert journal.adopt(new("adopted"), whole, (step,), (event,), NOW)
    assert not journal.adopt(new("again"), whole, (), (), NOW)
    known = journal.conversation_by_ticket(7)
    assert known is not None and (known.id, known.address, known.participants) == ("adopted", ANN, frozenset({ANN}))
    row = journal.snapshot(7)
    assert row is not None and row.notes == frozenset({5})
    assert [one.key for one in journal.steps(conversation="adopted", states=(State.DUE,), limit=9)] == [step.key]


def test_people_are_let_in(journal: SqlJournal) -> None:
    begun(journal)
    for _ in range(2):
        journal.let_in("talk", [BOB], NOW)
    known = journal.conversation("talk")
    assert known is not None and known.participants == {ANN, BOB}


def test_an_answer_is_kept_for_the_faq_once(journal: SqlJournal) -> None:
    for _ in range(2):
        journal.keep_faq(DRAFT)
    assert journal.faq_drafts() == (DRAFT,)
    assert journal.drop_faq(DRAFT.key)
    assert not journal.drop_faq(DRAFT.key)
    assert journal.faq_drafts() == ()
