"""How often the guard is right: bounces found, none made up, machines told from people. Touches the disk.

``python -m tests.bench.guard`` prints the table, and every kind of mail that it gets wrong.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter

from hd_bridge.mail.parse import parse
from tests.bench.guard_mails import Case, bounces, machines, people
from tests.bench.table import Table


def measure(long: bool = False) -> Table:
    """Every generated mail is read once."""
    cases = list(itertools.chain(bounces(), machines(), people()))
    begun = time.perf_counter()
    wrong: list[tuple[Case, str]] = []
    for case in cases:
        read = parse(case.raw)
        if (read.bounce is not None) is not case.bounce:
            wrong.append((case, "bounce"))
        if (read.automatic is not None) is not case.automatic:
            wrong.append((case, "automatic"))
    spent = time.perf_counter() - begun
    groups = Counter(case.group for case in cases)
    rows = tuple(
        (group, str(mails), *(_share(mails, _wrong(wrong, group, what)) for what in ("bounce", "automatic")))
        for group, mails in groups.items()
    )
    notes = (
        f"Ordinary mails taken for a bounce: {_wrong(wrong, 'people', 'bounce')} of {groups['people']} that were"
        f" written to come close to one. {len(cases) / spent:.0f} mails a second.",
    )
    raw = {"wrong": [(case.group, what, _subject(case)) for case, what in wrong]}
    columns = ("mails", "how many", "bounce or not: right", "machine or not: right")
    return Table(title="Bounces and automatic mail", columns=columns, rows=rows, notes=notes, raw=raw)


def _wrong(wrong: list[tuple[Case, str]], group: str, what: str) -> int:
    return sum(case.group == group and kind == what for case, kind in wrong)


def _share(mails: int, wrong: int) -> str:
    return f"{100 * (mails - wrong) / mails:.2f} %"


def _subject(case: Case) -> str:
    lines = case.raw.partition(b"\n\n")[0].decode("utf-8", "replace").splitlines()
    return " | ".join(line for line in lines if not line.startswith(("To:", "Date:", "Message-ID:")))


def main() -> None:
    """Print the table and what is wrong, most frequent first."""
    table = measure()
    print(table.markdown())
    for (group, what, subject), count in Counter(map(tuple, table.raw["wrong"])).most_common():
        print(f"{count} × {group}, {what}: {subject}")


if __name__ == "__main__":
    main()
