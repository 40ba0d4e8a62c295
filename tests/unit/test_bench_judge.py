"""The judge of the benchmarks: every way in which a mail can go wrong is told from the others. Pure."""

from __future__ import annotations

from dataclasses import replace

from tests.bench.judge import Ground, Issue, Score, judge, together
from tests.bench.mails import Sample

PLAIN = Sample(
    raw=b"", sender="jo@example.org", subject="Help bado1", word="bado1", kind="plain", body="The bado1 müde"
)
REPLY = replace(PLAIN, subject="Re: Help bado1", word="kivo2", kind="reply", body="Still kivo2", answers="bado1")
FILED = replace(PLAIN, subject="File nasu3", word="nasu3", kind="file", body="See nasu3", files=(("a.pdf", "f00d"),))
NOISE = replace(PLAIN, subject="Away tago4", word="tago4", kind="machine", body="Away tago4", machine=True)
PILE = (PLAIN, REPLY, FILED, NOISE)

FIRST = Issue(id=1, subject="Help bado1", description="Card\r\n\r\nThe bado1\r\nmüde.")
SECOND = Issue(id=2, subject="File nasu3", description="See nasu3", files=frozenset({"f00d", "beef"}))
NOTE = (1, "jo@example.org\n\nStill kivo2\n")
RIGHT = Ground(issues=(FIRST, SECOND), notes=(NOTE,))


def wrong(*issues: Issue, notes: tuple[tuple[int, str], ...] = (NOTE,)) -> dict[str, str]:
    return dict(judge(PILE, Ground(issues=issues, notes=notes)).which)


def test_all_is_right_where_each_mail_has_its_one_place() -> None:
    score = judge(PILE, RIGHT)
    assert score == Score(mails=4, right=4, wrong={}, which={}) and score.words() == "4 of 4"


def test_a_mail_that_is_nowhere_is_lost() -> None:
    assert wrong(FIRST) == {"nasu3": "lost"}
    assert wrong(FIRST, SECOND, notes=()) == {"kivo2": "lost"}


def test_a_mail_that_is_there_twice_is_doubled() -> None:
    assert wrong(FIRST, SECOND, replace(SECOND, id=3)) == {"nasu3": "doubled"}
    assert wrong(FIRST, SECOND, notes=(NOTE, NOTE)) == {"kivo2": "doubled"}


def test_a_reply_that_opened_a_ticket_or_went_to_another_is_on_the_wrong_one() -> None:
    own = Issue(id=3, subject="Re: Help bado1", description="Still kivo2")
    assert wrong(FIRST, SECOND, own, notes=()) == {"kivo2": "wrong ticket"}
    assert wrong(FIRST, SECOND, notes=((2, "Still kivo2"),)) == {"kivo2": "wrong ticket"}


def test_a_request_that_became_a_note_is_on_the_wrong_ticket() -> None:
    assert wrong(FIRST, notes=(NOTE, (1, "See nasu3"))) == {"nasu3": "wrong ticket"}


def test_text_and_subject_must_be_whole() -> None:
    assert wrong(replace(FIRST, description="The bado1 m?de"), SECOND) == {"bado1": "text garbled"}
    assert wrong(replace(FIRST, description="no text"), SECOND) == {"bado1": "text garbled"}
    assert wrong(replace(FIRST, subject="Help"), SECOND) == {"bado1": "text garbled"}


def test_files_must_be_there_byte_for_byte() -> None:
    assert wrong(FIRST, replace(SECOND, files=frozenset({"beef"}))) == {"nasu3": "files missing"}


def test_a_machines_mail_may_leave_nothing() -> None:
    noise = Issue(id=3, subject="Away tago4", description="Away tago4")
    assert wrong(FIRST, SECOND, noise) == {"tago4": "machine mail became a ticket"}
    assert wrong(FIRST, SECOND, notes=(NOTE, (2, "Away tago4"))) == {"tago4": "machine mail became a ticket"}


def test_scores_of_several_runs_add_up_and_say_what_was_wrong() -> None:
    bad = judge(PILE, Ground(issues=(FIRST,), notes=()))
    both = together([judge(PILE, RIGHT), bad])
    assert both.words() == "6 of 8 (2 lost)" and set(both.which) == {"kivo2", "nasu3"}
