"""Agents' notes against what customers hold: each public one is one letter, a private one none. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A note of an agent in the tracker; its ``word`` stands in no other."""

    id: int
    issue: int
    word: str
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A letter of a person in a customer's mailbox, with its text and the names of its files."""

    to: str
    message_id: str
    text: str
    files: tuple[str, ...] = ()


def judge_answers(
    notes: Sequence[Noted], answers: Sequence[Answer], steps: Sequence[tuple[str, str, str]]
) -> Iterator[str]:
    """Everything that is not as it must be, a sentence each."""
    states = {key: state for key, _, state in steps}
    for note in notes:
        came = [answer for answer in answers if note.word in answer.text]
        yield from _of_private(note, came) if note.private else _of_public(note, came, states)
    words = [note.word for note in notes]
    for answer in answers:
        if not any(word in answer.text for word in words):
            yield f"{answer.to} has the letter {answer.message_id}, which no note was"


def twice(notes: Sequence[Noted], answers: Sequence[Answer]) -> int:
    """How many letters came twice: they were in doubt."""
    return sum(max(_copies(note, answers).values(), default=0) > 1 for note in notes)


def file_of(word: str) -> str:
    """The name of the file that a note carries."""
    return f"{word}.txt"


def _copies(note: Noted, answers: Sequence[Answer]) -> Counter[str]:
    """How often each recipient has it."""
    return Counter(answer.to for answer in answers if note.word in answer.text)


def _of_private(note: Noted, came: Sequence[Answer]) -> Iterator[str]:
    if came:
        yield f"{note.word}: it was private, and {came[0].to} has it"


def _of_public(note: Noted, came: Sequence[Answer], states: dict[str, str]) -> Iterator[str]:
    """One letter, or two with one Message-ID, being in doubt; held in doubt for the second time, it may be none."""
    source = f"note-{note.issue}-{note.id}"
    read, letter = states.get(f"{source}/read/1", "missing"), states.get(f"{source}/letter/1", "missing")
    most = max(_copies(note, came).values(), default=0)
    if read != "done":
        yield f"{note.word}: reading {source} is {read}"
    if letter not in ("done", "held") or (letter == "done" and not most):
        yield f"{note.word}: its letter is {letter} and came {most} times"
    if most > 2 or len({answer.message_id for answer in came}) > 1:
        yield f"{note.word}: it came {most} times, as {sorted({answer.message_id for answer in came})}"
    if any(answer.files != (file_of(note.word),) for answer in came):
        yield f"{note.word}: the files of its letter are {[answer.files for answer in came]}"
