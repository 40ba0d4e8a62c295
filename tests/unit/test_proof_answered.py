"""The judge of agents' letters must be able to find what it looks for: each doctored case is found out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.proof.answered import Answer, Noted, judge_answers, twice

NOTES = (Noted(id=5, issue=7, word="w1", private=False), Noted(id=6, issue=7, word="w2", private=True))
ANSWER = Answer(to="j@x", message_id="<hd.1@x>", text="Note w1 of Ana", files=("w1.txt",))
STEPS = (("note-7-5/read/1", "ReadNote", "done"), ("note-7-5/letter/1", "SendLetter", "done"))
HELD = (STEPS[0], (*STEPS[1][:2], "held"))


def test_one_letter_two_in_doubt_and_one_that_is_held_are_right() -> None:
    assert list(judge_answers(NOTES, [ANSWER], STEPS)) == []
    assert list(judge_answers(NOTES, [ANSWER, replace(ANSWER, to="b@x")], STEPS)) == []
    assert list(judge_answers(NOTES, [ANSWER] * 2, STEPS)) == [] and twice(NOTES, [ANSWER] * 2) == 1
    assert list(judge_answers(NOTES, [], HELD)) == []


DOCTORED = {
    "a lost letter": ([], STEPS),
    "a note that nobody saw": ([], ()),
    "a note that was read and forgotten": ([], STEPS[:1]),
    "a letter that was dropped": ([], (STEPS[0], (*STEPS[1][:2], "dropped"))),
    "a letter that came three times": ([ANSWER] * 3, STEPS),
    "another Message-ID for the second": ([ANSWER, replace(ANSWER, message_id="<hd.2@x>")], STEPS),
    "a private note that left": ([ANSWER, replace(ANSWER, text="Note w2 of Ana")], STEPS),
    "a private note's file that left": ([replace(ANSWER, files=("w1.txt", "w2.txt"))], STEPS),
    "a letter without its file": ([replace(ANSWER, files=())], STEPS),
    "a letter that nobody wrote": ([ANSWER, replace(ANSWER, text="Hello")], STEPS),
}


@pytest.mark.parametrize("name", DOCTORED)
def test_a_doctored_case_is_found_out(name: str) -> None:
    answers, steps = DOCTORED[name]
    assert list(judge_answers(NOTES, answers, steps)) != []
