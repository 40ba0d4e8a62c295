"""A house on a journal of any size, with a tracker that costs nothing: only our own cost shows. Touches the disk."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hd_bridge import consider, perform, receive
from hd_bridge.findings import Finding
from hd_bridge.house import Doors, House
from hd_bridge.journal import SqlJournal
from hd_bridge.mail.keyring import load_keyring
from hd_bridge.model import Catalogue, Change, Changed, Draft, Opened, Ticket, TicketFile, Upload
from hd_bridge.people import Member
from hd_bridge.perform.places import publish_page
from hd_bridge.render_load import load_templates
from hd_bridge.restores import Restores
from hd_bridge.watch import Watch, learn
from hd_bridge.work import UNFINISHED, Claim, PublishPage
from tests.bench.growth_seed import SPACING, names_of
from tests.fakes import FakeClock, FakeMailbox, FakeOutbox, FakePublisher
from tests.homes import POLICY, mail

LOOKED_AT = 3  # tickets that a quiet tick is told of: those of the last two minutes
BOX = "support"


@dataclass
class NullTracker:
    """Takes everything at once; of what was seeded it knows what can be told from a ticket's number."""

    clock: FakeClock
    seeded: int
    recent: tuple[Ticket, ...] = ()
    files: int = 0
    originals_of: list[str] = field(default_factory=list)

    def ticket_of(self, number: int, subject: str = "") -> Ticket:
        now, fresh = self.clock.now().replace(microsecond=0), number - self.seeded
        name = self.originals_of[fresh - 1] if fresh > 0 else f"mail-{names_of(number, self.seeded)['asks']}.eml"
        return Ticket(
            number=number,
            project="support",
            tracker="Support",
            subject=subject,
            status="New",
            closed=False,
            priority="Normal",
            created_on=now,
            updated_on=now,
            files=(TicketFile(id=number, name=name, size=1),),
        )

    def prove(self) -> None:
        pass

    def wiki_page(self, project: str, title: str) -> None:
        return None

    def members(self, project: str, *, logins: bool = False) -> tuple[Member, ...]:
        return ()

    def catalogue(self, project: str) -> Catalogue:
        return Catalogue(project=project, trackers=("Support",), categories=("Bugs",), statuses=(("New", False),))

    def upload(self, name: str, media_type: str, content: bytes) -> str:
        self.files += 1
        return f"{self.files}.token"

    def token_alive(self, token: str) -> bool:
        return True

    def create(self, draft: Draft, uploads: Sequence[Upload]) -> Opened:
        self.originals_of.append(uploads[0].name)
        return Opened(ticket=self.ticket_of(self.newest_number(), draft.subject))

    def change(self, number: int, change: Change) -> None:
        pass

    def ticket(self, number: int) -> Ticket | None:
        return self.ticket_of(number)

    def me(self) -> int:
        return 1

    def file(self, id: int, *, most: int = 0) -> bytes:
        return b""

    def relate(self, number: int, other: int, kind: str) -> None:
        pass

    def states(self, numbers: Collection[int]) -> dict[int, Ticket]:
        return {number: self.ticket_of(number) for number in numbers}

    def find_upload(self, name: str) -> int | None:
        return None

    def changed(self, since: datetime | None, *, whole: bool = True) -> Changed:
        return Changed(tickets=self.recent, server_time=self.clock.now())

    def check(self) -> tuple[Finding, ...]:
        return ()

    def newest_original(self, addresses: Collection[str]) -> tuple[int, str] | None:
        return None

    def newest_number(self) -> int:
        return self.seeded + len(self.originals_of)

    def originals(self) -> Iterator[tuple[Ticket, ...]]:
        return iter(())


@dataclass
class Grown:
    """A house whose journal already holds ``count`` tickets; ``folder`` has the keys."""

    url: str
    folder: Path
    count: int
    clock: FakeClock = field(default_factory=FakeClock)
    box: FakeMailbox = field(init=False)
    house: House = field(init=False)
    _sent: int = 0

    def __post_init__(self) -> None:
        journal = SqlJournal.open(self.url, self.clock.now)
        self.tracker = NullTracker(self.clock, self.count)
        self.box = FakeMailbox(BOX, self.clock)
        self.house = House(
            policy=POLICY,
            journal=journal,
            tracker=self.tracker,
            outbox=FakeOutbox(),
            publisher=FakePublisher(),
            boxes={BOX: self.box},
            clock=self.clock,
            ring=load_keyring(self.folder / "keys.json", make=False),
            templates=load_templates(None),
            doors=Doors(journal, self.clock),
            end_file=self.folder / f"end-{self.count}",
        )
        learn(self.house)
        self.tracker.recent = tuple(self._as_seen(self.count - i) for i in range(LOOKED_AT))
        self._watch, self._restores = Watch(self.house), Restores(self.house)
        self._restores.tick()
        self.tick()
        # The model's mails were read from the same mailbox: its places were 0 and 1.
        self.box.mails += [(b"", self.clock.now())] * int(journal.cursor(BOX) or 0)

    def _as_seen(self, number: int) -> Ticket:
        row = self.house.journal.snapshot(number)
        assert row is not None, f"ticket #{number} was not seeded"
        return replace(self.tracker.ticket_of(number), updated_on=row.updated_on)

    def post(self, dice: random.Random) -> int:
        """What customers send in a while: requests of known and of new ones, answers by id and by number. How many."""
        talk = names_of(dice.randint(1, self.count), self.count)
        known = names_of(dice.randint(1, self.count), self.count)
        self._sent += 1
        word = f"{self._sent}x{dice.randrange(10**9)}"
        mails = [
            mail("Printer error again", sender=f"Jane <{known['address']}>", id=f"<known{word}@x.example>"),
            mail("Invoice missing", sender=f"Joe <new{word}@new.example>", id=f"<new{word}@x.example>"),
            mail("Re: Printer error", sender=talk["address"], id=f"<a{word}@x.example>", In_Reply_To=talk["asks_id"]),
            mail(f"[support #{known['number']}] it", sender=known["address"], id=f"<b{word}@x.example>"),
        ]
        for raw in mails:
            self.box.put(raw)
        return len(mails)

    def work(self) -> None:
        """All three beats until nothing is due."""
        new = receive.receive(self.house, self.box, self.house.policy.mailbox(BOX))
        decided = consider.consider_all(self.house)
        perform.drain(self.house, "bench")
        left = self.house.journal.steps(conversation=None, states=UNFINISHED, limit=1)
        if not new or new != decided or left or self.house.doors.closed():
            raise RuntimeError(f"the house does not work: {new}, {decided}, {left}, {self.house.doors.closed()}")

    def tick(self) -> None:
        """What the daemon does in a beat in which nothing has happened."""
        self._watch.tick()
        self._restores.keep()
        self.house.journal.recover(self.clock.now())
        self.house.journal.next_due(self.clock.now())
        consider.consider_all(self.house)
        perform.drain(self.house, "bench")

    def page(self, dice: random.Random) -> None:
        """One ticket's page anew."""
        talk = str(names_of(dice.randint(1, self.count), self.count)["talk"])
        step = PublishPage(key="bench/page", lane="bench", conversation=talk)
        publish_page(self.house, Claim(step=step, worker="bench", tries=1, memo={}))

    def look(self) -> None:
        """The hourly look for signs of a restore."""
        Restores(self.house).tick()

    def pass_time(self) -> None:
        """As long as it takes until the next ticket."""
        self.clock.moment += SPACING

    def close(self) -> None:
        """Let go of the files."""
        self.house.journal.close()
