"""What a copy of the journal refuses, before anything is written. Touches the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.journal.copy import copy_journal
from tests.contract.journal_cases import receive


def at(path: Path) -> str:
    """Its address."""
    return f"sqlite:///{path}"


def begun(path: Path) -> None:
    """A journal with a mail in it."""
    journal = SqlJournal.open(at(path))
    receive(journal)
    journal.close()


def test_a_journal_is_copied_into_a_new_file(tmp_path: Path) -> None:
    begun(tmp_path / "old.sqlite")
    assert copy_journal(at(tmp_path / "old.sqlite"), at(tmp_path / "new.sqlite")) == 1


def test_where_there_is_no_journal_to_copy_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"no journal to copy at .*old\.sqlite; see to journal\.url"):
        copy_journal(at(tmp_path / "old.sqlite"), at(tmp_path / "new.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_has_no_mail_yet_but_is_in_use_is_left_alone(tmp_path: Path) -> None:
    begun(tmp_path / "old.sqlite")
    other = SqlJournal.open(at(tmp_path / "new.sqlite"))
    other.set_meta("instance", "another")
    with pytest.raises(JournalError, match=r"in use already \(meta\)"):
        copy_journal(at(tmp_path / "old.sqlite"), at(tmp_path / "new.sqlite"))
    assert other.meta("instance") == "another"
    other.close()


def test_a_journal_is_not_copied_onto_itself(tmp_path: Path) -> None:
    begun(tmp_path / "old.sqlite")
    with pytest.raises(JournalError, match="in use already"):
        copy_journal(at(tmp_path / "old.sqlite"), at(tmp_path / "old.sqlite"))


def test_an_error_says_which_of_the_two_it_is_about_and_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "old.sqlite").write_bytes(b"a diary, and no database at all " * 100)
    with pytest.raises(JournalError, match="the journal to copy from: its file is not a database"):
        copy_journal(at(tmp_path / "old.sqlite"), at(tmp_path / "new.sqlite"))
    assert not (tmp_path / "new.sqlite").exists()
