"""How many letters a second go out by a real Postfix, over how many connections. Touches the network.

``python -m tests.bench letters``: every letter is rendered beforehand; measured is from the first word to the relay
until it has taken the last one. That all of them arrived, each once, is counted in Dovecot afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from hd_bridge.mail.smtp import SmtpOutbox
from hd_bridge.work import Letter
from tests.bench.table import Table
from tests.contract.outbox import a_letter
from tests.live.servers import dovecot as dovecot_server
from tests.live.servers import postfix as postfix_server
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix

GOAL = 50
SHORT, LONG = 500, 5000
AT_ONCE = (1, 4)


def measure(long: bool) -> Table:
    """The same number of letters over one connection and over several."""
    count = LONG if long else SHORT
    with _servers() as (dovecot, postfix):
        rates = {at_once: _rate(dovecot, postfix, count, at_once) for at_once in AT_ONCE}
    rows = tuple((str(at_once), str(count), f"{rate:.0f}", f"{GOAL}") for at_once, rate in rates.items())
    notes = ("All of them arrived, each once. Neither rendering nor the journal is in these figures.",)
    columns = ("sent at once", "letters", "letters a second", "goal")
    return Table(title="Letters", columns=columns, rows=rows, notes=notes, raw={"rates": rates})


@contextmanager
def _servers() -> Iterator[tuple[Dovecot, Postfix]]:
    with dovecot_server.running() as dovecot, postfix_server.running(dovecot) as postfix:
        yield dovecot, postfix


def _rate(dovecot: Dovecot, postfix: Postfix, count: int, at_once: int) -> float:
    address = dovecot.new_account()
    letters = [a_letter(address, text=f"Letter {number}\n" * 20, sender=address) for number in range(count)]
    outbox = SmtpOutbox(postfix.host, postfix.port, ca_file=postfix.ca_file)
    begun = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        for _ in pool.map(lambda letter: outbox.send(letter, lambda: None), letters):
            pass
    spent = time.perf_counter() - begun
    outbox.close()
    _all_arrived(dovecot, address, letters)
    return count / spent


def _all_arrived(dovecot: Dovecot, address: str, letters: Sequence[Letter]) -> None:
    """A figure counts only if every letter lies there, and none twice."""
    wait_until(lambda: _arrived(dovecot, address) >= len(letters), "all letters to arrive", seconds=300)
    found = dovecot.mails_of(address)
    missing = [one.message_id for one in letters if sum(one.message_id.encode() in raw for raw in found) != 1]
    if missing or len(found) != len(letters):
        raise AssertionError(f"{len(found)} letters arrived of {len(letters)}; missing or double: {missing[:5]}")


def _arrived(dovecot: Dovecot, address: str) -> int:
    with dovecot.client(address) as client:
        return int(client.folder_status("INBOX")[b"MESSAGES"])
