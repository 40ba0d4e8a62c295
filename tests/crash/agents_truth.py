"""What must be there at the end of the agents' story, and how often: tickets, notes, letters, copies, who takes part.
Pure."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from hd_bridge.mail.tokens import page_path
from hd_bridge.model import Ticket
from hd_bridge.relations import Relation
from hd_bridge.views import KnownConversation
from hd_bridge.work import UNFINISHED, Letter
from tests.crash.agents_story import ANSWERS, LOST, MAILS, NEW, ON, ONCE
from tests.crash.stage import GONE, Stage
from tests.crash.truth import Truth

SENT = "Sent"
TOLD = "Our letter was sent"
MARK = re.compile(r"\[hd:(\S+)\]")
STATUS = "We are now working on"
AUTOMATIC = {  # acknowledgements, and the one status that is told
    ("jane@acme.example", "ack"): 1,
    ("bo@other.example", "ack"): 1,
    ("bo@other.example", "status"): 1,
    ("cleo@fifth.example", "ack"): 1,
    ("ivy@seventh.example", "ack"): 2,  # her first ticket was deleted, her answer is a new one
}
ORIGINALS = 7  # of eight mails; one went with the ticket that was deleted
SAID = ("Kim answers.", "Moved words.", "Bearer words.")  # what customers wrote is on one page each


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All that lies somewhere at the end. ``copies`` are by Message-ID; ``dropped`` are the automatic letters in doubt,
    ``talks`` the conversations of tickets by number, ``held`` why each step that waits for a person does."""

    tickets: tuple[Ticket, ...]
    letters: tuple[Letter, ...]
    copies: dict[str, bytes]
    pages: dict[str, str]
    talks: dict[int, KnownConversation]
    dropped: tuple[tuple[str, str], ...]
    held: dict[str, str]
    mails: dict[str, int]
    contacts: frozenset[str]
    paths: dict[int, str]
    unfinished: int
    doubt: bool
    late: tuple[str, ...] = ()


def judge(stage: Stage, late_is_allowed: bool = False) -> Truth:
    """Everything that is not as it must be."""
    return weigh(ledger(stage, late_is_allowed))


def weigh(book: Ledger) -> Truth:
    """The same of a ledger alone."""
    truth = Truth()
    for what, times, due in _counts(book):
        truth.count(what, times, due, book.late)
    truth.again += [words for words, letters in _answers(book).items() if len(letters) == 2]
    for rule in (_originals, _privacy, _automatic, _answered, _copies, _told, _merged, _taking_part, _journal, _pages):
        truth.wrong += rule(book)
    return truth


def ledger(stage: Stage, late_is_allowed: bool = False) -> Ledger:
    """What lies where now."""
    journal = stage.house.journal
    tickets = tuple(stage.whole_tickets())
    talks = {t.number: known for t in tickets if (known := journal.conversation_by_ticket(t.number))}
    contact = journal.contact("jane@acme.example")
    return Ledger(
        tickets=tickets,
        letters=tuple(stage.outbox.letters),
        copies={id: raw for box in stage.boxes.values() for (_, id), raw in box.copies.items()},
        pages={path: content.decode() for path, content in stage.publisher.files.items()},
        talks=talks,
        dropped=tuple(_dropped(stage)),
        held={item.key: _waiting(stage, item.key) for item in journal.held()},
        mails={kind: n for kind, n in journal.tally().items() if kind.startswith("mails.")},
        contacts=frozenset(contact.addresses if contact else ()),
        paths={number: page_path(stage.house.ring, talk.id) for number, talk in talks.items()},
        unfinished=len(journal.steps(conversation=None, states=UNFINISHED, limit=9)),
        doubt=bool(stage.fuse.deaths or stage.told.get("letters in doubt")),
        late=tuple(stage.late) if late_is_allowed else (),
    )


def _waiting(stage: Stage, key: str) -> str:
    letter = stage.house.journal.letter(key)
    return letter.text if letter else ""


def _dropped(stage: Stage) -> Iterator[tuple[str, str]]:
    query = "SELECT payload FROM steps WHERE kind = 'SendLetter' AND state = 'dropped'"
    with closing(sqlite3.connect(stage.folder / "journal.sqlite")) as database:
        for (payload,) in database.execute(query):
            step = json.loads(payload)
            if step["automatic"]:
                yield step["to"][0], step["kind"]


def _counts(book: Ledger) -> Iterator[tuple[str, int, int]]:
    """How often things are there, and how often they must be."""
    notes = [note.notes for ticket in book.tickets for note in ticket.notes]
    for word in NEW:
        yield word, sum(word in ticket.subject for ticket in book.tickets), 1
    for text in ONCE:
        yield text, sum(text in note for note in notes), 1
    # A letter in doubt for the second time is told on its ticket as a refused one is.
    for about, due in (("/private/merged]", 1), ("/refused]", 1 + len(_doubtful(book)))):
        yield about, sum(about in note for note in notes), due
    yield "Ivy answers.", sum("Ivy answers." in ticket.description for ticket in book.tickets), 1
    for word in set(ON.values()):
        due = sum(there == word and which not in _doubtful(book) for which, there in ON.items())
        yield TOLD, _said_sent(_named(book, word)), due
    for mark, times in Counter(mark for note in notes for mark in MARK.findall(note)).items():
        if times > 1:
            yield mark, times, 1


def _named(book: Ledger, word: str) -> Iterator[Ticket]:
    return (ticket for ticket in book.tickets if word in ticket.subject)


def _own(book: Ledger, word: str) -> Ticket | None:
    """The bridge's own ticket: a twin came later."""
    return min(_named(book, word), key=lambda ticket: ticket.number, default=None)


def _originals(book: Ledger) -> Iterator[str]:
    names = [file.name for ticket in book.tickets for file in ticket.files]
    if len(set(names)) != len(names) or len(names) != ORIGINALS or not all(n.startswith("mail-") for n in names):
        yield f"originals: {names}"


def _privacy(book: Ledger) -> Iterator[str]:
    for ticket in book.tickets:
        for note in ticket.notes:
            if MARK.search(note.notes) and not note.private:
                yield f"a private note is public on #{ticket.number}"


def _automatic(book: Ledger) -> Iterator[str]:
    """Each is sent at most once, and one that was not is dropped, as the journal says."""
    automatic = [letter for letter in book.letters if b"Auto-Submitted" in letter.raw]
    out = Counter((to, "status" if STATUS in letter.text else "ack") for letter in automatic for to in letter.to)
    dropped = Counter(book.dropped)
    for which in {*AUTOMATIC, *out}:
        most = AUTOMATIC.get(which, 0)
        if not most - dropped[which] <= out[which] <= most:
            yield f"automatic letter {which}: {out[which]} times out, {dropped[which]} dropped, {most} wanted"


def _answers(book: Ledger) -> dict[str, list[Letter]]:
    persons = [letter for letter in book.letters if b"Auto-Submitted" not in letter.raw]
    return {words: [letter for letter in persons if words in letter.text] for words in ANSWERS}


def _doubtful(book: Ledger) -> set[str]:
    """The letters that wait for a person, being in doubt for the second time."""
    return {words for words in ANSWERS for text in book.held.values() if words in text}


def _answered(book: Ledger) -> Iterator[str]:
    answers, waiting = _answers(book), _doubtful(book)
    for words, letters in answers.items():
        if not letters and words not in waiting:
            yield f"the letter “{words}” is lost"
        if len(letters) > (2 if book.doubt else 1) or len(set(letters)) > 1:
            yield f"the letter “{words}” went out {len(letters)} times"
        if any(set(letter.to) != ANSWERS[words] for letter in letters):
            yield f"the letter “{words}” went to {letters[0].to}"
    if sum(map(len, answers.values())) != sum(b"Auto-Submitted" not in letter.raw for letter in book.letters):
        yield "there is a letter that nobody wrote"


def _copies(book: Ledger) -> Iterator[str]:
    """Whatever a person has sent lies in their mailbox too, as it was sent, and nothing else does."""
    sent = {letter.message_id: letter.raw for letters in _answers(book).values() for letter in letters}
    waiting = {one.message_id for words in _doubtful(book) for one in _answers(book)[words]}
    if any(sent.get(id) != raw for id, raw in book.copies.items()):
        yield "a copy is of no letter that went out"
    if lacking := set(sent) - set(book.copies) - waiting:
        yield f"no copy of {lacking}"


def _said_sent(tickets: Iterable[Ticket]) -> int:
    """How often a private note says that a letter went out."""
    return sum(TOLD in note.notes for ticket in tickets for note in ticket.notes)


def _told(book: Ledger) -> Iterator[str]:
    """Only the tickets of letters say that one went out."""
    if elsewhere := _said_sent(book.tickets) - sum(_said_sent(_named(book, word)) for word in set(ON.values())):
        yield f"{elsewhere} notes of letters that are none"


def _merged(book: Ledger) -> Iterator[str]:
    golf, foxtrot = _own(book, "golf"), _own(book, "foxtrot")
    if golf is None or foxtrot is None:
        return
    if [one for one in golf.relations if one.kind == "duplicated"] != [
        Relation(kind="duplicated", other=foxtrot.number)
    ]:
        yield f"golf is related by {golf.relations}"
    if not foxtrot.closed or golf.closed:
        yield f"after merging foxtrot is {foxtrot.status}, golf {golf.status}"
    if not any("Moved words." in note.notes for note in golf.notes):
        yield "what came to the merged ticket is not on the one that lives on"


def _taking_part(book: Ledger) -> Iterator[str]:
    wanted = {
        "echo": ("jane@acme.example", {"jane@acme.example", "mo@fourth.example"}),
        "golf": ("cleo@fifth.example", {"cleo@fifth.example", "bo@other.example"}),
        "hotel": ("kim@sixth.example", {"kim@sixth.example"}),
        "juliett": (GONE, {GONE}),
        "india": ("ivy@seventh.example", {"ivy@seventh.example"}),
    }
    for word, (customer, people) in wanted.items():
        talks = [talk for ticket in _named(book, word) if (talk := book.talks.get(ticket.number))]
        if [talk.address for talk in talks] != [customer] or any(talk.gone for talk in talks):
            yield f"{word} is no conversation with {customer}: {talks}"
        elif talks[0].participants | {customer} != people:
            yield f"on {word} are {talks[0].participants}"
    if "mo@fourth.example" not in book.contacts:
        yield "who was let in is not known as the customer's"


def _journal(book: Ledger) -> Iterator[str]:
    if sum(book.mails.values()) != MAILS or any("undecided" in kind for kind in book.mails):
        yield f"mails: {book.mails}"
    held = [text for text in book.held.values() if not any(words in text for words in ANSWERS)]
    if len(held) != 1 or LOST not in held[0]:
        yield f"held: {book.held}"
    if book.unfinished:
        yield "something is still on its way"


def _pages(book: Ledger) -> Iterator[str]:
    """Every ticket of ours has its page, and what was said is on one."""
    lacking = [n for n, path in book.paths.items() if not any(path in page for page in book.pages)]
    if lacking:
        yield f"no page for {lacking}"
    for text in (*SAID, *(words for words in ANSWERS if words not in _doubtful(book))):
        if (times := sum(text in page for page in book.pages.values())) != 1:
            yield f"“{text}” is on {times} pages"
