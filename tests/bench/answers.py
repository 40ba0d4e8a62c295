"""How long an agent's note takes to the customer's mailbox, and what looking for notes costs. Touches the network.

The first is measured on the real servers, with no grace; the second on the embedded tracker, whose lists behave as
Redmine's do: a real one takes a day to fill.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from hd_bridge.mail.tokens import new_conversation_id
from hd_bridge.watch import Watch
from hd_bridge.work import NewConversation
from tests.bench import world
from tests.bench.latency import until
from tests.bench.table import Table, percentile, spread
from tests.bench.world import World
from tests.homes import Home
from tests.live.installation import Installation, a_mail
from tests.live.servers.loopback import wait_until

TITLE = "An agent's answer"
SHORT, LONG = 20, 200
TICKETS = (10, 1_000, 50_000)
OURS = 1_000  # conversations of ours among the tickets, at most
TICKS = 50
POLL = 1.0  # seconds, as the installation of tests looks


def measure(long: bool) -> Table:
    """All of it; the servers are started and stopped here."""
    with world.running() as servers:
        seconds = answered(servers, LONG if long else SHORT)
    quiet = {tickets: quiet_ticks(tickets) for tickets in TICKETS}
    return table(seconds, quiet)


def answered(servers: World, notes: int) -> list[float]:
    """Seconds from Redmine's answer that a note is saved until its letter lies in the customer's mailbox."""
    customer = servers.dovecot.new_account("example.org")
    here = Installation(servers.room("answers"), servers.redmine, servers.dovecot, servers.postfix)
    config = here.folder / "config.yaml"
    config.write_text(config.read_text().replace("{kind: smtp,", "{kind: smtp, grace: 0s,"))
    here.start()
    taken = []
    try:
        here.postfix.deliver(here.address, bytes(a_mail(customer, here.address, "answers bench", "Help.")), customer)
        wait_until(lambda: bool(here.letters_to(customer)), "the ticket")
        here.drained(1)
        number = servers.redmine.sql("SELECT max(id) FROM issues")[0][0]
        for turn in range(notes + 1):
            before = len(servers.dovecot.mails_of(customer))
            servers.redmine.change(number, notes=f"Answer {turn}.")
            begin = time.monotonic()
            until(lambda before=before: len(servers.dovecot.mails_of(customer)) > before)  # type: ignore[misc]
            taken.append(time.monotonic() - begin)
            time.sleep(0.37 * (turn % 4))  # so that notes fall anywhere between two looks
    finally:
        here.stop()
    return taken[1:]  # the first has Redmine load code


def quiet_ticks(tickets: int) -> tuple[float, list[float]]:
    """Requests of one quiet tick, and its CPU milliseconds, in a tracker with so many tickets."""
    with tempfile.TemporaryDirectory(prefix="hd-bench-") as folder:
        home = Home(Path(folder))
        try:
            return _quiet(home, tickets)
        finally:
            home.close()


def _quiet(home: Home, tickets: int) -> tuple[float, list[float]]:
    with closing(home.desk()) as desk:
        numbers = desk.open_tickets("support", tuple(f"seeded {n}" for n in range(tickets)))
    for number in numbers[:OURS]:
        ticket = home.tracker.ticket(number)
        assert ticket is not None
        new = NewConversation(
            id=new_conversation_id(),
            mailbox="support",
            project="support",
            subject=ticket.subject,
            language="en",
            address="jane@acme.example",
        )
        home.house.journal.adopt(new, ticket, (), (), home.clock.now())
    home.clock.forward(hours=1)
    watch = Watch(home.house)
    while home.house.journal.ripe(home.clock.now(), timedelta(0), 1):  # all are looked at once more first
        watch.tick()
        home.clock.forward(seconds=10)
    counted = _Counted(home)
    spent = []
    for _ in range(TICKS):
        begin = time.process_time()
        watch.tick()
        spent.append(1000 * (time.process_time() - begin))
    return counted.calls / TICKS, spent


class _Counted:
    """Every call to the tracker; each is one request on a Redmine."""

    def __init__(self, home: Home) -> None:
        self.calls = 0
        tracker = home.house.tracker

        class Door:
            def __getattr__(door, name: str) -> object:
                self.calls += 1
                return getattr(tracker, name)

        home.house.tracker = Door()  # type: ignore[assignment]


def table(seconds: Sequence[float], quiet: dict[int, tuple[float, list[float]]]) -> Table:
    """What people wait for, then what nobody sees."""
    middle, late, last = (percentile(seconds, percent) for percent in (50, 95, 100))
    rows = [
        (
            f"note saved in Redmine → letter in the customer's mailbox, {len(seconds)} notes",
            f"median {middle:.2f} s, p95 {late:.2f} s, at most {last:.2f} s",
        ),
        *(
            (f"a quiet look, {tickets:,} tickets", f"{calls:g} request, {spread(spent, 'ms CPU', 2)}")
            for tickets, (calls, spent) in quiet.items()
        ),
    ]
    return Table(
        title=TITLE,
        columns=("what", "figure"),
        rows=tuple(rows),
        notes=(
            f"No grace, a look every {POLL:g} s: at worst a note waits for a whole one. The mailbox is Dovecot's, by"
            f" Postfix. Quiet looks: the embedded tracker, at most {OURS:,} of the tickets being conversations.",
        ),
        raw={"seconds": list(seconds), "quiet": {str(n): found for n, found in quiet.items()}},
    )
