"""What the tracker, the customers and the journal hold at the end, against what they must hold. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from hd_bridge.mail.tokens import page_path
from hd_bridge.model import Ticket
from hd_bridge.work import UNFINISHED, Letter
from tests.crash.stage import GONE, Stage
from tests.crash.story import ANSWERS, INSIDE, MAILS, NEW, NOTES, OPEN, PRIVATE, SECRET

ACKNOWLEDGED = ("jane@acme.example", "bo@other.example", "eve@third.example")


@dataclass
class Truth:
    """``wrong`` must be empty. ``twins`` are doubles that a call landing after the rest has made: house.md's one
    condition under which there may be any. ``again`` are letters of persons that went out twice, being in doubt."""

    wrong: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)

    def count(self, what: str, times: int, due: int = 1, late: Iterable[str] = ()) -> None:
        """How often something is there, and must be; ``late`` are the calls after the rest that may have doubled it."""
        if times > due and any(what in call for call in late):
            self.twins.append(what)
        elif times != due:
            self.wrong.append(f"“{what}” is there {times} times, not {due}")


def judge(stage: Stage, late_is_allowed: bool = False) -> Truth:
    """Everything that is not as it must be."""
    truth = Truth()
    tickets = stage.whole_tickets()
    for what, times in _counts(tickets):
        truth.count(what, times, late=stage.late if late_is_allowed else ())
    for what, letters in _answers(stage).items():
        truth.again += [what] if len(letters) == 2 else []
    truth.wrong += [*_files(tickets), *_privacy(tickets), *_acknowledged(stage), *_answered(stage), *_inside(stage)]
    truth.wrong += [*_journal(stage), *_pages(stage, tickets), *_statuses(tickets)]
    return truth


def _statuses(tickets: list[Ticket]) -> Iterator[str]:
    for word, status in {"bravo": "In Progress", "delta": "Closed"}.items():
        found = [ticket.status for ticket in tickets if word in ticket.subject]
        if status not in found:
            yield f"{word} is {found}, and not {status}"


def _counts(tickets: list[Ticket]) -> Iterator[tuple[str, int]]:
    """How often each thing that must be there once is there. Tickets are counted by a word in their subject."""
    notes = [note.notes for ticket in tickets for note in ticket.notes]
    for word in NEW:
        yield word, sum(word in ticket.subject for ticket in tickets)
    for text in (*NOTES, *PRIVATE):
        yield text, sum(text in note for note in notes)


def _files(tickets: list[Ticket]) -> Iterator[str]:
    names = Counter(file.name for ticket in tickets for file in ticket.files)
    originals = [name for name in names if name.startswith("mail-") and name.endswith(".eml")]
    others = [name for name in names if name not in originals]
    if max(names.values(), default=0) > 1:
        yield f"files are there twice: {names}"
    if len(originals) != len(NEW) + len(NOTES):
        yield f"{len(originals)} originals"
    if [name.partition("-")[0] for name in sorted(others)] != ["a.pdf", OPEN, "p", SECRET]:
        yield f"the files of people are {others}"
    if sum(file.size for ticket in tickets for file in ticket.files if file.name in others) != 80:
        yield "a file is not whole"


def _privacy(tickets: list[Ticket]) -> Iterator[str]:
    for ticket in tickets:
        for note in ticket.notes:
            if "[hd:" in note.notes and not note.private:
                yield f"a private note is public on #{ticket.number}"


def _acknowledged(stage: Stage) -> Iterator[str]:
    automatic = Counter(to for letter in stage.outbox.letters for to in letter.to if b"Auto-Submitted" in letter.raw)
    tally = stage.house.journal.tally()
    if set(automatic) - set(ACKNOWLEDGED) or max(automatic.values(), default=0) > 1:
        yield f"acknowledgements: {automatic}"
    if len(automatic) + tally.get("steps.dropped", 0) < len(ACKNOWLEDGED):
        yield f"{len(automatic)} acknowledgements and {tally.get('steps.dropped', 0)} dropped"


def _answers(stage: Stage) -> dict[str, list[Letter]]:
    """The letters of persons, by the words of the note that each was."""
    persons = [letter for letter in stage.outbox.letters if b"Auto-Submitted" not in letter.raw]
    return {words: [letter for letter in persons if words in letter.text] for words in ANSWERS}


def _answered(stage: Stage) -> Iterator[str]:
    """A note is one letter; one in doubt went out twice at most, the same both times, or waits for a person."""
    answers, held = _answers(stage), _held(stage)
    doubt = stage.fuse.deaths or stage.told.get("letters in doubt")
    for words, letters in answers.items():
        if not letters and words not in held:
            yield f"the letter “{words}” is lost"
        if len(letters) > (2 if doubt else 1) or len(set(letters)) > 1:
            yield f"the letter “{words}” went out {len(letters)} times"
        if any((OPEN.encode() in letter.raw) != (words == "Answer words.") for letter in letters):
            yield f"the letter “{words}” has another's file, or lacks its own"
    if sum(map(len, answers.values())) != sum(b"Auto-Submitted" not in letter.raw for letter in stage.outbox.letters):
        yield "there is a letter that nobody wrote"


def _held(stage: Stage) -> dict[str, str]:
    """The letters of persons that wait, being in doubt for the second time: their steps, by their words. So do notes
    of a tracker whose clock was set back, for they look as if they had been hidden."""
    journal = stage.house.journal
    texts = {item.key: letter.text for item in journal.held() if (letter := journal.letter(item.key))}
    tickets = stage.whole_tickets()
    notes = sorted((note for ticket in tickets for note in ticket.notes), key=lambda note: note.id)
    if any(later.created_on < earlier.created_on for earlier, later in pairwise(notes)):
        read = {f"note-{ticket.number}-{note.id}/read/1": note.notes for ticket in tickets for note in ticket.notes}
        texts |= {item.key: read[item.key] for item in journal.held() if item.key in read}
    return {words: key for words in ANSWERS for key, text in texts.items() if words in text}


def _inside(stage: Stage) -> Iterator[str]:
    """What is private, was taken back or was a mistake has left by no way."""
    left = [*(letter.raw for letter in stage.outbox.letters), *stage.publisher.files.values()]
    for words in (*INSIDE, SECRET):
        if any(words.encode() in content for content in left):
            yield f"“{words}” has left"


def _journal(stage: Stage) -> Iterator[str]:
    journal = stage.house.journal
    tally = {kind: n for kind, n in journal.tally().items() if kind.startswith("mails.")}
    if sum(tally.values()) != MAILS or any("undecided" in kind for kind in tally):
        yield f"mails: {tally}"
    held = [item for item in journal.held() if item.key not in _held(stage).values()]
    if [item.kind for item in held] != ["SendLetter"] or GONE not in held[0].why + str(held[0]):
        yield f"held: {held}"
    if journal.steps(conversation=None, states=UNFINISHED, limit=1):
        yield "something is still on its way"
    if len(stage.boxes["sales"].filed) != len({raw for raw, _ in stage.boxes["sales"].mails}):
        yield f"filed away: {stage.boxes['sales'].filed}"


def _pages(stage: Stage, tickets: list[Ticket]) -> Iterator[str]:
    """Every ticket of ours has its page, and it shows the latest mail."""
    pages = {path: content.decode() for path, content in stage.publisher.files.items()}
    known = {c.id: c for t in tickets if (c := stage.house.journal.conversation_by_ticket(t.number))}
    lacking = [c.ticket for c in known.values() if not any(page_path(stage.house.ring, c.id) in p for p in pages)]
    if lacking:
        yield f"no page for {lacking}"
    for text in (*NOTES, *(words for words in ANSWERS if words not in _held(stage))):
        if sum(text in page for page in pages.values()) != 1:
            yield f"“{text}” is on {sum(text in page for page in pages.values())} pages"
