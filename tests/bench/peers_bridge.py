"""hd_bridge as shipped, on embedded parts, over a mailbox on Dovecot: one of the compared. Touches the network."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import yaml

from hd_bridge import __version__
from tests.bench.judge import Ground, Issue
from tests.bench.peers_ground import ADDRESS, PASSWORD, Box, Spent, timed

SHIPPED = Path(__file__).resolve().parents[2] / "config.yaml"
PROGRAM = [sys.executable, "-c", "from hd_bridge.cli import main; main()"]
DONE = """
SELECT (SELECT count(*) FROM mails WHERE verdict IS NOT NULL),
       (SELECT count(*) FROM steps WHERE state NOT IN ('done', 'dropped', 'held'))
"""
ENOUGH = 100_000  # the shipped 200 letters an hour would leave the later customers without an acknowledgement


class Bridge:
    """Embedded tracker, acknowledgements into a Maildir, pages into a folder; every commit is forced to the disk."""

    name = "hd_bridge"

    def __init__(self) -> None:
        self._folder = Path()
        self._box: Box | None = None

    def at_hand(self) -> str:
        """Nothing to make: it runs from where the benchmark runs."""
        return f"hd_bridge {__version__}"

    def fresh(self, folder: Path, box: Box) -> None:
        """The shipped config.yaml with another mailbox."""
        self._folder, self._box = folder, box
        settings = yaml.safe_load(SHIPPED.read_text())
        shipped = settings["mailboxes"][0]
        kept = {name: shipped[name] for name in shipped if name not in ("kind", "path", "start", "aliases")}
        reached = {"host": box.server.host, "port": box.server.imap_port, "tls": "none", "username": box.user}
        own = {"kind": "imap", "password": "env:BENCH_PASSWORD", "address": ADDRESS, "start": "all"}
        settings["mailboxes"] = [kept | reached | own]
        settings["acknowledge"]["caps"] |= {"mailbox": ENOUGH, "total": ENOUGH}
        settings["site"] = {"folder": "var/site", "url": "https://help.example.com/"}
        (folder / "config.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True))

    def drain(self) -> Spent:
        """The daemon, until every mail is decided and every step is done."""
        assert self._box is not None
        wanted = len(self._box.left())
        return timed([*PROGRAM, "run"], self._folder, {"BENCH_PASSWORD": PASSWORD}, lambda: self._done(wanted))

    def _done(self, mails: int) -> bool:
        journal = self._folder / "var" / "journal.sqlite"
        if not journal.exists():
            return False
        try:
            with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as db:
                decided, unfinished = db.execute(DONE).fetchone()
        except sqlite3.OperationalError:  # its tables are being made
            return False
        return bool(decided >= mails and not unfinished)

    def ground(self) -> Ground:
        """Issues, public notes, and files without the originals."""
        with closing(sqlite3.connect(self._folder / "var" / "tracker.sqlite")) as db:
            files: dict[int, set[str]] = defaultdict(set)
            for issue, name, content in db.execute("SELECT issue_id, name, content FROM attachment"):
                if issue is not None and not name.startswith("mail-"):
                    files[issue].add(hashlib.sha256(content).hexdigest())
            rows = db.execute("SELECT id, subject, description FROM issue").fetchall()
            notes = db.execute("SELECT issue_id, notes FROM journal WHERE notes <> '' AND NOT private ORDER BY id")
            return Ground(
                issues=tuple(
                    Issue(id=id, subject=subject, description=said, files=frozenset(files[id]))
                    for id, subject, said in rows
                ),
                notes=tuple(notes.fetchall()),
            )

    def letters(self) -> int:
        """What lies in the Maildir of letters."""
        return len(list((self._folder / "var" / "outbox" / "new").glob("*")))
