"""No method that runs per mail or per step reads a whole table: what a million rows cost. Touches the disk."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hd_bridge.journal import SqlJournal
from hd_bridge.mail.key import receipt_key
from hd_bridge.model import Contact, Verdict
from hd_bridge.work import Effects, Event, State, Wanted
from tests.contract.journal_cases import (
    ANN,
    HOUR,
    LEASE,
    NOW,
    SUPPORT,
    letter_to,
    mail,
    new,
    note,
    opening,
    outline,
    plan,
    receive,
    ticket,
    tracker_note,
)

# Tables that stay small, whatever comes.
SMALL = {"doors", "meta", "watermarks", "mailboxes", "breakers", "blocked_senders"}
Said = list[tuple[str, Any]]


class Overhearing(logging.Handler):
    """Statements that go to the driver past SQLAlchemy are told to a log, without their values."""

    def __init__(self, said: Said) -> None:
        super().__init__()
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        statement = record.getMessage()
        self._said.append((statement, (None,) * statement.count("?")))


@contextmanager
def listening() -> Iterator[Said]:
    """Every statement that goes to a database meanwhile, with its parameters (where they are told)."""
    said: Said = []
    prepared = logging.getLogger("hd_bridge.statements")
    overhearing = Overhearing(said)

    def hear(_db: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        said.append((statement, parameters[0] if many else parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    prepared.addHandler(overhearing)
    prepared.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        prepared.setLevel(logging.NOTSET)
        prepared.removeHandler(overhearing)
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)


def use_everything(journal: SqlJournal) -> None:
    """Each method once that runs per mail, per step or per tick."""
    journal.known("support", ["1/1"])
    (key,) = receive(journal, mail(1))
    receive(journal, mail(1), mailbox="sales", address="sales@example.org")
    journal.undecided(5)
    journal.received(key)
    journal.counts(ANN, "Broken", "support", NOW, 3)
    journal.standing(ANN, (ANN, "example.com"), NOW, NOW, 50)
    journal.breakers()
    told = plan(
        key,
        begins=new(),
        contact=Contact(name="Ann", addresses=(ANN,)),
        joins=("ben@example.com",),
        marks=((ANN, "temporary"),),
        events=(Event(source=key, kind="received", at=NOW),),
        steps=(opening(conversation="talk"), letter_to(conversation="talk", after="a/open", mail=key)),
    )
    journal.commit(told, outline(), NOW)
    work(journal)
    ask(journal, key)
    look_back(journal, key)


def work(journal: SqlJournal) -> None:
    """What workers do with steps."""
    journal.add([note("b/1", lane="b"), note("c/1", lane="c"), note("d/1", lane="d"), note("d/2", after="d/1")])
    journal.claim(Wanted(worker="w", lease=LEASE, doors=frozenset({"site"})), NOW)
    journal.doing("a/open", "w", NOW, NOW)
    journal.remember("a/open", {"token": "1"})
    journal.finish("a/open", NOW, Effects(ticket=ticket(7), sent="<1@x>", steps=(note("a/2"),)))
    journal.again("b/1", NOW, "")
    journal.rest("c/1", NOW, "")
    journal.hold("b/1", "")
    journal.release("b/1", NOW)
    journal.drop("d/1", "")
    journal.recover(NOW)
    journal.next_due(NOW)
    journal.see(ticket(7, notes=(tracker_note(1),)), (), (), NOW)


def ask(journal: SqlJournal, key: str) -> None:
    """What deciding, pages and people read."""
    journal.contact(ANN)
    journal.conversations_by_message_id(["<m1@example.com>"])
    journal.conversation_by_ticket(7)
    journal.snapshots([7, 8])
    journal.ripe(NOW, timedelta(0), 10)
    journal.page("talk")
    journal.mail(key[:8])
    journal.mails_of("talk")
    journal.held()
    for state in State:
        journal.steps(conversation=None, states=(state,), limit=5)
    journal.steps(conversation="talk", states=(), limit=5)
    (held,) = receive(journal, mail(2))
    journal.commit(plan(held, Verdict.HOLD), outline(2), NOW)
    journal.vouch(held)
    journal.dismiss(held, "", NOW)


def look_back(journal: SqlJournal, key: str) -> None:
    """What a replay reads for each mail, and what people read of letters."""
    journal.decided(receipt_key("", mail(1).raw)[2])
    past = journal.past(NOW + HOUR, NOW + HOUR)
    past.contact(ANN)
    past.conversations_by_message_id(["<m1@example.com>"])
    past.conversation_by_ticket(7)
    past.counts(ANN, "Broken", "support", NOW, 3)
    journal.steps_from(key)
    journal.step("a/open")
    journal.letter_steps("a/")
    for state in State:
        journal.letters((state,), 5, newest=True)
    journal.hurry("a/ack")
    journal.cancel("a/ack", "")


def scans(path: Path, said: Said) -> list[str]:
    """The statements that SQLite would answer by reading a whole table or a whole index."""
    db = sqlite3.connect(path)
    found = []
    for statement, parameters in said:
        if statement.split()[0] in ("SELECT", "UPDATE", "INSERT", "DELETE") and "sqlite_master" not in statement:
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            bad = [line for line in plan if line.startswith("SCAN") and not SMALL & set(line.split())]
            found += [f"{line}\n  of {statement}" for line in bad if "CONSTANT ROW" not in line]
            found += [f"{line}\n  of {statement}" for line in plan if "AUTOMATIC" in line or is_wide(line, statement)]
    db.close()
    return found


def is_wide(line: str, statement: str) -> bool:
    """Whether a few rows (of a conversation, or asleep) are looked for among all of a state or a verdict."""
    wide = any(name in line for name in ("ix_steps_state", "ix_mails_verdict"))
    return wide and ("conversation = ?" in statement or "wakes <= ?" in statement)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sqlite.db"


def test_nothing_that_runs_often_reads_a_whole_table(path: Path) -> None:
    journal = SqlJournal.open(f"sqlite:///{path}", clock=lambda: NOW)
    with listening() as said:
        use_everything(journal)
    journal.close()
    assert len(said) > 100
    assert SUPPORT not in SMALL
    assert scans(path, said) == []


def test_the_tally_counts_in_indexes_alone(path: Path) -> None:
    journal = SqlJournal.open(f"sqlite:///{path}", clock=lambda: NOW)
    with listening() as said:
        journal.tally()
    journal.close()
    assert scans(path, said)
    assert all("USING COVERING INDEX" in line for line in scans(path, said))
