"""hd_bridge as shipped over a mailbox full of mails, as a process of its own. Touches the network."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.bare import Recorder, Turn
from tests.bench.judge import judge
from tests.bench.mails import SUPPORT, Sample
from tests.bench.world import World
from tests.live.installation import Installation
from tests.live.servers import spoiler
from tests.live.servers.loopback import wait_until

SHIPPED = Path(__file__).resolve().parents[2] / "config.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One program's run over one pile: its mark (``World.mark``), CPU seconds of its own, and other seconds."""

    since: int
    cpu: float
    seconds: float = 0.0


def installed(world: World, address: str, *, url: str = "", concurrency: int = 4, start: str = "now") -> Installation:
    """An installation with the shipped rules, rhythm and tries; letters go out by Postfix."""
    here = Installation(world.room("bridge"), world.redmine, world.dovecot, world.postfix, url, "flag", address)
    text = (here.folder / "config.yaml").read_text()
    rules = SHIPPED.read_text().partition("\nrules:\n")[2]
    for old, new in (
        ("  poll: 1s\n  read_timeout: 20s\n  rest: 25s\n", f"  concurrency: {concurrency}\n"),
        (
            "    project: support\n",
            f"    project: support\n    tracker: Support\n    start: {start}\n    aliases: [{SUPPORT}]\n",
        ),
    ):
        assert old in text, old
        text = text.replace(old, new)
    text = text.partition("rules:\n")[0] + "rules:\n" + rules
    (here.folder / "config.yaml").write_text(text)
    return here


def bridged(world: World, pile: Sequence[Sample], concurrency: int, url: str = "") -> Run:
    """All mails lie in the mailbox before it starts; it has done when every issue, note and letter is out."""
    address = world.lay_in([sample.raw for sample in pile])
    here = installed(world, address, url=url, concurrency=concurrency, start="all")
    since, wanted = world.mark(), sum(not sample.machine for sample in pile)
    here.start(ready=False)
    try:
        until_ready(here)
        begin, before = time.time(), spent(here.pid)  # what a start costs is measured apart
        _until_written(world, since, wanted)
        here.drained(len(pile))
        used = spent(here.pid) - before
    finally:
        here.stop()
    return Run(since=since, cpu=used, seconds=world.moments(since)[0] - begin)


def recorded(world: World, piles: Sequence[Sequence[Sample]]) -> list[list[list[Turn]]]:
    """The writes that the bridge makes for each pile, ticket by ticket, for the bare loop; all in one run."""
    recorder = Recorder()
    mails = [sample for pile in piles for sample in pile]
    print(f"writing down the calls of {len(mails)} mails …", file=sys.stderr, flush=True)
    with spoiler.before(world.redmine.url) as proxy:
        proxy.heard = recorder.heard
        run = bridged(world, mails, 4, proxy.url)
    score = judge(mails, world.ground(run.since))
    print(f"written down; {score.words()} {dict(score.which) or ''}", file=sys.stderr, flush=True)
    found: list[list[list[Turn]]] = []
    for pile in piles:
        words = {sample.word.encode() for sample in pile}
        found.append([turns for turns in recorder.tickets.values() if any(word in turns[0].body for word in words)])
    return found


def until_ready(here: Installation, before: int = 0) -> None:
    """Wait for the line that says so, once more than ``before`` times; a daemon that died has said why."""

    def ready() -> bool:
        if not psutil.pid_exists(here.pid) or psutil.Process(here.pid).status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError(f"the daemon ended at its start: {here.log()[-2000:]}")
        return here.log().count(" ready:") > before

    wait_until(ready, f"the daemon's start; its log ends: {here.log()[-2000:]}")


def spent(pid: int) -> float:
    """CPU seconds of a process and of its children."""
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def _until_written(world: World, since: int, wanted: int) -> None:
    """Wait for all that is to come; what is lost would let this wait for ever, so silence ends it too."""
    seen, at = 0, time.monotonic()
    while (now := world.written(since)) < wanted and time.monotonic() - at < 60:
        if now > seen:
            seen, at = now, time.monotonic()
        time.sleep(0.1)
