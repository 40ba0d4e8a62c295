"""How long one mail takes in a quiet house, from arrival to ticket and acknowledgement. Touches the network.

Three programs take turns: the bare calls, hd_bridge, and Redmine's gateways, each of which is started when the mail
lies in the mailbox (run by the minute, as people do, ``receive_imap`` would wait half a minute more).
"""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.bench import gateways, world
from tests.bench.bare import Bare, Turn
from tests.bench.bridge import installed, recorded, until_ready
from tests.bench.mails import Sample, mixed
from tests.bench.table import Table, percentile
from tests.bench.world import World
from tests.live.installation import Installation

TITLE = "One mail in a quiet house"
SHORT, LONG = 30, 200
STARTS_OF_RAILS = 3  # of so many mails one is taken by receive_imap: each boots Redmine
PERCENTS = (50, 95, 99)
REST = 0.3

BARE = "the bare calls: upload, create"
ISSUE = "EXISTS received → issue"
POSTFIX = "Postfix accepted → issue"
LETTER = "Postfix accepted → acknowledgement in the customer's mailbox"
TOLD = "of that until Dovecot tells (its fixed 0.5 s, and delivery)"
POST = "in the mailbox → issue, rdm-mailhandler.rb started then"
FETCH = "in the mailbox → issue, receive_imap started then"
ORDER = (BARE, ISSUE, POSTFIX, LETTER, TOLD, POST, FETCH)


@dataclass
class Stand:
    """Everything that one mail after the other is measured with; ``taken`` are seconds by what was measured."""

    servers: World
    here: Installation
    key: str
    gateway: str
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def bare(self, sample: Sample, turns: Sequence[Turn]) -> None:
        """The calls of hd_bridge with nothing around them."""
        bare = Bare(self.servers.redmine.url, self.servers.redmine.bridge_key)
        with bare.session() as session:
            session.get(f"{bare.url}/issues.json?limit=1", timeout=60)  # a line that is open, as the bridge's is
            begin = time.monotonic()
            bare.turn(session, turns[0])
            self.taken[BARE].append(time.monotonic() - begin)

    def bridge(self, sample: Sample, watcher: Idle) -> None:
        """By Postfix into the mailbox that the daemon watches."""
        since, letters = self.servers.mark(), len(self.here.dovecot.mails_of(sample.sender))
        watcher.arm()
        self.servers.postfix.deliver(self.here.address, sample.raw, sample.sender)
        begin = time.monotonic()
        issue = self._issue(sample, since)
        until(lambda: len(self.here.dovecot.mails_of(sample.sender)) > letters)
        self.taken[LETTER].append(time.monotonic() - begin)
        self.taken[POSTFIX].append(issue - begin)
        self.taken[ISSUE].append(issue - watcher.told)
        self.taken[TOLD].append(watcher.told - begin)

    def post(self, sample: Sample) -> None:
        """One process for the mail, started when it is there."""
        since, begin = self.servers.mark(), self._arrived(sample)
        gateways.hand_over(self.servers, sample.raw, self.key)
        self.taken[POST].append(self._issue(sample, since) - begin)

    def fetch(self, sample: Sample) -> None:
        """One run of the rake task for the mail, started when it is there."""
        since, begin = self.servers.mark(), self._arrived(sample)
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(gateways.fetch, self.servers, self.gateway)
            self.taken[FETCH].append(self._issue(sample, since) - begin)
            done.result()

    def _arrived(self, sample: Sample) -> float:
        before = len(self.here.dovecot.mails_of(self.gateway))
        self.servers.postfix.deliver(self.gateway, sample.raw, sample.sender)
        until(lambda: len(self.here.dovecot.mails_of(self.gateway)) > before)
        return time.monotonic()

    def _issue(self, sample: Sample, since: int) -> float:
        """When others can see an issue with the mail's word."""
        asked = f"SELECT 1 FROM issues WHERE id > %(since)s AND subject LIKE '%%{sample.word}%%'"
        until(lambda: bool(self.servers.ask(asked, since)))
        return time.monotonic()


class Idle:
    """Another client in IDLE on the same mailbox: it is told of a mail when the daemon is."""

    def __init__(self, here: Installation) -> None:
        self._client = here.dovecot.client(here.address)
        self._client.select_folder("INBOX", readonly=True)
        self._client.idle()
        self._armed = threading.Event()
        self._stop = False
        self.told = 0.0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def arm(self) -> None:
        """The next EXISTS is the one that counts."""
        self._armed.set()

    def close(self) -> None:
        """Stop listening."""
        self._stop = True
        self._thread.join()
        self._client.logout()

    def _listen(self) -> None:
        while not self._stop:
            answers = self._client.idle_check(timeout=0.5)
            if self._armed.is_set() and any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers):
                self.told = time.monotonic()
                self._armed.clear()
        self._client.idle_done()


def measure(long: bool) -> Table:
    """All of it; the servers are started and stopped here."""
    mails = LONG if long else SHORT
    pile = [sample for sample in mixed(mails * 4, seed=90) if sample.kind == "plain"][:mails]
    with world.running() as servers:
        (calls,) = recorded(servers, [pile])
        here = installed(servers, servers.dovecot.new_account())
        stand = Stand(servers, here, gateways.allow_mail_handler(servers), servers.dovecot.new_account())
        here.start(ready=False)
        try:
            until_ready(here)
            _in_turn(stand, pile, calls)
        finally:
            here.stop()
    return table(stand.taken)


def _in_turn(stand: Stand, pile: Sequence[Sample], calls: Sequence[Sequence[Turn]]) -> None:
    """The first mail of each warms up and does not count: Redmine loads code, the daemon opens its lines."""
    watcher = Idle(stand.here)
    for number, (sample, turns) in enumerate(zip(pile, calls, strict=True)):
        stand.bare(sample, turns)
        stand.bridge(sample, watcher)
        time.sleep(REST)  # the page is done: the next one finds a quiet house
        stand.post(sample)
        if number % STARTS_OF_RAILS == 0:
            stand.fetch(sample)
        if number == 0:
            stand.taken.clear()
        print(f"\r{number + 1}/{len(pile)} mails", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    watcher.close()


def table(taken: dict[str, list[float]]) -> Table:
    """One row a way; what a percentile is of the bare calls' same one stands in brackets."""
    bare = [percentile(taken[BARE], percent) for percent in PERCENTS]
    rows = []
    for name in ORDER:
        found = [percentile(taken[name], percent) for percent in PERCENTS]
        cells = [
            f"{1000 * one:.0f} ms" + (f" ({one / base:.2f} ×)" if name not in (BARE, TOLD) else "")
            for one, base in zip(found, bare, strict=True)
        ]
        rows.append((name, str(len(taken[name])), *cells))
    return Table(
        title=TITLE,
        columns=("from → to", "mails", "median", "p95", "p99"),
        rows=tuple(rows),
        notes=NOTES,
        raw={name: tuple(seconds) for name, seconds in taken.items()},
    )


def until(ready: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait in small steps, so that the waiting does not show in the figure."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen")
        time.sleep(0.004)


NOTES = (
    "In brackets: how many times the bare calls' same percentile. Dovecot tells a client in IDLE of new mail 500 ms"
    " after it arrived, a constant of its own; everything that begins at Postfix has it in it. The gateways are"
    " started the moment the mail lies in the mailbox, so that they do not wait for it.",
)
