"""How many requests the real Redmine is asked: the numbers that docs/benchmarks.md and DESIGN.md promise. Touches the
network."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hd_bridge import app, consider, perform, receive
from hd_bridge.config import load
from hd_bridge.demo import deliver
from hd_bridge.house import House
from hd_bridge.tracker.redmine import RedmineTracker
from hd_bridge.watch import Watch, learn
from tests.contract.tracker_bench import a_word
from tests.live.installation import a_mail
from tests.live.redmine_bench import RedmineBench, ShiftedClock
from tests.live.servers.redmine import Redmine

CONFIG = """
tracker: {{kind: redmine, url: "{url}", key: env:REDMINE_API_KEY}}
mailboxes:
  - {{name: support, address: support@example.com, kind: maildir, path: var/inbox, project: support}}
outbox: {{kind: maildir, path: var/outbox}}
site: {{folder: var/site, url: "https://help.example.com/"}}
reopen: {{status: In Progress}}
rules:
  - {{name: bugs, when: {{subject: {{contains: [broken]}}}}, then: {{category: Bugs}}}}
"""


@dataclass
class Counted:
    """A house on the real Redmine whose every request is counted."""

    house: House
    folder: Path
    clock: ShiftedClock
    mails: int = 0

    def spent(self, sender: str, subject: str, body: str, *, file: bool = False, **headers: str) -> int:
        """Requests that one mail costs, from its arrival to its last step."""
        self.mails += 1
        mail = a_mail(sender, "support@example.com", subject, body, **headers)
        if file:
            mail.add_attachment(b"one,two\n", maintype="text", subtype="csv", filename="data.csv")
        deliver(self.folder / "var/inbox", f"{self.mails}.mail", bytes(mail))
        before = self.total
        receive.receive(self.house, self.house.boxes["support"], self.house.policy.mailboxes[0])
        consider.consider_all(self.house)
        perform.drain(self.house, "test")
        return self.total - before

    @property
    def total(self) -> int:
        assert isinstance(self.house.tracker, RedmineTracker)
        return self.house.tracker.requests_made.total()


@pytest.fixture
def counted(tmp_path: Path, redmine: Redmine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    monkeypatch.setenv("REDMINE_API_KEY", redmine.bridge_key)
    (tmp_path / "config.yaml").write_text(CONFIG.format(url=redmine.url))
    settings = load(tmp_path / "config.yaml")
    app.make_ready(settings)
    house = app.build(settings)
    learn(house)
    receive.begin(house, house.boxes["support"], None)
    house.clock = clock = ShiftedClock()
    yield Counted(house, tmp_path, clock)
    house.close()
    house.journal.close()
    assert isinstance(house.tracker, RedmineTracker)
    house.tracker.close()


def test_a_new_mail_costs_two_requests_and_each_file_one_more(counted: Counted) -> None:
    assert counted.spent("jane@example.org", f"{a_word()} is broken", "Help.") == 2
    assert counted.spent("jane@example.org", f"{a_word()} is broken", "Help.", file=True) == 3


def test_a_follow_up_costs_two_requests_and_two_more_where_its_ticket_is_closed(counted: Counted) -> None:
    """A closed ticket may be a duplicate by now, which no list tells: it is looked at before and after."""
    word, customer = a_word(), "jane@example.org"
    first = f"<{word}@customers.example.org>"
    counted.spent(customer, f"{word} is broken", "Help.", id=first)
    assert counted.spent(customer, "Re: broken", "More.", In_Reply_To=first) == 2
    with sqlite3.connect(counted.folder / "var/journal.sqlite") as db:
        db.execute("UPDATE tickets SET closed = 1")
    db.close()
    assert counted.spent(customer, "Re: broken", "Again.", In_Reply_To=first) == 4


@pytest.mark.parametrize("burst", [0, 250])
def test_a_quiet_tick_costs_one_request_and_one_proof_a_minute(
    counted: Counted, bench: RedmineBench, burst: int
) -> None:
    """However much has changed lately: the window of what is listed reaches two minutes back."""
    counted.spent("jane@example.org", f"{a_word()} is broken", "Help.")
    if burst:
        bench.burst(a_word(), burst)
    watch = Watch(counted.house)
    watch.tick()
    settle(counted, watch)
    before = counted.total
    for _ in range(10):
        watch.tick()
    assert counted.total - before == 10


def settle(counted: Counted, watch: Watch) -> None:
    """Until no ticket is racy any more (its second is long over)."""
    for _ in range(2):
        counted.clock.forward(6)
        watch.tick()
