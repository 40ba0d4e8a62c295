"""Letters on their way, as people see them, and what they may do to one. Runs on every kind of database."""

from __future__ import annotations

import pytest

from hd_bridge.journal import SqlJournal
from hd_bridge.work import UNFINISHED, Effects, Letter, ReadNote, State
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    NOW,
    SECOND,
    begin_talk,
    claim,
    claimed,
    finish,
    letter_to,
    opening,
    private,
    state,
    ticket,
)

REST = NOW + 180 * SECOND
LETTER = Letter(message_id="<hd.1@x>", sender=None, to=(ANN,), subject="Re: Broken", text="t", raw=b"r")


def talk(journal: SqlJournal) -> None:
    """A ticket is to be opened, an acknowledgement waits for it, another letter for its time; both have a follower."""
    ack = letter_to(key="a/ack", conversation="talk", lane="talk/letters", after="a/open")
    later = letter_to(
        "bob@x", key="a/later", kind="answer", conversation="talk", lane="talk/2", due=NOW + HOUR, automatic=False
    )
    begin_talk(journal, steps=(opening(conversation="talk"), ack, later, private("a/told", lane="p", after="a/later")))


def test_letters_are_told_with_all_that_a_person_asks(journal: SqlJournal) -> None:
    talk(journal)
    ack, later = journal.letters(UNFINISHED, 10)
    assert (ack.key, ack.kind, ack.to, ack.state, ack.after, ack.subject) == (
        "a/ack",
        "ack",
        (ANN,),
        "waiting",
        "a/open",
        "Broken",
    )
    assert (later.due, later.automatic, later.message_id, later.ticket) == (NOW + HOUR, False, None, None)
    finish(journal, "a/open", ticket=ticket(7))
    journal.store_letter("a/ack", LETTER)
    ack = journal.letters((State.DUE,), 10)[0]
    assert (ack.ticket, ack.subject, ack.message_id, ack.after) == (7, "Re: Broken", "<hd.1@x>", None)


def test_of_too_many_the_oldest_are_told_or_the_newest(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[letter_to(key=f"a/{i}", lane=str(i)) for i in range(5)])
    assert [one.key for one in journal.letters((State.DUE,), 2)] == ["a/0", "a/1"]
    assert [one.key for one in journal.letters((State.DUE,), 2, newest=True)] == ["a/3", "a/4"]
    assert journal.letters((State.HELD,), 2) == ()


def test_a_letter_is_found_by_how_its_key_begins_and_no_other_step_is(journal: SqlJournal) -> None:
    talk(journal)
    assert [one.key for one in journal.letter_steps("a/l")] == ["a/later"]
    assert [one.key for one in journal.letter_steps("a/")] == ["a/ack", "a/later"]
    assert journal.letter_steps("a/o") == () == journal.letter_steps("%")


def test_a_step_is_told_whole_and_with_the_others_of_its_source(journal: SqlJournal) -> None:
    talk(journal)
    assert journal.step("a/open") == opening(conversation="talk")
    assert journal.step("nothing") is None
    assert [one.key for one in journal.steps_from("a")] == ["a/open", "a/ack", "a/later", "a/told"]
    assert journal.steps_from("") == () == journal.steps_from("a/o")


def test_what_waits_for_nothing_but_its_time_can_be_hurried(journal: SqlJournal) -> None:
    talk(journal)
    assert journal.hurry("a/later")
    assert state(journal, "a/later") == State.DUE
    assert not journal.hurry("a/later") and not journal.hurry("a/ack") and not journal.hurry("nothing")
    assert state(journal, "a/ack") == State.WAITING


def test_what_waits_for_a_step_as_well_still_waits_for_it(journal: SqlJournal) -> None:
    later = letter_to(key="a/later", conversation="talk", lane="l", after="a/open", due=NOW + HOUR)
    begin_talk(journal, steps=(opening(conversation="talk"), later))
    assert journal.hurry("a/later")
    assert state(journal, "a/later") == State.WAITING
    finish(journal, "a/open", ticket=ticket(7))
    assert state(journal, "a/later") == State.DUE


def test_a_letter_in_doubt_is_not_hurried(journal: SqlJournal) -> None:
    begin_talk(journal, steps=(letter_to(conversation="talk"),))
    assert claimed(journal) == "a/ack"
    journal.doing("a/ack", "w1", NOW, REST)
    journal.rest("a/ack", REST, "no answer", worker="w1")
    assert not journal.hurry("a/ack")
    assert state(journal, "a/ack") == State.RESTING


@pytest.mark.parametrize("how", ["waiting", "due", "claimed", "resting", "held"])
def test_a_letter_that_has_not_begun_to_go_out_can_be_cancelled_and_its_followers_go_with_it(
    journal: SqlJournal, how: str
) -> None:
    first = letter_to(conversation="talk", lane="l", due=NOW + HOUR if how == "waiting" else None)
    begin_talk(journal, steps=(first, private("a/told", lane="p", after="a/ack"), letter_to(key="a/2", lane="l")))
    if how in ("claimed", "resting"):
        claim(journal)
    if how == "resting":
        journal.doing("a/ack", "w1", NOW, REST)
        journal.rest("a/ack", REST, "no answer", worker="w1")
    if how == "held":
        journal.hold("a/ack", "refused")
    assert state(journal, "a/ack") == how
    assert journal.cancel("a/ack", "not needed")
    assert state(journal, "a/ack") == state(journal, "a/told") == State.DROPPED
    assert journal.letter_steps("a/ack")[0].why == "not needed"
    assert claimed(journal, NOW + 2 * HOUR) == "a/2"


def test_a_worker_whose_letter_was_cancelled_cannot_send_it(journal: SqlJournal) -> None:
    begin_talk(journal, steps=(letter_to(conversation="talk"),))
    assert claimed(journal) == "a/ack" and journal.cancel("a/ack", "no")
    with pytest.raises(Exception, match="lost to another worker"):
        journal.doing("a/ack", "w1", NOW, REST)


def test_what_is_going_out_or_has_gone_or_is_no_letter_is_not_cancelled(journal: SqlJournal) -> None:
    begin_talk(journal, steps=(letter_to(conversation="talk", lane="l"), opening(conversation="talk")))
    assert not journal.cancel("a/open", "no")
    assert claimed(journal) == "a/ack"
    journal.doing("a/ack", "w1", NOW, REST)
    assert not journal.cancel("a/ack", "no")
    journal.finish("a/ack", NOW, Effects(sent="<1@x>"))
    assert not journal.cancel("a/ack", "no") and not journal.cancel("nothing", "no")
    assert (state(journal, "a/ack"), state(journal, "a/open")) == (State.DONE, State.DUE)


def test_a_letter_that_was_cancelled_in_time_does_not_count_for_the_caps(journal: SqlJournal) -> None:
    begin_talk(journal, steps=(letter_to(conversation="talk"),))
    assert journal.counts(ANN, "Broken", "support", NOW + SECOND, 3).sender == 1
    journal.cancel("a/ack", "no")
    assert journal.counts(ANN, "Broken", "support", NOW + SECOND, 3).sender == 0


def test_a_note_in_its_grace_is_told_as_what_it_will_be_and_can_be_cancelled(journal: SqlJournal) -> None:
    note = ReadNote(key="note-1-5/read/1", lane="talk/notes", conversation="talk", due=NOW + HOUR, note=5)
    begin_talk(journal, steps=(note,))
    (told,) = journal.letters(UNFINISHED, 10)
    assert (told.key, told.kind, told.state, told.due, told.to) == (note.key, "note", "waiting", NOW + HOUR, (ANN,))
    assert [one.key for one in journal.letter_steps("note-1-5")] == [note.key]
    assert journal.cancel(note.key, "not like this")
    assert state(journal, note.key) == State.DROPPED
    assert [one.why for one in journal.letters((State.DROPPED,), 5)] == ["not like this"]


def test_a_note_that_was_read_is_a_letter_of_its_own(journal: SqlJournal) -> None:
    begin_talk(journal, steps=(ReadNote(key="note-1-5/read/1", lane="talk/notes", conversation="talk", note=5),))
    assert claimed(journal) == "note-1-5/read/1" and not journal.cancel("note-1-5/read/1", "no")
    finish(journal, "note-1-5/read/1")
    assert journal.letters((State.DONE,), 5) == () == journal.letter_steps("note-1-5")
