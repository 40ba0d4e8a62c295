"""The journal's contract on a real PostgreSQL: every test of it that is not about SQLite's own files. Touches the
network."""

from __future__ import annotations

import secrets
from types import ModuleType

import pytest

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
