"""Mails that share a commit are decided as if each had its own, whatever they have to do with each other."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from hd_bridge import consider
from hd_bridge.house import House
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.tables import metadata
from hd_bridge.model import Verdict
from hd_bridge.policy import Caps, MailboxPolicy
from hd_bridge.ports_deciding import Deciding
from hd_bridge.work import Arrival
from tests.fakes import START, FakeClock
from tests.homes import POLICY, Home, mail

SALES = MailboxPolicy(name="sales", address="sales@example.com", project="sales")
TIGHT = Caps(same_subject=2, sender=3, mailbox=5, total=7)
SENDERS = ("Ann <ann@acme.example>", "Ben <ben@acme.example>", "Cleo <cleo@gmail.com>")
PEOPLE = ("ann@acme.example", "ben@acme.example", "cleo@gmail.com")
SUBJECTS = ("Printer error", "Invoice 7")
KINDS = ("new", "answer", "answer", "refers", "twin", "same", "automatic", "bounce", "other box")


@dataclass(frozen=True)
class Spec:
    """A mail: its kind, who sends it, what about, and which earlier one it has to do with."""

    kind: str
    sender: int
    subject: int
    earlier: int


SPECS = st.lists(
    st.builds(Spec, st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 1), st.integers(0, 30)),
    min_size=2,
    max_size=20,
)


def raws(specs: list[Spec]) -> list[tuple[str, bytes]]:
    """The mails of a story, each with the mailbox that it comes to."""
    made: list[tuple[str, bytes]] = []
    for number, spec in enumerate(specs):
        earlier = f"<m{spec.earlier % number}@acme.example>" if number else "<before@acme.example>"
        made.append(_raw(number, spec, earlier, made))
    return made


def _raw(number: int, spec: Spec, earlier: str, before: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    told: dict[str, Any] = {"sender": SENDERS[spec.sender], "id": f"<m{number}@acme.example>"}
    headers = {
        "answer": {"In_Reply_To": earlier},
        "refers": {"References": f"<far@acme.example> {earlier} <unknown@acme.example>"},
        "automatic": {"Auto_Submitted": "auto-replied", "In_Reply_To": earlier},
    }
    if spec.kind == "other box" and before:
        return "sales", before[spec.earlier % len(before)][1]
    if spec.kind == "same" and before:
        return before[spec.earlier % len(before)]
    if spec.kind == "bounce":
        return "support", bounce(number, PEOPLE[spec.sender], earlier)
    if spec.kind == "twin":
        told["id"] = earlier
    return "support", mail(SUBJECTS[spec.subject], f"Words {number}.", **told, **headers.get(spec.kind, {}))


def bounce(number: int, address: str, about: str) -> bytes:
    """A mail server says that an address does not exist."""
    lines = [
        "Return-Path: <>",
        "From: Mail Delivery System <mailer-daemon@mx.example>",
        "To: support@example.com",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <m{number}@acme.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        *("", "--b", "Content-Type: text/plain", "", "It could not be delivered.", "", "--b"),
        *("Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", ""),
        *(f"Final-Recipient: rfc822; {address}", "Action: failed", "Status: 5.1.1", "", "--b"),
        *("Content-Type: text/rfc822-headers", "", f"Message-ID: {about}", "", "--b--", ""),
    ]
    return "\r\n".join(lines).encode()


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with TemporaryDirectory(prefix="hd-together-") as folder:
        policy = replace(POLICY, mailboxes=(*POLICY.mailboxes, SALES), caps=TIGHT)
        made = Home(Path(folder), policy=policy)
        yield made
        made.close()


def told(home: Home, story: list[tuple[str, bytes]], act: Callable[[House], object]) -> dict[str, list[str]]:
    """What stands in a new journal that received this story, after ``act``."""
    house, journal = received(home, story)
    try:
        act(house)
        assert not journal.undecided(1)
        return content(journal)
    finally:
        journal.close()


def received(home: Home, story: list[tuple[str, bytes]], clock: FakeClock | None = None) -> tuple[House, SqlJournal]:
    """A house with a new journal that received this story and decided nothing of it."""
    empty, file = home.folder / "empty.sqlite", home.folder / "one.sqlite"
    if not empty.exists():
        SqlJournal.open(f"sqlite:///{empty}").close()
    for beside in home.folder.glob("one.sqlite*"):
        beside.unlink()
    shutil.copy(empty, file)
    clock = clock or FakeClock()
    journal = SqlJournal.open(f"sqlite:///{file}", clock.now)
    for number, (box, raw) in enumerate(story):
        arrival = Arrival(raw=raw, size=len(raw), internal_date=START, place=str(number), cursor=str(number))
        journal.receive(box, home.policy.mailbox(box).address, [arrival], START)
    return replace(home.house, journal=journal, clock=clock), journal


def content(journal: SqlJournal) -> dict[str, list[str]]:
    """Every row of every table; conversations by the order in which they began, since their names are drawn by lot."""
    with journal._engine.connect() as db:
        rows = {
            table.name: [repr(tuple(row)) for row in db.execute(sa.select(table))] for table in metadata.sorted_tables
        }
        names = db.execute(sa.text("SELECT id FROM conversations ORDER BY rowid")).scalars().all()
    known = {name: f"talk-{number}" for number, name in enumerate(names)}

    def plain(text: str) -> str:
        text = re.sub(r"-[a-z2-7]{26}\b", "", text)  # what signs the name of a page
        return re.sub(r"\b[a-z2-7]{16}\b", lambda match: known.get(match[0], match[0]), text)

    return {name: sorted(map(plain, some)) for name, some in rows.items()}


def one_by_one(house: House) -> None:
    for pair in consider.in_order(
        [(consider.read(house, one), one) for one in house.journal.undecided(consider.GROUP)]
    ):
        assert consider.consider_some(house, [pair]) == 1


@settings(max_examples=15, deadline=None)
@given(specs=SPECS)
def test_mails_decided_together_leave_the_same_journal_as_one_by_one(home: Home, specs: list[Spec]) -> None:
    story = raws(specs)
    assert told(home, story, consider.consider_all) == told(home, story, one_by_one)


class Blind:
    """A journal whose group does not see what it has brought so far, as if all were decided before one is kept."""

    def __init__(self, journal: SqlJournal) -> None:
        self._journal = journal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def decide(self, work: Callable[[Deciding], int]) -> int:
        later: list[tuple[Any, ...]] = []
        blind = Blind(self._journal)
        blind.commit = lambda *told: later.append(told)  # type: ignore[attr-defined]
        taken = work(blind)
        for told in later:
            self._journal.commit(*told)
        return taken


@pytest.mark.parametrize("kind", ["answer", "refers", "new"])
def test_the_comparison_finds_what_a_group_that_sees_nothing_of_itself_gets_wrong(home: Home, kind: str) -> None:
    story = raws([Spec("new", 0, 0, 0), *[Spec(kind, 0, 0, 0)] * 3, Spec("new", 0, 0, 0)])

    def blindly(house: House) -> None:
        consider.consider_all(replace(house, journal=Blind(house.journal)))  # type: ignore[arg-type]

    assert told(home, story, blindly) != told(home, story, one_by_one)


class Dying(Blind):
    """A journal whose process dies within a group, before its fourth verdict."""

    def decide(self, work: Callable[[Deciding], int]) -> int:
        def until_it_dies(journal: Deciding) -> int:
            dying = Blind(journal)  # type: ignore[arg-type]
            kept: list[object] = []

            def commit(*told: Any) -> None:
                if len(kept) == 3:
                    raise KeyboardInterrupt
                kept.append(told)
                journal.commit(*told)

            dying.commit = commit  # type: ignore[attr-defined]
            return work(dying)

        return self._journal.decide(until_it_dies)


def test_a_death_within_a_group_leaves_all_of_it_undecided_and_nothing_else(home: Home) -> None:
    story = raws([Spec("new", 0, 0, 0), *[Spec("answer", 1, 0, 0)] * 5])
    house, journal = received(home, story)
    before = content(journal)
    with pytest.raises(KeyboardInterrupt):
        consider.consider_all(replace(house, journal=Dying(journal)))  # type: ignore[arg-type]
    assert content(journal) == before
    assert len(journal.undecided(9)) == 6
    assert consider.consider_all(house) == 6
    journal.close()


def test_a_mail_that_cannot_be_decided_is_held_and_its_group_goes_on(home: Home) -> None:
    story = raws([Spec("new", 0, 0, 0), Spec("new", 1, 0, 0), Spec("answer", 0, 0, 0)])
    house, journal = received(home, [story[0], ("sales", story[1][1]), story[2]])
    alone = replace(home.policy, mailboxes=POLICY.mailboxes)
    consider.consider_all(replace(house, policy=alone))
    found = journal.tally()
    assert (found["mails.new"], found["mails.follow-up"], found["mails.hold"]) == (1, 1, 1)
    journal.close()


class SlowClock(FakeClock):
    """A clock by which every look takes a tenth of a second."""

    def monotonic(self) -> float:
        self.forward(seconds=0.1)
        return super().monotonic()


def test_the_journal_is_given_back_after_a_mail_that_took_long(home: Home) -> None:
    house, journal = received(home, raws([Spec("new", 0, 0, 0)] * 4), SlowClock())
    told: list[int] = []
    assert consider.consider_all(house, decided=lambda: told.append(len(journal.undecided(9)))) == 4
    assert told == [3, 2, 1, 0]
    journal.close()


def test_verdicts_are_told_of_when_they_are_kept_and_not_before(home: Home) -> None:
    house, journal = received(home, raws([Spec("new", 0, 0, 0)] * 20))
    told: list[int] = []
    consider.consider_all(house, decided=lambda: told.append(len(journal.undecided(99))))
    assert told == [20 - consider.TOGETHER, 0]
    assert {item.verdict for item in journal.mails_of(_only_talk(journal))} == {Verdict.NEW}
    journal.close()


def _only_talk(journal: SqlJournal) -> str:
    """The conversation of the first mail."""
    with journal._engine.connect() as db:
        return str(db.execute(sa.text("SELECT id FROM conversations ORDER BY rowid LIMIT 1")).scalar_one())
