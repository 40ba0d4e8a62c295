"""Ledger against truth: every mail that was taken is one issue, one note or one held item, whole. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

HOME_VERDICTS = ("new", "follow-up")  # a mail that belongs on a ticket
ENDED = ("done", "dropped", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that Postfix took. ``word`` stands in no other mail (for a request in its subject, for an answer in its
    body); ``files`` are the sha256 of what was attached. ``verdict`` is what it must become; empty: anything that makes
    no ticket. ``reply`` mails must not arrive before what they answer."""

    key: str
    word: str
    message_id: str
    customer: str
    raw: bytes
    files: tuple[str, ...] = ()
    verdict: str = ""
    sender: str = ""
    reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A row of the journal's; ``whole`` if its bytes end in exactly those that were sent."""

    key: str
    verdict: str | None
    acknowledge: bool
    sha256: str
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file on a ticket, its sha256 taken from the tracker's disk."""

    issue: int
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An issue's subject and description, or a note."""

    issue: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """An automatic letter in a customer's mailbox."""

    to: str
    in_reply_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the journal, the tracker and the customers hold at the end. ``steps`` are (key, kind, state)."""

    mails: tuple[Mail, ...]
    steps: tuple[tuple[str, str, str], ...]
    issues: tuple[Text, ...]
    notes: tuple[Text, ...]
    files: tuple[File, ...]
    acks: tuple[Ack, ...]


def judge(sent: tuple[Sent, ...], ledger: Ledger) -> list[str]:
    """Everything that is not as it must be, a sentence each; empty is what is promised."""
    seen = _Seen(ledger)
    wrong = [said for mail in sent for said in _of_mail(mail, seen)]
    strangers = set(seen.mails) - {mail.key for mail in sent}
    wrong += [f"the journal has mail {key}, which nobody sent" for key in sorted(strangers)]
    unknown = {key for key in seen.originals if key not in seen.mails}
    wrong += [f"the tracker has the original of {key}, which the journal does not know" for key in sorted(unknown)]
    wrong += [f"step {key} ({kind}) is still {state}" for key, kind, state in ledger.steps if state not in ENDED]
    return wrong


class _Seen:
    """The ledger by mail."""

    def __init__(self, ledger: Ledger) -> None:
        self.mails: dict[str, list[Mail]] = _grouped((mail.key, mail) for mail in ledger.mails)
        self.originals = _grouped((file.name[5:29], file) for file in ledger.files if file.name.startswith("mail-"))
        self.on_issue = _grouped((file.issue, file.sha256) for file in ledger.files)
        self.states = {key: state for key, _, state in ledger.steps}
        self.acks = Counter(ack.in_reply_to for ack in ledger.acks)
        self.ledger = ledger

    def places(self, word: str) -> list[int]:
        """The issues in whose words, or notes, a word is found: one for each finding."""
        texts = (*self.ledger.issues, *self.ledger.notes)
        return [text.issue for text in texts if word in text.text]

    def step(self, mail: str, kind: str) -> str:
        """The state of a mail's step of a kind."""
        return next((state for key, state in self.states.items() if key.startswith(f"{mail}/{kind}")), "missing")


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    grouped: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return dict(grouped)


def _of_mail(mail: Sent, seen: _Seen) -> Iterator[str]:
    """What is wrong with one mail."""
    rows = seen.mails.get(mail.key, [])
    if len(rows) != 1:
        yield f"{mail.word}: the journal has it {len(rows)} times"
        return
    row = rows[0]
    if row.verdict is None or (row.verdict if row.verdict in HOME_VERDICTS else "") != mail.verdict:
        yield f"{mail.word}: its verdict is {row.verdict} and not {mail.verdict or 'one without a ticket'}"
    if not row.whole:
        yield f"{mail.word}: its bytes in the journal are not those that were sent"
    if row.verdict in HOME_VERDICTS:
        yield from _at_home(mail, row, seen)
    elif found := seen.places(mail.word):
        yield f"{mail.word}: its verdict is {row.verdict}, and yet it is on {found}"
    yield from _acknowledged(mail, row, seen)


def _at_home(mail: Sent, row: Mail, seen: _Seen) -> Iterator[str]:
    """On one ticket once, with its original and its files; or its step is held, and it is nowhere."""
    state = seen.step(mail.key, "open" if row.verdict == "new" else "note")
    wanted = 1 if state == "done" else 0
    if state not in ("done", "held"):
        yield f"{mail.word}: its step is {state}"
    places, originals = seen.places(mail.word), seen.originals.get(mail.key, [])
    if len(places) != wanted:
        yield f"{mail.word}: it is there {len(places)} times, on {places}; its step is {state}"
    if [original.issue for original in originals] != places:
        yield f"{mail.word}: it is on {places}, its original on {[original.issue for original in originals]}"
    for original in originals:
        if original.name.endswith(".eml") and original.sha256 != row.sha256:
            yield f"{mail.word}: its original on #{original.issue} is not whole"
    for issue in places:
        lacking = Counter(mail.files) - Counter(seen.on_issue.get(issue, []))
        if lacking and not any(original.name.endswith(".txt") for original in originals):
            yield f"{mail.word}: {lacking.total()} of its files are not on #{issue}, or not whole"


def _acknowledged(mail: Sent, row: Mail, seen: _Seen) -> Iterator[str]:
    """At most once; and where none came, the journal knows that it was dropped or held."""
    came, state = seen.acks[mail.message_id], seen.step(mail.key, "ack")
    if came > (1 if row.acknowledge else 0):
        yield f"{mail.word}: it was acknowledged {came} times"
    if row.acknowledge and came == 0 and state not in ("dropped", "held"):
        yield f"{mail.word}: its acknowledgement is {state} and never came"
    if came and state == "missing":
        yield f"{mail.word}: an acknowledgement came that nobody planned"
