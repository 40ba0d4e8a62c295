"""What a program got right of a pile of mails, judged by what lies in the tracker afterwards. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.mails import Sample, root_words

WRONGS = ("lost", "doubled", "wrong ticket", "text garbled", "files missing", "machine mail became a ticket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as the tracker holds it; ``files`` are SHA-256 in hex."""

    id: int
    subject: str
    description: str
    files: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What one run left in the tracker: issues, and notes with their issue's number."""

    issues: tuple[Issue, ...]
    notes: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How many of all were fully right, what was wrong with the others, and which (by word)."""

    mails: int
    right: int
    wrong: Mapping[str, int]
    which: Mapping[str, str]

    def words(self) -> str:
        """In words: ``52 of 60`` or with what was wrong behind it."""
        said = ", ".join(f"{times} {what}" for what, times in self.wrong.items())
        return f"{self.right} of {self.mails}" + (f" ({said})" if said else "")


def together(scores: Sequence[Score]) -> Score:
    """The score of several runs as one."""
    wrong: Counter[str] = Counter()
    which: dict[str, str] = {}
    for score in scores:
        wrong.update(score.wrong)
        which.update(score.which)
    mails, right = sum(score.mails for score in scores), sum(score.right for score in scores)
    return Score(mails=mails, right=right, wrong=dict(wrong.most_common()), which=which)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a mail was found: its own issue, or a note (``subject`` None)."""

    issue: int
    text: str
    subject: str | None


def judge(pile: Sequence[Sample], ground: Ground) -> Score:
    """Exactly one issue or note a mail, on the right ticket, subject, text and files whole; none of a machine's."""
    places = _places(pile, ground)
    files = {issue.id: issue.files for issue in ground.issues}
    which, roots = {}, root_words(pile)
    for sample in pile:
        above = places.get(roots[sample.word], [])
        if what := _wrong(sample, places.get(sample.word, []), above, files):
            which[sample.word] = what
    wrong = dict(Counter(which.values()).most_common())
    return Score(mails=len(pile), right=len(pile) - len(which), wrong=wrong, which=which)


def _wrong(
    sample: Sample, found: Sequence[_Place], above: Sequence[_Place], files: Mapping[int, frozenset[str]]
) -> str | None:
    if sample.machine:
        return "machine mail became a ticket" if found else None
    if len(found) != 1:
        return "doubled" if found else "lost"
    (place,) = found
    if sample.answers:
        on_its_ticket = place.subject is None and place.issue in {one.issue for one in above}
    else:
        on_its_ticket = place.subject is not None
    if not on_its_ticket:
        return "wrong ticket"
    if _flat(sample.body) not in _flat(place.text) or place.subject not in (None, sample.subject):
        return "text garbled"
    if not {digest for _, digest in sample.files} <= files[place.issue]:
        return "files missing"
    return None


def _places(pile: Sequence[Sample], ground: Ground) -> dict[str, list[_Place]]:
    """Every issue and note by the word of the mail that it was made from: the one in its text, else in its subject.

    A text that was lost on the way must not make its mail count as lost too.
    """
    words = {sample.word for sample in pile}
    by_subject = {sample.subject: sample.word for sample in pile}
    found: dict[str, list[_Place]] = {}
    for issue in ground.issues:
        place = _Place(issue=issue.id, text=issue.description, subject=issue.subject)
        owner = _first(words, issue.description) or by_subject.get(issue.subject) or _first(words, issue.subject)
        found.setdefault(owner, []).append(place)
    for id, notes in ground.notes:
        found.setdefault(_first(words, notes), []).append(_Place(issue=id, text=notes, subject=None))
    return found


def _first(words: Collection[str], text: str) -> str:
    """Of several the one that stands first: what is quoted comes below."""
    return next((word for word in re.findall("[A-Za-z0-9]+", text) if word in words), "")


def _flat(text: str) -> str:
    return " ".join(text.split())
