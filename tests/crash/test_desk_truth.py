"""The judge of the third story must be able to find what it looks for: each doctored ledger is found out. Touches the
disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from hd_bridge.model import Note, Ticket
from hd_bridge.work import Letter
from tests.crash.desk_story import BO, FIELD, INSIDE, JANE, MAIL, TELL
from tests.crash.desk_truth import Ledger, ledger, weigh
from tests.crash.tales import DESK
from tests.crash.telling import Teller, stage_of


@cache
def right() -> Ledger:
    """The end of the story when nothing goes wrong."""
    Teller(DESK)
    return ledger(stage_of(DESK.name)[0])


def _with_notes(change: Callable[[Note], tuple[Note, ...]], word: str = "") -> Ledger:
    return _one(word, lambda t: (replace(t, notes=tuple(one for note in t.notes for one in change(note))),))


def _without_note(words: str, word: str = "") -> Ledger:
    return _with_notes(lambda note: () if words in note.notes else (note,), word)


def _note_twice(words: str, word: str = "") -> Ledger:
    return _with_notes(lambda note: (note, note) if words in note.notes else (note,), word)


def _one(word: str, change: Callable[[Ticket], tuple[Ticket, ...]]) -> Ledger:
    """Tickets with a word in their subject are changed."""
    told = [one for t in right().tickets for one in (change(t) if word in t.subject else (t,))]
    return replace(right(), tickets=tuple(told))


def _moved(words: str, word: str) -> Ledger:
    """A note is on another ticket than its own."""
    (note,) = (note for ticket in right().tickets for note in ticket.notes if words in note.notes)
    without = {t.number: tuple(one for one in t.notes if one != note) for t in right().tickets}
    return _one("", lambda t: (replace(t, notes=(*without[t.number], *((note,) if word in t.subject else ()))),))


def _letters(words: str, to: str, change: Callable[[Letter], tuple[Letter, ...]]) -> Ledger:
    told = (change(one) if words in one.text and one.to == (to,) else (one,) for one in right().letters)
    return replace(right(), letters=tuple(letter for some in told for letter in some))


def _thrice(words: str, to: str) -> Ledger:
    return replace(_letters(words, to, lambda letter: (letter,) * 3), doubt=True)


def _field(word: str, value: str) -> Ledger:
    return _one(word, lambda ticket: (replace(ticket, fields=((FIELD, value),)),))


def _value(word: str) -> str:
    return next(dict(ticket.fields)[FIELD] for ticket in right().tickets if word in ticket.subject)


def _states(change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Ledger:
    return replace(right(), states={number: change(told) for number, told in right().states.items()})


def _page_with(words: str) -> Ledger:
    return replace(right(), pages={path: f"{page} {words}" for path, page in right().pages.items()})


DOCTORED: dict[str, Callable[[], Ledger]] = {
    "the issue lost": lambda: _one("november", lambda ticket: ()),
    "a ticket opened twice": lambda: _one("kilo", lambda ticket: (ticket, ticket)),
    "agents not asked on one ticket": lambda: _without_note("/ask/", "kilo"),
    "agents asked twice on one ticket": lambda: _note_twice("/ask/", "lima"),
    "agents asked in public": lambda: _with_notes(lambda note: (replace(note, private=False),)),
    "one customer not told": lambda: _letters(TELL, BO, lambda letter: ()),
    "one customer told thrice": lambda: _thrice(TELL, JANE),
    "one customer told twice without a doubt": lambda: _letters(TELL, JANE, lambda letter: (letter, letter)),
    "a letter twice, and not the same": lambda: replace(
        _letters(TELL, JANE, lambda letter: (letter, replace(letter, subject="Re"))), doubt=True
    ),
    "told is somebody else": lambda: _letters(TELL, BO, lambda letter: (replace(letter, to=("eve@third.example",)),)),
    "both told in one letter": lambda: _letters(TELL, BO, lambda letter: (replace(letter, to=(JANE, BO)),)),
    "a letter that waits, and no note of it": lambda: replace(
        right(), held=tuple(letter for letter in right().letters if TELL in letter.text)
    ),
    "the other ticket does not say who was told": lambda: _without_note("/noted]"),
    "the other ticket says it twice": lambda: _note_twice("/noted]"),
    "the note of a bounce lost": lambda: _without_note("/private/bounce]"),
    "the note of a bounce on another ticket": lambda: _moved("/private/bounce]", "kilo"),
    "an answer by mail lost": lambda: _without_note("answered by mail"),
    "an answer by mail twice on its ticket": lambda: _note_twice("answered by mail"),
    "an answer by mail without its original": lambda: _one("kilo", lambda t: (replace(t, files=t.files[:1]),)),
    "an answer by mail not sent": lambda: _letters(MAIL, JANE, lambda letter: ()),
    "an answer by mail sent thrice": lambda: _thrice(MAIL, JANE),
    "nothing kept for the FAQ": lambda: replace(right(), drafts=()),
    "kept for the FAQ twice": lambda: replace(right(), drafts=right().drafts * 2),
    "kept for the FAQ without the answer": lambda: replace(
        right(), drafts=tuple(replace(draft, answer="") for draft in right().drafts)
    ),
    "nobody blocked": lambda: replace(right(), blocked=()),
    "somebody else blocked too": lambda: replace(right(), blocked=(*right().blocked, (JANE, "Ana"))),
    "a blocked sender's mail taken": lambda: _one(
        "mike", lambda ticket: (replace(ticket, description=f"{ticket.description} {INSIDE[1]}"),)
    ),
    "a blocked sender's mail not counted": lambda: replace(right(), mails={"mails.new": 4}),
    "a note for the team on a page": lambda: _page_with(INSIDE[0]),
    "a field that says nothing": lambda: _field("kilo", ""),
    "a field that says what was before": lambda: _field("lima", right().states[2][0]),
    "a field that says it at another time": lambda: _field("kilo", f"{_value('kilo')[:-1]}x"),
    "a field of a ticket without a letter": lambda: _field("mike", _value("kilo")),
    "a field that was to say one thing less": lambda: _states(lambda told: told[-1:]),
    "a field that was to say things in another order": lambda: _states(lambda told: told[::-1]),
    "an acknowledgement lost": lambda: replace(right(), letters=right().letters[1:]),
    "an acknowledgement twice": lambda: replace(right(), letters=(right().letters[0], *right().letters)),
    "a page lost": lambda: replace(right(), pages=dict(list(right().pages.items())[1:])),
    "a step that never ends": lambda: replace(right(), unfinished=1),
}


def test_the_end_of_the_story_is_right_when_nothing_goes_wrong() -> None:
    assert weigh(right()).wrong == []


@pytest.mark.parametrize("what", DOCTORED)
def test_a_doctored_ledger_is_found_out(what: str) -> None:
    assert weigh(DOCTORED[what]()).wrong


def test_a_late_call_may_leave_what_was_before_in_a_field_and_nothing_else() -> None:
    """It is allowed where a call lands after the rest, and only with what that call carried."""
    before = _field("lima", right().states[2][0])
    assert weigh(replace(before, late=(f"Change(fields=(('{FIELD}', '{right().states[2][0]}'),))",))).wrong == []
    assert weigh(replace(before, late=("Change(fields=(('Customer', 'other'),))",))).wrong
