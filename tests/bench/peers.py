"""hd_bridge on embedded parts beside django-helpdesk's ``get_email`` and Roundup's ``roundup-mailgw``. Touches the
network.

All three read the same mails from the same Dovecot, each as one process that drains the mailbox and ends, and each
sends letters into files. The seconds of a run over one mail are taken off: it is mails that are compared, not starts
nor what is loaded at the first mail. hd_bridge forces every commit to the disk, as shipped.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.judge import Score, judge, together
from tests.bench.mails import Sample, mixed
from tests.bench.peers_bridge import Bridge
from tests.bench.peers_ground import PASSWORD, Box, Peer, Spent
from tests.bench.peers_helpdesk import Helpdesk
from tests.bench.peers_roundup import Roundup
from tests.bench.table import Table, spread
from tests.live.servers import dovecot
from tests.live.servers.dovecot import Dovecot

SHORT, LONG = (60, 5), (300, 5)  # mails, runs
GOALS = {"django-helpdesk": 5.0, "Roundup": 10.0}
WARM = (98, 99)  # seeds of the mails before the pile
LEAST = 0.01  # seconds: what is left of a run when its start is taken off can be no less


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One program's run over a pile: ``stops`` are the mails at which it stopped until an operator took them away."""

    spent: Spent
    idle: Spent
    mails: int
    score: Score
    letters: int
    stops: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Mails a second that got through."""
        return (self.mails - len(self.stops)) / max(self.spent.wall - self.idle.wall, LEAST)

    @property
    def cpu(self) -> float:
        """Milliseconds of processor a mail."""
        return 1e3 * max(self.spent.cpu - self.idle.cpu, LEAST) / (self.mails - len(self.stops))


def measure(long: bool) -> Table:
    """Medians, and the ratios within one run."""
    mails, runs = LONG if long else SHORT
    peers: list[Peer] = [Bridge(), Helpdesk(), Roundup()]
    results: dict[str, list[Result]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="hd-peers-") as folder, dovecot.running(PASSWORD) as server:
        titles = {peer.name: peer.at_hand() for peer in peers}
        for turn in range(runs):
            pile = mixed(mails, seed=turn + 1)
            for peer in peers:
                print(f"\rrun {turn + 1}/{runs}: {peer.name:<16}", end="", file=sys.stderr, flush=True)
                room = Path(folder) / f"{peer.name}-{turn}"
                room.mkdir()
                results[peer.name].append(run(peer, room, server, pile))
    print(file=sys.stderr)
    return _table(results, titles, mails, runs)


def run(peer: Peer, room: Path, server: Dovecot, pile: Sequence[Sample]) -> Result:
    """One fresh installation: over one mail twice (the first run makes its databases), then over the pile."""
    box = Box(server=server, user=server.new_account())
    peer.fresh(room, box)
    for seed in WARM:
        box.put(mixed(1, seed=seed))
        idle = peer.drain()
    letters = peer.letters()
    box.put(pile)
    spent, starts, stops = peer.drain(), 1, []
    # It marks what it has done as deleted; at what is left it would stop at every run.
    while isinstance(peer, Helpdesk) and (left := box.left()):
        stops.append(len(pile) - len(left))
        box.take_away(left[0])
        spent, starts = spent + peer.drain(), starts + 1
    return Result(
        spent=spent,
        idle=Spent(wall=idle.wall * starts, cpu=idle.cpu * starts),
        mails=len(pile),
        score=judge(pile, peer.ground()),
        letters=peer.letters() - letters,
        stops=tuple(stops),
    )


def _table(results: dict[str, list[Result]], titles: dict[str, str], mails: int, runs: int) -> Table:
    rows, raw, notes = [], {}, []
    ours = results["hd_bridge"]
    for name, own in results.items():
        score = together([result.score for result in own])
        faster = [mine.rate / theirs.rate for mine, theirs in zip(ours, own, strict=True)]
        ratio = statistics.median(faster)
        rows.append(
            (
                titles[name],
                spread([result.rate for result in own]),
                spread([result.cpu for result in own], "ms"),
                "" if name == "hd_bridge" else f"{ratio:.1f} (goal {GOALS[name]:.0f})",
                score.words(),
                f"{statistics.median(result.letters for result in own):.0f}",
                f"{statistics.median(result.idle.wall for result in own):.2f} s",
            )
        )
        raw[name] = _raw(own, faster)
        if name == Helpdesk.name:
            notes.append(_stops(titles[name], own))
    return Table(
        title=f"The pipeline on embedded parts, {mails} mixed mails, median (and span) of {runs} runs",
        columns=(
            "program",
            "mails a second",
            "CPU a mail",
            "hd_bridge is faster by",
            "fully right",
            "letters",
            "start",
        ),
        rows=tuple(rows),
        notes=(*notes, "A start (a run over one mail) is taken off. The peers' letters are not forced to disk."),
        raw=raw,
    )


def _stops(title: str, own: Sequence[Result]) -> str:
    """An error in one mail ends its run, and the next run begins at the same mail."""
    stopped = [result.stops for result in own if result.stops]
    if not stopped:
        return f"No mail of these piles stopped {title} for good."
    after = ", ".join(str(stops[0]) for stops in stopped)
    return (
        f"{title} stopped for good {sum(map(len, stopped))} times in {len(own)} runs, first after {after} mails. Each "
        "time the benchmark took the mail away at which it stood, and started it again; such a mail counts as lost."
    )


def _raw(own: Sequence[Result], faster: Sequence[float]) -> dict[str, Any]:
    return {
        "mails_a_second": [result.rate for result in own],
        "cpu_ms_a_mail": [result.cpu for result in own],
        "wall_s": [result.spent.wall for result in own],
        "start_s": [result.idle.wall for result in own],
        "ratio": list(faster),
        "wrong": [dict(result.score.wrong) for result in own],
        "letters": [result.letters for result in own],
        "stops": [list(result.stops) for result in own],
    }
