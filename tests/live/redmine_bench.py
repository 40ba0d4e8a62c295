"""The hand of the tracker's contract on a real Redmine: agents by its REST API, trouble by SQL and a proxy. Touches
the network."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import requests

from hd_bridge.ports import Tracker
from hd_bridge.tracker.redmine import RedmineTracker
from tests.live.servers.loopback import wait_until
from tests.live.servers.redmine import Redmine
from tests.live.servers.spoiler import Spoiler

WRONG_KEY = "0" * 40


@dataclass
class ShiftedClock:
    """The machine's own time, and what a test adds to it."""

    ahead: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += seconds


def tracker(
    url: str,
    key: str,
    projects: tuple[str, ...] = ("support",),
    *,
    clock: ShiftedClock | None = None,
    read_timeout: float = 60.0,
) -> RedmineTracker:
    """An adapter that has learnt nothing yet."""
    return RedmineTracker(url, key, projects=projects, clock=clock or ShiftedClock(), read_timeout=read_timeout)


@dataclass(kw_only=True)
class RedmineBench:
    """All three benches of ``tests.contract.tracker_bench``; ``door`` is ``tracker`` by its own type."""

    redmine: Redmine
    spoiler: Spoiler
    door: RedmineTracker
    tracker: Tracker
    clock: ShiftedClock
    project: str = "support"
    category: str = "Bugs"
    other_category: str = "Churn"
    other_tracker: str = "Support"
    priority: str = "High"
    assignee: str = "Ana Lopez"
    login: str = "ana"
    role: str = "Agent"
    field: str = "Customer"
    learnt_field: str = "Origin"
    open_status: str = "In Progress"
    closed_status: str = "Closed"
    upload_limit: int = 5120 * 1024

    def fresh(self) -> RedmineTracker:
        return tracker(self.redmine.url, self.redmine.bridge_key)

    def stranger(self) -> RedmineTracker:
        return tracker(self.redmine.url, WRONG_KEY)

    def count(self, word: str) -> int:
        return self.redmine.count_subjects(word)

    def note(
        self,
        number: int,
        text: str,
        *,
        private: bool = False,
        files: Mapping[str, bytes] | None = None,
        status: str | None = None,
    ) -> None:
        issue: dict[str, Any] = {"notes": text, "private_notes": private}
        issue["uploads"] = [{"token": self._laid(name, data), "filename": name} for name, data in (files or {}).items()]
        if status:
            issue["status_id"] = self._id("issue_statuses", status)
        self._put(number, issue)

    def relate(self, number: int, other: int, kind: str) -> None:
        asked = {"relation": {"issue_to_id": other, "relation_type": kind}}
        self._ask("POST", f"/issues/{number}/relations.json", json=asked)

    def assign(self, number: int, category: str | None, assignee: str | None) -> None:
        where = f"project_id = (SELECT id FROM projects WHERE identifier = '{self.project}')"
        self._put(
            number,
            {
                "category_id": self._id("issue_categories", category, where) if category else "",
                "assigned_to_id": self.redmine.users["ana"] if assignee else "",
            },
        )

    def write_page(self, title: str, text: str) -> None:
        self._ask("PUT", f"/projects/{self.project}/wiki/{title}.json", json={"wiki_page": {"text": text}})

    def burst(self, word: str, how_many: int) -> Sequence[int]:
        """Copies of one issue; Redmine could not write so many in one second."""
        columns = "tracker_id, project_id, description, status_id, priority_id, author_id, lock_version, is_private"
        rows = self.redmine.sql(
            f"INSERT INTO issues ({columns}, subject, created_on, updated_on, lft, rgt) "
            f"SELECT {columns}, 'Burst {word}', stamp, stamp + n * interval '1 microsecond', 1, 2 FROM "
            "(SELECT issues.*, date_trunc('second', localtimestamp) - interval '10 seconds' AS stamp FROM issues "
            f"WHERE project_id = {self._id('projects', self.project.capitalize())} LIMIT 1) one, "
            f"generate_series(1, {how_many}) n RETURNING id"
        )
        self.redmine.sql("UPDATE issues SET root_id = id WHERE root_id IS NULL")
        return [int(row[0]) for row in rows]

    def lose_next_answer(self) -> None:
        self.spoiler.lose_answer = True

    def collide_next_change(self) -> None:
        self.spoiler.meanwhile = self._colliding

    @contextmanager
    def _colliding(self, path: str) -> Iterator[None]:
        """Another transaction holds the row until Redmine, which has read it, waits for it; then it commits first."""
        found = re.match(r"/issues/(\d+)\.json", path)
        assert found, path
        command = ["psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(self.redmine.postgres.port), "-U", "postgres"]
        with subprocess.Popen([*command, "-d", self.redmine.database], stdin=subprocess.PIPE, text=True) as other:
            assert other.stdin
            other.stdin.write(f"BEGIN; UPDATE issues SET lock_version = lock_version + 1 WHERE id = {found[1]};\n")
            other.stdin.flush()
            wait_until(lambda: self._sessions("state = 'idle in transaction' AND query LIKE 'UPDATE issues%'"), "lock")
            commit = threading.Thread(target=self._commit_once_it_waits, args=(other.stdin,))
            commit.start()
            try:
                yield
            finally:
                commit.join()
                other.stdin.close()

    def _commit_once_it_waits(self, other: IO[str]) -> None:
        wait_until(lambda: self._sessions("wait_event_type = 'Lock'"), "Redmine never waited for the row", seconds=30)
        other.write("COMMIT;\n")
        other.flush()

    def _sessions(self, condition: str) -> bool:
        """Whether another session on Redmine's database is like that now."""
        mine = f"datname = '{self.redmine.database}' AND pid <> pg_backend_pid()"
        return self.redmine.sql(f"SELECT count(*) FROM pg_stat_activity WHERE {mine} AND {condition}") != [["0"]]

    def _put(self, number: int, issue: Mapping[str, Any]) -> None:
        self._ask("PUT", f"/issues/{number}.json", json={"issue": issue})

    def _laid(self, name: str, data: bytes) -> str:
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._ask("POST", "/uploads.json", params={"filename": name}, data=data, headers=headers)
        return str(answer.json()["upload"]["token"])

    def _ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> requests.Response:
        """As the agent Ana, by a road that has nothing of ours on it."""
        key = {"X-Redmine-API-Key": self.redmine.agent_key}
        answer = requests.request(
            method, self.redmine.url + path, headers=key | dict(headers or {}), timeout=60, **more
        )
        answer.raise_for_status()
        return answer

    def _id(self, table: str, name: str, where: str = "true") -> int:
        return int(self.redmine.sql(f"SELECT id FROM {table} WHERE name = '{name}' AND {where}")[0][0])
