"""A house on the real Redmine with agents at work there: what they write, and which letters go out. Touches the
network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import requests

from hd_bridge import app, consider, perform, receive
from hd_bridge.config import load
from hd_bridge.demo import deliver
from hd_bridge.house import House
from hd_bridge.mail.tokens import new_conversation_id
from hd_bridge.tracker.redmine import RedmineTracker
from hd_bridge.views_guard import HeldItem
from hd_bridge.views_ticket import RACY
from hd_bridge.watch import Watch, learn
from hd_bridge.work import Letter, NewConversation
from tests.contract.tracker_bench import a_word
from tests.fakes import FakeOutbox
from tests.live.installation import a_mail
from tests.live.redmine_bench import ShiftedClock
from tests.live.servers.redmine import Redmine

CONFIG = """
tracker: {{kind: redmine, url: "{url}", key: "file:key"}}
mailboxes:
  - {{name: support, address: support@example.com, kind: maildir, path: var/inbox, project: support}}
outbox: {{kind: maildir, path: var/outbox}}
reopen: {{status: In Progress}}
"""
JANE = "jane@example.org"


@dataclass
class Answering:
    """The house, and the hands of people around it. Letters stay in memory; its clock goes where tests want it."""

    folder: Path
    redmine: Redmine
    house: House
    clock: ShiftedClock = field(default_factory=ShiftedClock)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    mails: int = 0

    def __post_init__(self) -> None:
        self.house.clock, self.house.outbox = self.clock, self.outbox
        learn(self.house)
        receive.begin(self.house, self.house.boxes["support"], None)
        self.watch = Watch(self.house)
        self.watch.tick()

    def ticket(self) -> int:
        """A ticket that a customer has opened, and the bridge has looked at since."""
        self.mails += 1
        mail = a_mail(JANE, "support@example.com", f"{a_word()} is broken", "Help.")
        deliver(self.folder / "var/inbox", f"{self.mails}.mail", bytes(mail))
        receive.receive(self.house, self.house.boxes["support"], self.house.policy.mailboxes[0])
        consider.consider_all(self.house)
        perform.drain(self.house, "test")
        number = int(self.redmine.sql("SELECT max(id) FROM issues")[0][0])
        assert self.house.journal.conversation_by_ticket(number), "it was opened just now"
        time.sleep(1.05 - time.time() % 1)  # in the second of its opening an agent's note is found later (RACY)
        self.clock.forward(RACY.total_seconds())
        self.watch.tick()
        self.outbox.letters.clear()
        return number

    def adopt(self, like: int, numbers: list[int]) -> None:
        """Tickets that were seeded behind our back are conversations of ours, read again when their second was over."""
        whole = self.house.tracker.ticket(like)
        assert whole is not None
        was = {int(id): datetime.fromtimestamp(float(at), UTC) for id, at in self._moments(numbers)}
        for number in numbers:
            new = NewConversation(
                id=new_conversation_id(),
                mailbox="support",
                project="support",
                subject="seeded",
                language="en",
                address=JANE,
            )
            at = was[number].replace(microsecond=0)
            seeded = replace(whole, number=number, updated_on=at, created_on=at, notes=(), files=())
            now = self.clock.now()
            self.house.journal.adopt(new, seeded, (), (), now)
            self.house.journal.see(seeded, (), (), now + RACY)

    def sent(self) -> list[Letter]:
        """What goes out once the tracker was looked at and the grace is over."""
        before = len(self.outbox.letters)
        self.watch.tick()
        self.clock.forward(31)
        for _ in range(2):
            perform.drain(self.house, "test")
        return self.outbox.letters[before:]

    def edit(self, words: str, **changes: object) -> None:
        """An agent edits a note in Redmine; empty ``notes`` delete it."""
        (row,) = self.redmine.sql(f"SELECT id FROM journals WHERE notes LIKE '%{words}%'")
        answer = requests.put(
            f"{self.redmine.url}/journals/{row[0]}.json",
            json={"journal": changes},
            headers={"X-Redmine-API-Key": self.redmine.agent_key},
            timeout=60,
        )
        assert answer.status_code in (200, 204), answer.text

    def held(self) -> list[HeldItem]:
        return list(self.house.journal.held())

    @property
    def requests(self) -> int:
        """How many the tracker was asked so far."""
        assert isinstance(self.house.tracker, RedmineTracker)
        return self.house.tracker.requests_made.total()

    def _moments(self, numbers: list[int]) -> list[list[str]]:
        listed = ", ".join(map(str, numbers))
        moment = "extract(epoch FROM updated_on AT TIME ZONE 'UTC')"
        return self.redmine.sql(f"SELECT id, {moment} FROM issues WHERE id IN ({listed})")


@contextmanager
def answering(folder: Path, redmine: Redmine, url: str = "") -> Iterator[Answering]:
    """For as long as the block lasts."""
    (folder / "key").write_text(redmine.bridge_key)
    (folder / "key").chmod(0o600)
    (folder / "config.yaml").write_text(CONFIG.format(url=url or redmine.url))
    settings = load(folder / "config.yaml")
    app.make_ready(settings)
    house = app.build(settings)
    try:
        yield Answering(folder, redmine, house)
    finally:
        house.journal.close()
        assert isinstance(house.tracker, RedmineTracker)
        house.tracker.close()
        house.close()


def read(letter: Letter) -> Any:
    return message_from_bytes(letter.raw, policy=policy.default)
