"""Two daemons on one PostgreSQL journal, killed in turn on the real servers; nothing is lost or doubled. Touches the
network."""

from __future__ import annotations

import secrets
from pathlib import Path

from tests.live.servers.dovecot import Dovecot
from tests.live.servers.postfix import Postfix
from tests.live.servers.postgres import Postgres
from tests.live.servers.redmine import Redmine
from tests.proof.drive import Drive
from tests.proof.report import Plan, tell
from tests.proof.stand import standing


def test_two_processes_that_are_killed_in_turn_lose_nothing_and_double_nothing(
    tmp_path: Path, postgres: Postgres, redmine: Redmine, dovecot: Dovecot, postfix: Postfix
) -> None:
    database = f"hd_fleet_{secrets.token_hex(4)}"
    postgres.create(database)
    plan = Plan(seed=20261131, mails=40, kills=6, processes=2, faults=False)
    with standing(tmp_path, redmine, dovecot, postfix, postgres.url(database)) as stand:
        report = Drive(stand, plan).run()
    tell(report)
    assert report.wrong == []
    assert report.kills.total() >= plan.kills
