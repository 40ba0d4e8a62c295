"""Journals to test, one for each kind of database; PostgreSQL joins by one more parameter. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hd_bridge.journal import SqlJournal
from tests.contract.journal_cases import NOW


@pytest.fixture(params=["sqlite"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    return f"{request.param}:///{tmp_path / 'journal.sqlite'}"


@pytest.fixture
def journal(journal_url: str) -> Iterator[SqlJournal]:
    """A new journal whose own clock stands at NOW."""
    opened = SqlJournal.open(journal_url, clock=lambda: NOW)
    yield opened
    opened.close()
