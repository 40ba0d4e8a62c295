"""Connections that stay open: whole transactions, one within another, errors, forks. Touches the disk."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hd_bridge.prepared import Prepared, begin
from hd_bridge.prepared_lines import IDLE, Lines

table = sa.Table("word", sa.MetaData(), sa.Column("text", sa.Text, primary_key=True))
WRITE = Prepared(sa.insert(table), ("text",))
READ = Prepared(sa.select(table.c.text).order_by(table.c.text))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = sa.create_engine(
        f"sqlite:///{tmp_path / 'words.sqlite'}", connect_args={"isolation_level": None}, max_overflow=-1
    )
    sa.event.listen(made, "begin", lambda db: begin(db, "BEGIN"))
    with made.begin() as db:
        db.exec_driver_sql("PRAGMA user_version")
        table.create(db)
    yield made
    made.dispose()


@pytest.fixture
def lines(engine: sa.Engine) -> Iterator[Lines]:
    made = Lines(engine)
    yield made
    made.close()


def words(lines: Lines) -> list[str]:
    with lines.transaction(only_reads=True) as db:
        return READ.scalars(db)


def driver(db: sa.Connection) -> Any:
    return db.connection.dbapi_connection


def test_what_sqlalchemy_runs_and_what_the_driver_runs_are_kept_or_undone_together(lines: Lines) -> None:
    with lines.transaction(only_reads=False) as db:
        WRITE.run(db, text="a")
        db.execute(sa.insert(table).values(text="b"))
    with pytest.raises(KeyError), lines.transaction(only_reads=False) as db:
        WRITE.run(db, text="c")
        db.execute(sa.insert(table).values(text="d"))
        raise KeyError("a fault within")
    assert words(lines) == ["a", "b"]


def test_one_transaction_after_another_speaks_on_the_same_line_even_after_an_error(lines: Lines) -> None:
    with lines.transaction(only_reads=True) as db:
        first = driver(db)
    with pytest.raises(sa.exc.IntegrityError), lines.transaction(only_reads=False) as db:
        WRITE.run(db, text="a")
        WRITE.run(db, text="a")
    with lines.transaction(only_reads=True) as db:
        assert driver(db) is first


def test_a_transaction_within_another_has_a_line_of_its_own(lines: Lines) -> None:
    with lines.transaction(only_reads=False) as db:
        WRITE.run(db, text="a")
        assert words(lines) == []
    assert words(lines) == ["a"]


def test_listeners_hear_each_transaction_with_its_options(engine: sa.Engine, lines: Lines) -> None:
    told: list[object] = []
    sa.event.listen(engine, "commit", lambda db: told.append(db.get_execution_options()["lazy"]))
    for lazy in (True, False, True):
        with lines.transaction(only_reads=False, lazy=lazy):
            pass
    assert told == [True, False, True]


def test_a_line_that_breaks_takes_the_idle_ones_with_it(lines: Lines) -> None:
    with lines.transaction(only_reads=True), lines.transaction(only_reads=True) as other:
        idle = driver(other)
    with pytest.raises(KeyError), lines.transaction(only_reads=True) as db:
        db.invalidate()
        raise KeyError("the server hung up")
    with lines.transaction(only_reads=True) as db, lines.transaction(only_reads=True) as second:
        assert driver(db) is not idle and driver(second) is not idle


def test_a_crowd_of_threads_leaves_few_lines_open(engine: sa.Engine, lines: Lines) -> None:
    together = threading.Barrier(IDLE + 3)

    def read() -> None:
        with lines.transaction(only_reads=True):
            together.wait(30)

    crowd = [threading.Thread(target=read) for _ in range(IDLE + 3)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    pool: Any = engine.pool
    assert pool.checkedout() == IDLE
    lines.close()
    assert pool.checkedout() == 0
    assert words(lines) == []


def test_who_finds_all_lines_in_use_waits_for_one(engine: sa.Engine) -> None:
    lines, found = Lines(engine, most=1), threading.Event()

    def read() -> None:
        words(lines)
        found.set()

    waiting = threading.Thread(target=read)
    with lines.transaction(only_reads=True):
        waiting.start()
        assert not found.wait(0.1)
    waiting.join()
    assert found.is_set()
    lines.close()


def test_a_forked_child_opens_lines_of_its_own(lines: Lines) -> None:
    with lines.transaction(only_reads=True) as db:
        of_parent = id(driver(db))
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()

    def child() -> None:
        with lines.transaction(only_reads=False) as db:
            told.put(id(driver(db)) == of_parent)
            WRITE.run(db, text="of the child")

    process = fork.Process(target=child)
    process.start()
    process.join(30)
    assert process.exitcode == 0 and told.get() is False
    assert words(lines) == ["of the child"]
