"""How a journal is opened: made, brought up to date, refused with a word of advice. Touches the disk."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.columns import read, write
from hd_bridge.journal.migrate import FOLDER, HEAD
from hd_bridge.journal.tables import metadata
from tests.contract.journal_cases import NOW, mail, receive


def test_a_journal_is_made_with_its_folder_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "journal.sqlite"
    journal = SqlJournal.open(f"sqlite:///{path}")
    receive(journal)
    beside = list(path.parent.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in beside} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    journal.close()


def test_a_journal_opened_again_remembers(journal: SqlJournal, journal_url: str) -> None:
    (key,) = receive(journal)
    journal.close()
    again = SqlJournal.open(journal_url)
    assert again.received(key) is not None
    again.close()


def test_the_migrations_make_the_tables_that_the_code_knows(journal_url: str) -> None:
    SqlJournal.open(journal_url).close()
    engine = sa.create_engine(journal_url)
    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_partial_indexes_are_the_same_in_the_migrations_and_in_the_code(tmp_path: Path) -> None:
    SqlJournal.open(f"sqlite:///{tmp_path / 'one.sqlite'}").close()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'two.sqlite'}")
    metadata.create_all(engine)
    engine.dispose()
    assert indexes(tmp_path / "one.sqlite") == indexes(tmp_path / "two.sqlite")


def indexes(path: Path) -> set[str]:
    """The SQL of every index but Alembic's own."""
    db = sqlite3.connect(path)
    found = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")}
    db.close()
    return found


def told_to_be(folder: Path, revision: str) -> Path:
    """A new journal that says it is of another revision."""
    path = folder / "journal.sqlite"
    SqlJournal.open(f"sqlite:///{path}").close()
    db = sqlite3.connect(path)
    db.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    db.commit()
    db.close()
    return path


def test_the_code_knows_its_newest_revision() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == HEAD


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = told_to_be(tmp_path, "9999")
    with pytest.raises(JournalError, match="newer hd-bridge"):
        SqlJournal.open(f"sqlite:///{path}")


def test_a_journal_whose_tables_are_not_those_of_its_revision_is_left_as_it_was_and_told(tmp_path: Path) -> None:
    path = told_to_be(tmp_path, "0008")
    with pytest.raises(JournalError, match=r"from revision 0008 to .* after-loss"):
        SqlJournal.open(f"sqlite:///{path}")
    db = sqlite3.connect(path)
    assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [("0008",)]
    db.close()


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(JournalError, match="kept in mysql; write sqlite:///"):
        SqlJournal.open("mysql://user:secret@127.0.0.1:1/x")


def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"a diary, and no database at all " * 100)
    with pytest.raises(JournalError, match="name another path"):
        SqlJournal.open(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense", "nosuch://x/y"])
def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(JournalError):
        SqlJournal.open(url)


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="file"):
        SqlJournal.open(f"sqlite:///{tmp_path}/file/journal.sqlite")


def test_a_full_disk_is_told_and_nothing_is_half_kept(journal: SqlJournal) -> None:
    def allow(pages: int) -> None:
        with journal._engine.connect() as db:
            db.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    allow(1)  # SQLite takes the present size where that is more
    with pytest.raises(JournalError, match="make room"):
        receive(journal, mail(1), mail(2, body="x" * 1_000_000))
    assert journal.undecided(9) == ()
    assert journal.cursor("support") is None
    allow(2**31)
    receive(journal, mail(1))
    assert len(journal.undecided(9)) == 1


def test_an_error_never_tells_what_a_mail_says(journal: SqlJournal) -> None:
    receive(journal)
    with journal._writing() as db:
        db.exec_driver_sql("DROP TABLE raws")
    with pytest.raises(JournalError) as caught:
        receive(journal, mail(2, body="top secret"))
    assert "secret" not in repr(caught.value) + repr(caught.value.__cause__)


def test_times_sort_as_text_and_come_back_as_they_were() -> None:
    east = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=9)))
    first = datetime.min.replace(tzinfo=UTC)
    moments = [first, east, NOW.replace(microsecond=0), NOW, datetime.max.replace(tzinfo=UTC)]
    assert sorted(map(write, moments)) == [write(moment) for moment in moments]
    assert {len(write(moment)) for moment in moments} == {27}
    assert [read(write(moment)) for moment in moments] == moments


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        write(datetime(2026, 11, 21))
