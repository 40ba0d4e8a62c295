"""Another process on the same journal, for tests of crowds and crashes. Touches the disk.

``python -m tests.contract.journal_worker claim URL NAME`` claims and finishes until nothing is left, and prints each
key; ``receive URL`` receives one mail, says so, and waits to be killed.
"""

from __future__ import annotations

import sys
import time

from hd_bridge.journal import SqlJournal
from hd_bridge.work import Effects, Wanted
from tests.contract.journal_cases import LEASE, NOW, mail


def claim_all(journal: SqlJournal, name: str) -> list[str]:
    """Every step that this worker was given."""
    keys = []
    wanted, found = Wanted(worker=name, lease=LEASE), None
    while found := found or journal.claim(wanted, NOW):
        keys.append(found.step.key)
        journal.doing(found.step.key, name, NOW, NOW + LEASE)
        found = journal.finish(found.step.key, NOW, Effects(), then=wanted if len(keys) % 2 else None)
    return keys


def main(what: str, url: str, *names: str) -> None:
    """Do one of the two."""
    journal = SqlJournal.open(url)
    if what == "claim":
        print("\n".join(claim_all(journal, names[0])), flush=True)
    else:
        (receipt,) = journal.receive("support", "support@example.org", [mail()], NOW)
        print(receipt.key, flush=True)
        time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
