"""The journal's contract on a real PostgreSQL: every test of it that is not about SQLite's own files. Touches the
network."""

from __future__ import annotations

import secrets
from types import ModuleType

import pytest
import sqlalchemy as sa

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from tests.contract import (
    test_journal_accepting,
    test_journal_acquaintances,
    test_journal_answering,
    test_journal_chain,
    test_journal_correspondence,
    test_journal_crowd,
    test_journal_doubt,
    test_journal_following,
    test_journal_governor,
    test_journal_guarding,
    test_journal_hindsight,
    test_journal_inbox,
    test_journal_outgoing,
    test_journal_people,
    test_journal_site,
    test_journal_steps,
    test_journal_strands,
    test_journal_verdicts,
)
from tests.contract.conftest import journal
from tests.contract.test_journal_strands import listener, told
from tests.live.servers.postgres import Postgres

__all__ = ["journal", "listener", "told"]

MODULES = (
    test_journal_accepting,
    test_journal_acquaintances,
    test_journal_answering,
    test_journal_chain,
    test_journal_correspondence,
    test_journal_crowd,
    test_journal_doubt,
    test_journal_following,
    test_journal_governor,
    test_journal_guarding,
    test_journal_hindsight,
    test_journal_inbox,
    test_journal_outgoing,
    test_journal_people,
    test_journal_site,
    test_journal_steps,
    test_journal_strands,
    test_journal_verdicts,
)


@pytest.fixture
def journal_url(postgres: Postgres) -> str:
    """The address of an empty database."""
    name = f"journal_{secrets.token_hex(6)}"
    postgres.create(name)
    return postgres.url(name, "postgresql+psycopg")


def _tests_of(module: ModuleType) -> dict[str, object]:
    short = module.__name__.rpartition("_")[2]
    return {f"test_{short}_{name[5:]}": test for name, test in vars(module).items() if name.startswith("test_")}


for _module in MODULES:
    globals().update(_tests_of(_module))


@pytest.mark.parametrize(("revision", "said"), [("9999", "newer hd-bridge"), ("0008", r"0008 to .* after-loss")])
def test_of_another_version_it_is_left_as_it_was_and_told(journal_url: str, revision: str, said: str) -> None:
    SqlJournal.open(journal_url).close()
    engine = sa.create_engine(journal_url)
    with engine.begin() as db:
        db.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    with pytest.raises(JournalError, match=said):
        SqlJournal.open(journal_url)
    with engine.begin() as db:
        assert db.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == revision
    engine.dispose()
