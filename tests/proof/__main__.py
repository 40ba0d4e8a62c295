"""``make proof``: the long proofs one after the other, or those that are named; exit status 1 if one fails. Touches the
network."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.servers import dovecot, postfix, postgres, redmine
from tests.proof.drive import Drive
from tests.proof.report import Plan, say, tell
from tests.proof.stand import Stand, standing

SEED = 20261122
# Connections of the dead stay open for a while behind the proxies; Dovecot takes ten of a user, and then nobody.
ROOM = "protocol imap {\n  mail_max_userip_connections = 1000\n}\n"
TROUBLES = (
    "clock",
    "dovecot",
    "disk",
    "redmine",
    "postfix",
    "postgresql",
    "clock again",
    "disk again",
    "redmine killed",
)
SHARED = ("clock", "dovecot", "redmine", "postfix", "postgresql", "redmine killed")


@contextmanager
def servers(journal: bool = False) -> Iterator[Stand]:
    """Real servers of our own; with ``journal`` a PostgreSQL for the journal too, beside Redmine's."""
    say("starting Redmine, PostgreSQL, Dovecot and Postfix …")
    with (
        tempfile.TemporaryDirectory(prefix="hd-proof-") as folder,
        postgres.running() as cluster,
        redmine.running(cluster) as tracker,
        dovecot.running(more=ROOM) as imap,
        postfix.running(imap) as relay,
    ):
        url = ""
        if journal:
            cluster.create("hd_journal")
            url = cluster.url("hd_journal")
        with standing(Path(folder), tracker, imap, relay, url) as stand:
            yield stand


def drive(plan: Plan, journal: bool = False) -> bool:
    """One drive, reported; whether nothing was wrong."""
    with servers(journal) as stand:
        say(f"{plan}")
        report = Drive(stand, plan).run()
    tell(report)
    return not report.wrong


def control(plan: Plan) -> bool:
    """A drive that must find breaches: one that finds none could not find any."""
    with servers() as stand:
        report = Drive(stand, plan).run()
    doubled = [said for said in report.wrong if "it is there" in said]
    say(f"control: {plan.kills} deaths of daemons that do not ask: {len(doubled)} mails doubled, found")
    return bool(doubled)


def command(*words: str, **environment: str) -> bool:
    """A long run of another program of ours; whether it ended well."""
    return (
        subprocess.run([sys.executable, "-m", *words], env={**os.environ, **environment}, check=False).returncode == 0
    )


def proofs(seed: int, kills: int, mails: int) -> dict[str, Callable[[], bool]]:
    """By name, in the order in which they run."""
    return {
        "kills": lambda: drive(Plan(seed=seed, mails=mails, kills=kills, troubles=TROUBLES)),
        "faults": lambda: drive(Plan(seed=seed + 1, mails=mails, kills=2, throughout=True)),
        "fleet": lambda: drive(Plan(seed=seed + 2, mails=mails, kills=kills // 5, processes=2, troubles=SHARED), True),
        "control": lambda: control(Plan(seed=seed + 3, mails=12, kills=8, faults=False, careless=True)),
        "sweep": lambda: command("tests.crash", HD_BRIDGE_CRASH_RUNS="1000", HD_BRIDGE_CRASH_SEED="1000"),
        "bench": lambda: command("tests.bench", "--long"),
    }


def main() -> None:
    """Run what is named."""
    names = list(proofs(0, 0, 0))
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description="The long proofs on real servers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all if none is named")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--mails", type=int, default=300)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names):
        parser.error(f"no proof is called {', '.join(sorted(unknown))}")
    failed = []
    for name, proof in proofs(asked.seed, asked.kills, asked.mails).items():
        if name in (asked.names or names):
            begin = time.monotonic()
            well = proof()
            say(f"{name}: {'well' if well else 'FAILED'} after {time.monotonic() - begin:.0f} s")
            failed += [] if well else [name]
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
