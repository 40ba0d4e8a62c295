"""The judge of the agents' story must be able to find what it looks for: each doctored ledger is found out. Touches the
disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from hd_bridge.model import Note, Ticket
from hd_bridge.work import Letter
from tests.crash.agents_truth import STATUS, Ledger, ledger, weigh
from tests.crash.tales import AGENTS
from tests.crash.telling import Teller, stage_of


@cache
def right() -> Ledger:
    """The end of the story when nothing goes wrong."""
    Teller(AGENTS)
    return ledger(stage_of(AGENTS.name)[0])


def _without_note(words: str) -> Ledger:
    return _with_notes(lambda note: () if words in note.notes else (note,))


def _note_twice(words: str) -> Ledger:
    return _with_notes(lambda note: (note, note) if words in note.notes else (note,))


def _with_notes(change: Callable[[Note], tuple[Note, ...]]) -> Ledger:
    return _with_tickets(
        lambda ticket: (replace(ticket, notes=tuple(one for note in ticket.notes for one in change(note))),)
    )


def _with_tickets(change: Callable[[Ticket], tuple[Ticket, ...]]) -> Ledger:
    return replace(right(), tickets=tuple(one for ticket in right().tickets for one in change(ticket)))


def _one(word: str, change: Callable[[Ticket], tuple[Ticket, ...]]) -> Ledger:
    return _with_tickets(lambda ticket: change(ticket) if word in ticket.subject else (ticket,))


def _letters(words: str, change: Callable[[Letter], tuple[Letter, ...]]) -> Ledger:
    told = [one for letter in right().letters for one in (change(letter) if words in letter.text else (letter,))]
    return replace(right(), letters=tuple(told))


def _without_original(word: str) -> Ledger:
    return _one(word, lambda ticket: (replace(ticket, files=ticket.files[1:]),))


def _alone(word: str) -> Ledger:
    """The conversation of a ticket has its customer alone."""
    number = next(ticket.number for ticket in right().tickets if word in ticket.subject)
    talk = right().talks[number]
    return replace(right(), talks=right().talks | {number: replace(talk, participants=frozenset({talk.address}))})


def _unknown(word: str) -> Ledger:
    number = next(ticket.number for ticket in right().tickets if word in ticket.subject)
    return replace(right(), talks={n: talk for n, talk in right().talks.items() if n != number})


DOCTORED: dict[str, Callable[[], Ledger]] = {
    "the bearer's private note lost": lambda: _without_note("Bearer words."),
    "the bearer's private note twice": lambda: _note_twice("Bearer words."),
    "the bearer's private note public": lambda: _with_notes(lambda note: (replace(note, private=False),)),
    "the bearer's mail with its original lost after !accept": lambda: _without_note("belongs to this ticket now"),
    "an original lost": lambda: _without_original("echo"),
    "!accept without its letter": lambda: _letters("Welcome words.", lambda letter: ()),
    "the letter of !accept not to the bearer": lambda: _letters(
        "Welcome words.", lambda letter: (replace(letter, to=letter.to[:1]),)
    ),
    "the bearer not let in": lambda: _alone("echo"),
    "the bearer not in the contact": lambda: replace(right(), contacts=frozenset({"jane@acme.example"})),
    "!merge without its relation": lambda: _one("golf", lambda ticket: (replace(ticket, relations=()),)),
    "!merge with two relations": lambda: _one("golf", lambda t: (replace(t, relations=t.relations * 2),)),
    "!merge that closes nothing": lambda: _one("foxtrot", lambda ticket: (replace(ticket, closed=False),)),
    "!merge that tells nobody": lambda: _without_note("/private/merged]"),
    "!merge that tells twice": lambda: _note_twice("/private/merged]"),
    "!merge whose people stay behind": lambda: _alone("golf"),
    "a mail to the merged ticket lost": lambda: _without_note("Moved words."),
    "a status letter lost": lambda: _letters(STATUS, lambda letter: ()),
    "a status letter twice": lambda: _letters(STATUS, lambda letter: (letter, letter)),
    "an acknowledgement lost": lambda: replace(right(), letters=right().letters[1:]),
    "a ticket begun for a customer unknown": lambda: _unknown("hotel"),
    "the letter of a begun ticket lost": lambda: _letters("Hotel words.", lambda letter: ()),
    "the letter of a begun ticket twice": lambda: _letters("Hotel words.", lambda letter: (letter, letter)),
    "a begun ticket opened once more": lambda: _one("hotel", lambda ticket: (ticket, ticket)),
    "the answer to a begun ticket lost": lambda: _without_note("Kim answers."),
    "the answer to a begun ticket twice": lambda: _note_twice("Kim answers."),
    "a copy lost": lambda: replace(right(), copies=dict(list(right().copies.items())[1:])),
    "a copy of nothing": lambda: replace(right(), copies=right().copies | {"<no@letter>": b""}),
    "a copy garbled": lambda: replace(right(), copies=dict.fromkeys(right().copies, b"")),
    "a delivery note lost": lambda: _without_note("note-1-3/letter/1/sent/told]"),
    "a delivery note twice": lambda: _note_twice("note-1-3/letter/1/sent/told]"),
    "a refusal that nobody is told": lambda: _without_note("/refused]"),
    "a refusal told twice": lambda: _note_twice("/refused]"),
    "a refused letter that nobody holds": lambda: replace(right(), held={}),
    "the mail to a deleted ticket lost": lambda: _one("india", lambda ticket: ()),
    "the mail to a deleted ticket twice": lambda: _one("india", lambda ticket: (ticket, ticket)),
    "the new ticket's conversation unknown": lambda: _unknown("india"),
    "a page lost": lambda: replace(right(), pages=dict(list(right().pages.items())[1:])),
    "a mail without a verdict": lambda: replace(right(), mails={"mails.undecided": 8}),
    "a step that never ends": lambda: replace(right(), unfinished=1),
}


def test_the_end_of_the_story_is_right_when_nothing_goes_wrong() -> None:
    assert weigh(right()).wrong == []


@pytest.mark.parametrize("what", DOCTORED)
def test_a_doctored_ledger_is_found_out(what: str) -> None:
    assert weigh(DOCTORED[what]()).wrong
