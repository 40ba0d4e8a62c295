"""Beat 1: what lies in a mailbox goes into the journal, untouched, with the cursor behind it. Pure."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from hd_bridge.errors import BridgeError, Closed
from hd_bridge.house import House
from hd_bridge.policy import MailboxPolicy
from hd_bridge.ports import Mailbox
from hd_bridge.work import Arrival

log = logging.getLogger("hd_bridge.receive")

BATCH_MAILS = 50
BATCH_BYTES = 8 * 2**20


def batches(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals in groups that share a commit: the promise is per mail, the price of a commit need not be."""
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        batch.append(arrival)
        size += len(arrival.raw)
        if len(batch) >= BATCH_MAILS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def begin(house: House, box: Mailbox, start: datetime | None) -> None:
    """The quiet first start: what is there already counts as seen (house.md). Harmless to repeat."""
    if house.journal.cursor(box.name) is None:
        cursor, seen = box.begin(start)
        house.journal.begin(box.name, cursor, seen)


def receive(house: House, box: Mailbox, mailbox: MailboxPolicy) -> int:
    """Take everything new from one mailbox; how many mails were new to us.

    Raises Closed (the mailbox is out of reach) and JournalError (nothing was taken that is not safe here).
    """
    journal, new = house.journal, 0
    cursor = journal.cursor(box.name)
    assert cursor is not None, "begin() comes first"
    for batch in batches(box.since(cursor, lambda places: journal.known(box.name, places))):
        receipts = journal.receive(box.name, mailbox.address, batch, house.clock.now())
        new += sum(receipt.new for receipt in receipts)
    return new


def take(house: House, box: Mailbox, start: datetime | None) -> int:
    """One turn at a mailbox, its first included; how many mails were new to us."""
    with faults_translated():
        begin(house, box, start)
        return receive(house, box, house.policy.mailbox(box.name))


@contextmanager
def faults_translated() -> Iterator[None]:
    """A fault of ours over one mailbox closes that mailbox: raised, it would stop all the others with it."""
    try:
        yield
    except BridgeError:
        raise
    except Exception as error:
        log.exception("a fault in hd_bridge")
        raise Closed(f"a fault in hd_bridge: {type(error).__name__}; the log has its place") from error
