"""A whole house for tests: real journal, real embedded tracker, real letters; clock, mailbox, outbox, site stand in."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hd_bridge import consider, perform, receive
from hd_bridge.house import Doors, House
from hd_bridge.journal import SqlJournal
from hd_bridge.letters.saved_shelf import Shelf
from hd_bridge.mail.keyring import load_keyring
from hd_bridge.policy import Choices, MailboxPolicy, Policy, Rule
from hd_bridge.policy import Test as Condition
from hd_bridge.render_load import load_templates
from hd_bridge.tracker.embedded import EmbeddedTracker
from hd_bridge.tracker.embedded_desk import Desk
from hd_bridge.tracker.embedded_faults import Faults
from hd_bridge.tracker.embedded_seed import Seed
from hd_bridge.views import MailSummary
from hd_bridge.watch import Watch, learn
from hd_bridge.work import SendLetter
from tests.fakes import FakeClock, FakeMailbox, FakeOutbox, FakePublisher

SUPPORT = MailboxPolicy(name="support", address="support@example.com", project="support", sender_name="Example Support")
BUGS = Rule(
    name="bugs",
    when=Condition(what="subject", how="contains", values=("error",)),
    then=Choices(category="Bugs", due_in=timedelta(days=2), tags=("bug",)),
)
POLICY = Policy(
    instance="test",
    mailboxes=(SUPPORT,),
    rules=(BUGS,),
    reopen_status="In Progress",
    site_url="https://help.example.com/",
)


@dataclass
class Home:
    """A house and the stand-ins around it. ``folder`` keeps what a restart must find again."""

    folder: Path
    policy: Policy = POLICY
    clock: FakeClock = field(default_factory=FakeClock)
    faults: Faults = field(default_factory=Faults)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    boxes: dict[str, FakeMailbox] = field(default_factory=dict)
    upload_limit: int = 5 * 2**20
    private_notes_allowed: bool = True
    hidden_fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for mailbox in self.policy.mailboxes:
            self.boxes.setdefault(mailbox.name, FakeMailbox(mailbox.name, self.clock))
        self.house = self.open()
        for mailbox in self.policy.mailboxes:
            receive.begin(self.house, self.boxes[mailbox.name], None)

    def open(self) -> House:
        """A house as a new process would find it."""
        journal = SqlJournal.open(f"sqlite:///{self.folder / 'journal.sqlite'}", self.clock.now)
        self.tracker = EmbeddedTracker(
            self.folder / "tracker.sqlite",
            key="k",
            clock=self.clock,
            seed=Seed(
                projects=("support", "sales"),
                categories=("Bugs", "General"),
                agents=("Ana", "Bruno"),
                private_notes_allowed=self.private_notes_allowed,
                hidden_fields=self.hidden_fields,
            ),
            faults=self.faults,
            upload_limit=self.upload_limit,
        )
        house = House(
            policy=self.policy,
            journal=journal,
            tracker=self.tracker,
            outbox=self.outbox,
            publisher=self.publisher,
            boxes=dict(self.boxes),
            clock=self.clock,
            ring=load_keyring(self.folder / "keys.json", make=True),
            templates=load_templates(None),
            doors=Doors(journal, self.clock),
        )
        house.shelf = Shelf(
            self.tracker, page="Canned_answers", markup=self.policy.markup, monotonic=self.clock.monotonic
        )
        learn(house)
        return house

    def close(self) -> None:
        """Let go of the files."""
        self.house.journal.close()
        self.tracker.close()

    def restart(self) -> None:
        """The process dies between two steps, and another one starts."""
        self.close()
        self.house = self.open()
        self.house.journal.recover(self.clock.now(), alone=True)

    def post(self, raw: bytes, box: str = "support") -> None:
        """A mail arrives on the mail server."""
        self.boxes[box].put(raw)

    def turn(self, box: str | None = None) -> None:
        """All three beats once, until nothing is due any more."""
        for name, mailbox in self.boxes.items():
            if box in (None, name):
                receive.receive(self.house, mailbox, self.policy.mailbox(name))
        consider.consider_all(self.house)
        perform.drain(self.house, "test")

    def tick(self) -> int:
        """Look at the tracker as the daemon does."""
        found = Watch(self.house).tick()
        perform.drain(self.house, "test")
        return found

    def desk(self, agent: str = "Ana") -> Desk:
        """An agent at work in the tracker."""
        return Desk(self.folder / "tracker.sqlite", clock=self.clock, agent=agent)

    def mails(self) -> list[MailSummary]:
        """What became of every mail so far, in the order of arrival."""
        held = [self.house.journal.mail(item.key) for item in self.house.journal.held() if "/" not in item.key]
        conversations = {t.number: self.house.journal.conversation_by_ticket(t.number) for t in self.tickets()}
        of = [m for known in conversations.values() if known for m in self.house.journal.mails_of(known.id)]
        return sorted([*of, *(m for m in held if m)], key=lambda mail: mail.received_at)

    def tickets(self) -> list[Any]:
        """Every ticket of the tracker, closed ones too."""
        return sorted(self.desk().tickets(closed=True), key=lambda ticket: ticket.number)

    def delete_ticket(self, number: int) -> None:
        """An administrator deletes a ticket behind everybody's back."""
        with sqlite3.connect(self.folder / "tracker.sqlite") as db:
            db.execute("DELETE FROM journal WHERE issue_id = ?", (number,))
            db.execute("DELETE FROM attachment WHERE issue_id = ?", (number,))
            db.execute("DELETE FROM issue WHERE id = ?", (number,))
        db.close()

    def with_policy(self, **changes: Any) -> None:
        """Go on with another configuration."""
        self.policy = replace(self.policy, **changes)
        self.restart()


def mail(
    subject: str = "Printer error",
    body: str = "It does not print.",
    *,
    sender: str = "Jane Cooper <jane@acme.example>",
    to: str = "support@example.com",
    id: str = "<1@acme.example>",
    **headers: str,
) -> bytes:
    """A plain mail; other headers by name with underscores."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Sat, 21 Nov 2026 11:59:00 +0000"]
    lines += [f"Message-ID: {id}"] if id else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body, ""]).encode()


def persons_letter(key: str, conversation: str) -> SendLetter:
    """What a person answers Jane: sent again once when in doubt, unlike an acknowledgement."""
    return SendLetter(
        key=key,
        lane=f"{conversation}/letters",
        conversation=conversation,
        kind="answer",
        template="ack",
        language="en",
        mailbox="support",
        to=("jane@acme.example",),
        automatic=False,
    )


def reading(home: Home) -> list[int]:
    """The tickets that are read whole from now on."""
    read: list[int] = []
    whole = home.house.tracker.ticket
    home.house.tracker.ticket = lambda number: read.append(number) or whole(number)  # type: ignore[method-assign, func-returns-value]
    return read
