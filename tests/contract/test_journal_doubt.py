"""Steps that went wrong: put off, in doubt, held for a person, released, dropped. Touches the disk."""

from __future__ import annotations

from datetime import timedelta

from hd_bridge.journal import SqlJournal
from hd_bridge.work import Effects, Letter, State
from tests.contract.journal_cases import (
    HOUR,
    LEASE,
    NOW,
    SECOND,
    begin_talk,
    claim,
    claimed,
    finish,
    letter_to,
    note,
    opening,
    private,
    state,
    ticket,
)

REST = NOW + timedelta(seconds=180)
LETTER = Letter(
    message_id="<hd.1@example.org>", sender=None, to=("ann@example.com",), subject="s", text="t", raw=b"\0r"
)


def in_doubt(journal: SqlJournal, key: str = "a/1") -> None:
    """A step whose first call got no answer."""
    journal.add([note(key)])
    claimed(journal)
    journal.doing(key, "w1", NOW, REST)
    journal.rest(key, REST, "no answer")


def test_a_step_put_off_is_due_at_its_time_and_holds_its_place(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2")])
    claimed(journal)
    journal.doing("a/1", "w1", NOW, REST)
    journal.again("a/1", NOW + HOUR, "the door closed")
    assert claimed(journal) is None
    (first, _) = journal.steps(conversation=None, states=(), limit=9)
    assert (first.state, first.due, first.why, first.tries) == ("waiting", NOW + HOUR, "the door closed", 1)
    found = claim(journal, NOW + HOUR)
    assert found is not None
    assert (found.step.key, found.in_doubt, found.tries) == ("a/1", False, 2)


def test_a_doubt_outlives_a_try_that_could_not_even_ask(journal: SqlJournal) -> None:
    in_doubt(journal)
    claimed(journal, REST)
    journal.again("a/1", REST + HOUR, "the door closed before it was asked")
    found = claim(journal, REST + HOUR)
    assert found is not None
    assert found.in_doubt


def test_a_doubt_ends_with_a_call_that_was_answered(journal: SqlJournal) -> None:
    in_doubt(journal)
    claimed(journal, REST)
    journal.doing("a/1", "w1", REST, REST + HOUR)
    journal.again("a/1", REST + HOUR, "asked, not there, repeated, and turned away")
    found = claim(journal, REST + HOUR)
    assert found is not None
    assert not found.in_doubt


def test_a_doubt_outlives_a_worker_that_died_before_it_asked(journal: SqlJournal) -> None:
    in_doubt(journal)
    claimed(journal, REST)
    journal.recover(REST + LEASE)
    found = claim(journal, REST + LEASE)
    assert found is not None
    assert found.in_doubt


def test_what_is_done_stays_done_whatever_a_late_worker_says(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    finish(journal, "a/1")
    journal.again("a/1", NOW, "late")
    journal.rest("a/1", NOW, "late")
    journal.hold("a/1", "late", Effects(steps=(private("a/2"),)))
    journal.drop("a/1", "late")
    assert state(journal, "a/1") == State.DONE
    assert claimed(journal) is None


def test_a_call_that_was_taken_for_lost_may_still_finish(journal: SqlJournal) -> None:
    in_doubt(journal)
    finish(journal, "a/1", REST)
    assert state(journal, "a/1") == State.DONE
    assert claimed(journal, REST + HOUR) is None


def test_until_when_a_call_may_be_running_is_not_forgotten_when_it_is_asked_about_early(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.doing("a/1", "w1", NOW, REST)
    journal.rest("a/1", NOW + SECOND, "no answer")
    found = claim(journal, NOW + SECOND)
    assert found is not None
    assert (found.in_doubt, found.rest_until) == (True, REST)


def test_what_never_came_to_a_call_is_in_no_doubt(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.rest("a/1", NOW + SECOND, "a fault of ours")
    found = claim(journal, NOW + SECOND)
    assert found is not None and not found.in_doubt


def test_a_worker_that_lost_its_claim_moves_nothing(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.recover(NOW + LEASE)
    claimed(journal, NOW + LEASE, "w2")
    journal.doing("a/1", "w2", NOW + LEASE, NOW + HOUR)
    journal.again("a/1", NOW, "late", worker="w1")
    journal.rest("a/1", NOW, "late", worker="w1")
    journal.hold("a/1", "late", Effects(steps=(private("a/2"),)), worker="w1")
    journal.drop("a/1", "late", worker="w1")
    assert [step.state for step in journal.steps(conversation=None, states=(), limit=9)] == [State.DOING]
    journal.rest("a/1", NOW + HOUR, "no answer", worker="w2")
    assert state(journal, "a/1") == State.RESTING


def test_a_worker_that_lost_its_claim_adds_to_the_memo_and_changes_nothing_in_it(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.recover(NOW + LEASE)
    claimed(journal, NOW + LEASE, "w2")
    journal.remember("a/1", {"one": "second"}, worker="w2")
    journal.remember("a/1", {"one": "first", "two": "first"}, worker="w1")
    journal.again("a/1", NOW, "")
    found = claim(journal, NOW + LEASE)
    assert found is not None and found.memo == {"one": "second", "two": "first"}


def test_a_letter_that_a_person_releases_is_in_no_doubt_any_more(journal: SqlJournal) -> None:
    journal.add([letter_to()])
    claimed(journal)
    journal.doing("a/ack", "w1", NOW, REST)
    journal.rest("a/ack", NOW, "no answer")
    journal.hold("a/ack", "in doubt a second time")
    journal.release("a/ack", NOW)
    found = claim(journal)
    assert found is not None and not found.in_doubt


def test_a_held_step_waits_for_a_person_with_its_effects_kept(journal: SqlJournal) -> None:
    begin_talk(journal, steps=[opening(conversation="talk")])
    finish(journal, "a/open", ticket=ticket(7))
    journal.add([note("a/note", conversation="talk")])
    claimed(journal)
    journal.hold("a/note", "refused", Effects(steps=(private("a/told"),)))
    (item,) = journal.held()
    assert (item.key, item.kind, item.since, item.why) == ("a/note", "AddNote", NOW, "refused")
    assert (item.subject, item.sender, item.ticket) == ("Broken", "ann@example.com", 7)
    assert claimed(journal) == "a/told"


def test_a_released_step_is_due_with_its_tries(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.hold("a/1", "refused")
    assert journal.release("a/1", NOW + SECOND)
    assert state(journal, "a/1") == State.DUE
    assert journal.held() == ()
    found = claim(journal)
    assert found is not None
    assert (found.tries, found.in_doubt) == (2, False)


def test_a_released_step_that_was_in_doubt_is_asked_about_first(journal: SqlJournal) -> None:
    in_doubt(journal)
    claimed(journal, REST)
    journal.hold("a/1", "in doubt a second time")
    journal.release("a/1", REST)
    found = claim(journal, REST)
    assert found is not None
    assert found.in_doubt


def test_a_released_step_goes_before_what_follows_it_in_its_lane(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2")])
    claimed(journal)
    journal.hold("a/1", "refused")
    assert state(journal, "a/2") == State.DUE
    journal.release("a/1", NOW)
    assert [claimed(journal), claimed(journal)] == ["a/1", None]


def test_a_released_step_waits_while_another_of_its_lane_is_in_hand(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("a/2"), note("a/3")])
    claimed(journal)
    journal.hold("a/1", "refused")
    assert claimed(journal) == "a/2"
    journal.release("a/1", NOW)
    assert claimed(journal) is None
    finish(journal, "a/2")
    assert [claimed(journal), claimed(journal)] == ["a/1", None]


def test_only_held_steps_can_be_released(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    assert not journal.release("a/1", NOW)
    assert not journal.release("nothing", NOW)


def test_a_person_may_drop_a_held_step_and_what_waits_for_it(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x"), note("a/2", lane="y", after="a/1")])
    claimed(journal)
    journal.hold("a/1", "refused")
    journal.drop("a/1", "not wanted")
    assert state(journal, "a/2") == State.DROPPED
    assert journal.held() == ()
    assert not journal.release("a/1", NOW)


def test_a_step_remembers_what_it_has_learnt(journal: SqlJournal) -> None:
    journal.add([note("a/1")])
    claimed(journal)
    journal.remember("a/1", {"one": "1", "two": "2"})
    journal.remember("a/1", {"two": "3"})
    journal.again("a/1", NOW, "")
    found = claim(journal)
    assert found is not None
    assert found.memo == {"one": "1", "two": "3"}


def test_the_letter_that_was_stored_first_is_the_one_that_counts(journal: SqlJournal) -> None:
    journal.add([letter_to()])
    assert journal.letter("a/ack") is None
    assert journal.store_letter("a/ack", LETTER) == LETTER
    other = Letter(message_id="<2@x>", sender="a@example.org", to=(), subject="", text="", raw=b"")
    assert journal.store_letter("a/ack", other) == LETTER
    assert journal.letter("a/ack") == LETTER


def test_lists_of_steps_can_be_cut_by_state_conversation_and_number(journal: SqlJournal) -> None:
    journal.add([note("a/1", lane="x", conversation="p"), note("a/2", lane="y", conversation="q")])
    journal.add([note("a/3", lane="z", conversation="p", due=NOW + HOUR), note("a/4", lane="v")])
    finish(journal, "a/2")

    def keys(conversation: str | None, *states: State, limit: int = 9) -> list[str]:
        return [step.key for step in journal.steps(conversation=conversation, states=states, limit=limit)]

    assert keys(None) == ["a/1", "a/2", "a/3", "a/4"]
    assert keys("p") == ["a/1", "a/3"]
    assert keys("p", State.WAITING) == ["a/3"]
    assert keys(None, State.WAITING, State.DONE, State.DUE) == ["a/1", "a/2", "a/3", "a/4"]
    assert keys(None, State.DUE, State.DONE, limit=2) == ["a/1", "a/2"]
