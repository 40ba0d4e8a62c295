"""What must be there at the end of the third story, and how often: letters by whom they went to, notes, entries for
the FAQ, blocked senders, and what the field says. Pure."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from hd_bridge.mail.tokens import page_path
from hd_bridge.model import Ticket
from hd_bridge.views_answers import FaqDraft
from hd_bridge.work import UNFINISHED, Letter
from tests.crash.desk_story import BO, FIELD, INSIDE, ISSUE, JANE, MAIL, NEW, PEST, QUESTION, TELL
from tests.crash.stage import Stage
from tests.crash.truth import Truth

Said = tuple[str, str]  # what an agent says, and to whom
PERSONS: tuple[Said, ...] = ((TELL, JANE), (TELL, BO), (MAIL, JANE))
ACKNOWLEDGED = (JANE, BO, PEST)
ONCE = {  # on which ticket each note is, once; a word with a slash is of a step's mark
    "answered by mail": "kilo",
    "/private/bounce]": "lima",
    "/noted]": "kilo",  # who was told elsewhere
    INSIDE[0]: "mike",
}
ASKED = ("kilo", "lima")  # each asks the agents what its customer is to hear
ORIGINALS = 4  # three requests, and the agent's answer
VERDICTS = {"new": 3, "follow-up": 1, "bounce": 1, "ignore": 1, "blocked": 1}  # what is blocked is ignored too


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All that lies somewhere at the end. ``dropped`` are the recipients of automatic letters in doubt, ``held`` the
    letters that wait for a person, ``states`` what each ticket's field was to say, one after the other."""

    tickets: tuple[Ticket, ...]
    letters: tuple[Letter, ...]
    pages: dict[str, str]
    paths: dict[int, str]
    dropped: tuple[str, ...]
    held: tuple[Letter | None, ...]
    mails: dict[str, int]
    drafts: tuple[FaqDraft, ...]
    blocked: tuple[tuple[str, str], ...]
    states: dict[int, tuple[str, ...]]
    unfinished: int
    doubt: bool
    late: tuple[str, ...] = ()


def judge(stage: Stage, late_is_allowed: bool = False) -> Truth:
    """Everything that is not as it must be."""
    return weigh(ledger(stage, late_is_allowed))


def weigh(book: Ledger) -> Truth:
    """The same of a ledger alone."""
    truth = Truth()
    for what, times in _counts(book):
        truth.count(what, times, late=book.late)
    truth.again += [f"{words} to {to}" for (words, to), letters in _persons(book).items() if len(letters) == 2]
    for rule in (_places, _originals, _privacy, _automatic, _answered, _field, _kept, _inside, _journal, _pages):
        truth.wrong += rule(book)
    return truth


def ledger(stage: Stage, late_is_allowed: bool = False) -> Ledger:
    """What lies where now."""
    journal = stage.house.journal
    tickets = tuple(stage.whole_tickets())
    talks = {known.id: t.number for t in tickets if (known := journal.conversation_by_ticket(t.number))}
    states: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for step in _steps(stage, "kind = 'SetFields' AND state = 'done'"):
        states[talks[step["conversation"]]] += tuple(value for name, value in step["fields"] if name == FIELD)
    dropped = [step for step in _steps(stage, "kind = 'SendLetter' AND state = 'dropped'") if step["automatic"]]
    return Ledger(
        tickets=tickets,
        letters=tuple(stage.outbox.letters),
        pages={path: content.decode() for path, content in stage.publisher.files.items()},
        paths={number: page_path(stage.house.ring, talk) for talk, number in talks.items()},
        dropped=tuple(to for step in dropped for to in step["to"]),
        held=tuple(journal.letter(item.key) for item in journal.held()),
        mails={kind: n for kind, n in journal.tally().items() if kind.startswith("mails.")},
        drafts=journal.faq_drafts(),
        blocked=tuple((one.pattern, one.by) for one in journal.blocked()),
        states=dict(states),
        unfinished=len(journal.steps(conversation=None, states=UNFINISHED, limit=9)),
        doubt=bool(stage.fuse.deaths or stage.told.get("letters in doubt")),
        late=tuple(stage.late) if late_is_allowed else (),
    )


def _steps(stage: Stage, where: str) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(stage.folder / "journal.sqlite")) as database:
        for (payload,) in database.execute(f"SELECT payload FROM steps WHERE {where} ORDER BY seq"):
            yield json.loads(payload)


def _notes(book: Ledger) -> Iterator[tuple[Ticket, str]]:
    return ((ticket, note.notes) for ticket in book.tickets for note in ticket.notes)


def _counts(book: Ledger) -> Iterator[tuple[str, int]]:
    """How often each thing that must be there once is there."""
    for word in (*NEW, ISSUE):
        yield word, sum(word in ticket.subject for ticket in book.tickets)
    for text in ONCE:
        yield text, sum(text in note for _, note in _notes(book))
    marks = Counter(note.rpartition("[hd:")[2] for _, note in _notes(book) if "[hd:" in note)
    yield from ((mark, times) for mark, times in marks.items() if times > 1)


def _places(book: Ledger) -> Iterator[str]:
    """Each note is on its own ticket, and the agents were asked on each ticket that waited."""
    for text, word in ONCE.items():
        if any(text in note and word not in ticket.subject for ticket, note in _notes(book)):
            yield f"“{text}” is on another ticket than {word}"
    asked = [word for word in NEW for ticket, note in _notes(book) if word in ticket.subject and "/ask/" in note]
    if set(asked) != set(ASKED):
        yield f"the agents were asked on {asked}"
    refused = sum("/refused]" in note for _, note in _notes(book))
    if refused != len(_doubtful(book)):
        yield f"{refused} notes tell of letters that wait"


def _originals(book: Ledger) -> Iterator[str]:
    names = [file.name for ticket in book.tickets for file in ticket.files]
    if len(set(names)) != len(names) or len(names) != ORIGINALS or not all(n.startswith("mail-") for n in names):
        yield f"originals: {names}"


def _privacy(book: Ledger) -> Iterator[str]:
    for ticket in book.tickets:
        if any("[hd:" in note.notes and not note.private for note in ticket.notes):
            yield f"a private note is public on #{ticket.number}"


def _automatic(book: Ledger) -> Iterator[str]:
    """Each is sent at most once, and one that was not is dropped, as the journal says."""
    out = Counter(to for letter in book.letters if b"Auto-Submitted" in letter.raw for to in letter.to)
    dropped = Counter(book.dropped)
    for to in {*ACKNOWLEDGED, *out}:
        most = ACKNOWLEDGED.count(to)
        if not most - dropped[to] <= out[to] <= most:
            yield f"acknowledgements of {to}: {out[to]} out, {dropped[to]} dropped"


def _persons(book: Ledger) -> dict[Said, list[Letter]]:
    persons = [letter for letter in book.letters if b"Auto-Submitted" not in letter.raw]
    return {(words, to): [one for one in persons if words in one.text and one.to == (to,)] for words, to in PERSONS}


def _doubtful(book: Ledger) -> set[Said]:
    """The letters that wait for a person, being in doubt for the second time."""
    return {(words, to) for words, to in PERSONS for one in book.held if one and words in one.text and to in one.to}


def _answered(book: Ledger) -> Iterator[str]:
    """Once each; in doubt twice at most, the same both times, or it waits for a person."""
    letters, waiting = _persons(book), _doubtful(book)
    for (words, to), found in letters.items():
        if not found and (words, to) not in waiting:
            yield f"the letter “{words}” to {to} is lost"
        if len(found) > (2 if book.doubt else 1) or len(set(found)) > 1:
            yield f"the letter “{words}” to {to} went out {len(found)} times"
    if sum(map(len, letters.values())) != sum(b"Auto-Submitted" not in letter.raw for letter in book.letters):
        yield "there is a letter that nobody wrote, or one to somebody else"


def _ours(book: Ledger, word: str) -> Iterator[Ticket]:
    """The bridge's own tickets: a call that lands late may have made a twin."""
    return (ticket for ticket in book.tickets if word in ticket.subject and ticket.number in book.paths)


def _field(book: Ledger) -> Iterator[str]:
    """It says what became of the ticket's last letter; a call that lands after the rest says it as it was before."""
    last = {"kilo": "failed" if (MAIL, JANE) in _doubtful(book) else "sent", "lima": "bounced", "mike": ""}
    for word, state in last.items():
        for ticket in _ours(book, word):
            value, told = dict(ticket.fields).get(FIELD, ""), book.states.get(ticket.number, ())
            if len(told) != (2 if state else 0) or not (told or ("",))[-1].startswith(state):
                yield f"the field of {word} was to say {told}, and last that it was {state}"
            if value not in (told or ("",))[-1:] and not any(value and value in call for call in book.late):
                yield f"the field of {word} says “{value}” after {told}"


def _kept(book: Ledger) -> Iterator[str]:
    """The answer is kept for the FAQ once, and the sender is blocked."""
    kilo = next((ticket.number for ticket in _ours(book, "kilo")), None)
    if [(one.question, one.answer.strip(), one.ticket) for one in book.drafts] != [(QUESTION, MAIL, kilo)]:
        yield f"kept for the FAQ: {book.drafts}"
    if book.blocked != ((PEST, "Ana"),):
        yield f"blocked: {book.blocked}"


def _inside(book: Ledger) -> Iterator[str]:
    for words in INSIDE:
        if any(words in letter.text for letter in book.letters) or any(words in page for page in book.pages.values()):
            yield f"“{words}” has left"
    inside = (*(ticket.description for ticket in book.tickets), *(note for _, note in _notes(book)))
    if any(INSIDE[1] in text for text in inside):
        yield "a blocked sender's mail was taken"


def _journal(book: Ledger) -> Iterator[str]:
    if book.mails != {f"mails.{verdict}": times for verdict, times in VERDICTS.items()}:
        yield f"mails: {book.mails}"
    if len(_doubtful(book)) != len(book.held):
        yield f"held: {book.held}"
    if book.unfinished:
        yield "something is still on its way"


def _pages(book: Ledger) -> Iterator[str]:
    """Every ticket of ours has its page, and what was said to its customer is on it."""
    if lacking := [n for n, path in book.paths.items() if not any(path in page for page in book.pages)]:
        yield f"no page for {lacking}"
    if len(book.paths) != len(NEW):
        yield f"conversations: {book.paths}"
    for words in (TELL, MAIL):
        due = sum(one == words and (one, to) not in _doubtful(book) for one, to in PERSONS)
        if (times := sum(words in page for page in book.pages.values())) != due:
            yield f"“{words}” is on {times} pages, not {due}"
