"""Which commits are forced to the disk and which are left to the next one that is (journal/store.py). Touches the
disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.tables import conversations, steps
from hd_bridge.prepared import Prepared, fresh
from hd_bridge.work import Effects, Wanted
from tests.contract.journal_cases import LEASE, NOW, note, receive


@contextmanager
def commits(journal: SqlJournal) -> Iterator[list[str]]:
    """How each writing transaction meanwhile was committed, and whether it wrote anything."""
    told: list[str] = []

    def hear(db: sa.Connection) -> None:
        if not db.get_execution_options().get("only_reads"):
            told.append("lazy" if db.get_execution_options().get("lazy") else "forced")

    sa.event.listen(journal._engine, "commit", hear)
    yield told
    sa.event.remove(journal._engine, "commit", hear)


def test_a_call_is_forced_and_what_leads_to_it_and_follows_is_not(journal: SqlJournal) -> None:
    receive(journal)
    journal.add([note("a/1")])
    with commits(journal) as told:
        journal.claim(Wanted(worker="w", lease=LEASE), NOW)
        journal.remember("a/1", {"uploads": "x"}, worker="w")
        journal.doing("a/1", "w", NOW, NOW)
        journal.finish("a/1", NOW, Effects(), lasting=False)
    assert told == ["lazy", "lazy", "forced", "lazy"]


def test_what_a_person_or_a_mail_server_was_told_is_forced(journal: SqlJournal) -> None:
    journal.add([note("a/1"), note("b/1", lane="b")])
    with commits(journal) as told:
        receive(journal)
        journal.finish("a/1", NOW, Effects())
        journal.hold("b/1", "look")
        journal.release("b/1", NOW)
        journal.drop("b/1", "no")
    assert told == ["forced"] * 5


def test_how_far_the_journal_goes_is_on_the_disk_before_it_is_told(journal: SqlJournal) -> None:
    """Else, after a power cut, the note outside would be ahead of the journal, as if that were an old copy."""
    journal.add([note("a/1")])
    journal.claim(Wanted(worker="w", lease=LEASE), NOW)
    journal.finish("a/1", NOW, Effects(steps=(note("a/2"),)), lasting=False)
    with commits(journal) as told:
        end = journal.sequence()
    assert told == ["forced"]
    assert journal.meta("settled") == str(end)
    assert journal.sequence() == end


def test_a_statement_is_told_exactly_the_values_that_it_wants(journal: SqlJournal) -> None:
    one = Prepared(sa.select(steps.c.seq).where(steps.c.key == sa.bindparam("step")))
    with journal._reading() as db:
        for values in ({}, {"step": "a", "more": "b"}):
            with pytest.raises(TypeError, match="wanted"):
                one.rows(db, **values)


def test_the_driver_s_error_leaves_as_the_journal_s_own_and_tells_no_value(journal: SqlJournal) -> None:
    short = fresh(conversations, "id", columns=("id", "subject"))
    with pytest.raises(JournalError) as caught, journal._writing() as db:
        short.run(db, id="top secret", subject="top secret")
    assert "secret" not in str(caught.value) + repr(caught.value.__cause__)
