"""How often a reply is parted right from what it quotes, over all mails that tests/corpus makes. Touches the disk.

The mails are our own writing, made by the same hands as the splitter: the figures show what is covered, and that
nothing is lost; how real mail fares has to be measured on real mail.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from hd_bridge.mail.parse import parse
from tests.bench.table import Table
from tests.corpus.in_replies import every
from tests.corpus.reply_styles import Case


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\S+", text)


def lost(got: str, wanted: str) -> bool:
    """Whether a word of the customer is missing."""
    return bool(Counter(words(wanted)) - Counter(words(got)))


def judged(cases: Iterable[Case]) -> dict[str, list[tuple[str, bool, bool]]]:
    """By kind of mail: name, whether words are lost, whether it is exactly right."""
    found: dict[str, list[tuple[str, bool, bool]]] = defaultdict(list)
    for one in cases:
        reply = parse(one.raw).reply
        kind = one.name.rpartition("-")[0] if len(one.name.rpartition("-")[2]) == 2 else "lists, offices and traps"
        found[kind].append((one.name, lost(reply, one.reply), words(reply) == words(one.reply)))
    return found


def measure(long: bool) -> Table:
    """One row for each way to reply, each in all languages."""
    found = judged(every())
    rows = [(kind, *figures(ones)) for kind, ones in found.items()]
    ones = [one for some in found.values() for one in some]
    wrong = [name for name, _, right in ones if not right]
    return Table(
        title="Replies parted from quotes and signatures",
        columns=("way to reply", "mails", "words lost", "exactly right"),
        rows=(*rows, ("all", *figures(ones))),
        notes=(f"Not exactly right: {', '.join(wrong)}." if wrong else "None is wrong.",),
        raw={"wrong": wrong, "lost": [name for name, gone, _ in ones if gone]},
    )


def figures(ones: list[tuple[str, bool, bool]]) -> tuple[str, str, str]:
    """How many, and the shares."""
    gone, right = sum(one[1] for one in ones), sum(one[2] for one in ones)
    return str(len(ones)), f"{100 * gone / len(ones):.1f} %", f"{100 * right / len(ones):.1f} %"


def main() -> None:
    """For ``python -m tests.bench.split``: the table, without the rest of the benchmarks."""
    print(measure(False).markdown())


if __name__ == "__main__":
    main()
