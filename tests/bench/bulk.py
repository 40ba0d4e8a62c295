"""Piles of mixed mails into the real Redmine, beside the same calls made bare and Redmine's own gateways. Touches the
network."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from tests.bench import gateways, world
from tests.bench.bare import Bare, Turn
from tests.bench.bridge import Run, bridged, recorded
from tests.bench.judge import Score, judge, together
from tests.bench.mails import Sample, mixed
from tests.bench.table import Table, spread
from tests.bench.world import World

TITLE = "Mixed mails into Redmine"
THREADS = (1, 2, 4)
SHORT = ((60, 5), (300, 1))  # mails a pile, and how many piles, each of its own mails
LONG = ((300, 5), (3000, 1))
MANY = 300  # of more, what takes long is not run: one call at a time, and one process a mail
BRIDGE, BARE = "hd_bridge", "bare requests"
FETCH, POST = "receive_imap (inside Redmine)", "rdm-mailhandler.rb"
COLUMNS = (
    "mails",
    "what",
    "tickets and notes a second",
    "of the bare loop's",
    "own CPU a mail",
    "first one after",
    "fully right",
)

NOTES = (
    "The bare loop makes the writes that hd_bridge made for the same mails, byte for byte, and nothing else: it reads"
    " no mailbox, keeps no journal, sends no acknowledgement and publishes no page, all of which hd_bridge does"
    " meanwhile on the same two cores. Ratios are of the runs over the same pile, which follow each other; the"
    " gateways stand beside one bare call at a time.",
    "`receive_imap` runs inside Redmine: it makes no API calls and keeps no original, and may well be faster in bulk."
    " In its own CPU is Redmine's work, in the others' it is not; its first one waits for Rails to boot."
    " `rdm-mailhandler.rb` is one process a mail.",
    "Fully right is a mail with exactly one issue or note, on the right ticket, with its subject, words and files whole"
    " (SHA-256), or without any where a machine wrote it. The replies answer the customers' own earlier mails, as they"
    " do before the first answer of ours; Redmine's gateways know only ids and numbers of letters that Redmine sent.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run. ``rate`` is writes a second between the first and the last, by Redmine's clock; ``cpu`` milliseconds a
    mail in the program itself; ``lead`` seconds from its start to the first write."""

    what: str
    threads: int
    pile: int
    mails: int
    rate: float
    cpu: float
    lead: float
    score: Score

    @property
    def name(self) -> str:
        """What, and how many calls at once where that can be chosen."""
        return f"{self.what}, {self.threads} at once" if self.threads else self.what


def measure(long: bool) -> Table:
    """All piles; the servers are started and stopped here."""
    with world.running() as servers:
        key = gateways.allow_mail_handler(servers)
        outcomes = [one for size, piles in (LONG if long else SHORT) for one in over_piles(servers, key, size, piles)]
    return table(outcomes)


def over_piles(servers: World, key: str | None, size: int, piles: int) -> Iterator[Outcome]:
    """Every program over every pile; the gateways only with a ``key``. What the bridge calls is written down once
    before, apart from what is timed."""
    samples = [mixed(size, seed) for seed in range(1, piles + 1)]
    calls = recorded(servers, samples)
    for number, (pile, tickets) in enumerate(zip(samples, calls, strict=True)):
        runs = _runs(servers, key, pile, tickets)
        for what, threads, run in runs if number % 2 == 0 else reversed(runs):
            outcome = _outcome(servers, what, threads, number, pile, run())
            print(f"{size} mails, pile {number + 1}: {_said(outcome)}", file=sys.stderr, flush=True)
            yield outcome


def _runs(
    servers: World, key: str | None, pile: Sequence[Sample], tickets: Sequence[Sequence[Turn]]
) -> list[tuple[str, int, Callable[[], Run]]]:
    """What is run over one pile: the bare loop and the bridge next to each other, then the gateways."""
    bare = Bare(servers.redmine.url, servers.redmine.bridge_key)

    def loop(threads: int) -> Run:
        since = servers.mark()
        return Run(since=since, cpu=bare.again(tickets, threads))

    runs: list[tuple[str, int, Callable[[], Run]]] = []
    for threads in THREADS if len(pile) <= MANY else THREADS[-1:]:
        runs.append((BARE, threads, partial(loop, threads)))
        runs.append((BRIDGE, threads, partial(bridged, servers, pile, threads)))
    if key is None:
        return runs
    runs.append((FETCH, 0, partial(gateways.receive_imap, servers, pile)))
    if len(pile) <= MANY:
        runs.append((POST, 0, partial(gateways.mail_handler, servers, pile, key)))
    return runs


def _outcome(servers: World, what: str, threads: int, number: int, pile: Sequence[Sample], run: Run) -> Outcome:
    moments, mails = servers.moments(run.since), len(pile)
    score = judge(pile, servers.ground(run.since))
    took = moments[-1] - moments[0] if len(moments) > 1 else 0.0
    return Outcome(
        what=what,
        threads=threads,
        pile=number,
        mails=mails,
        rate=(len(moments) - 1) / took if took else 0.0,
        cpu=1000 * run.cpu / mails,
        lead=run.seconds,
        score=score,
    )


def _said(one: Outcome) -> str:
    return f"{one.name}: {one.rate:.1f} a second, {one.score.words()}" + "".join(
        f"\n  {word}: {what}" for word, what in one.score.which.items() if one.what == BRIDGE
    )


def table(outcomes: Sequence[Outcome], title: str = TITLE, notes: tuple[str, ...] = NOTES) -> Table:
    """One row a program, concurrency and size: medians over the piles, lowest and highest beside them."""
    names = dict.fromkeys((one.mails, one.what, one.threads) for one in sorted(outcomes, key=_order))
    rows = tuple(_row(outcomes, *name) for name in names)
    raw: dict[str, Any] = {"runs": [asdict(one) for one in outcomes]}
    return Table(title=title, columns=COLUMNS, rows=rows, notes=notes, raw=raw)


def _order(one: Outcome) -> tuple[int, int, int]:
    return one.mails, one.threads or 99, (BARE, BRIDGE, FETCH, POST).index(one.what)


def _row(outcomes: Sequence[Outcome], mails: int, what: str, threads: int) -> tuple[str, ...]:
    mine = [one for one in outcomes if (one.mails, one.what, one.threads) == (mails, what, threads)]
    ratios = [one.rate / bare.rate for one in mine if (bare := _beside(outcomes, one))]
    return (
        f"{mails}" if len(mine) == 1 else f"{len(mine)} × {mails}",
        mine[0].name,
        spread([one.rate for one in mine]),
        f"{statistics.median(ratios):.2f}" if ratios and what != BARE else "",
        f"{statistics.median(one.cpu for one in mine):.0f} ms",
        f"{statistics.median(one.lead for one in mine):.1f} s" if what in (BRIDGE, FETCH) else "",
        together([one.score for one in mine]).words(),
    )


def _beside(outcomes: Sequence[Outcome], one: Outcome) -> Outcome | None:
    """The bare loop's run over the same pile with as many calls at once; beside a gateway, with one."""
    wanted = (one.mails, BARE, one.threads or 1, one.pile)
    return next((bare for bare in outcomes if (bare.mails, bare.what, bare.threads, bare.pile) == wanted), None)
