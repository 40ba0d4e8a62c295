"""Roundup's ``roundup-mailgw`` over a mailbox on Dovecot: one of the compared. Touches the network.

It stands in an environment of its own and is only measured; licence: MIT-like, with a part under ZPL.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from tests.bench.judge import Ground, Issue
from tests.bench.peers_ground import ADDRESS, PASSWORD, Box, Spent, environment, timed, version

# Its port is fixed: the default of the library that it uses is moved, and nothing else.
GATEWAY = """
import imaplib, sys
imaplib.IMAP4.__init__.__defaults__ = ("", int(sys.argv.pop(1)), None)
from roundup.scripts.roundup_mailgw import run
run()
"""
SETTINGS = {
    "web": "http://127.0.0.1/",
    "domain": "example.com",
    "host": "127.0.0.1",
    "email": ADDRESS,
    "subject_prefix_parsing": "loose",
    "subject_suffix_parsing": "loose",
    "convert_htmltotext": "dehtml",  # as shipped it refuses mails that are HTML alone
    "messages_to_author": "new",  # the nearest that it has to an acknowledgement
}


class Roundup:
    """The classic template on SQLite; letters go into a file."""

    name = "Roundup"

    def __init__(self) -> None:
        self._folder = self._programs = self._empty = Path()
        self._kept: tempfile.TemporaryDirectory[str] | None = None
        self._box: Box | None = None

    def at_hand(self) -> str:
        """The environment, and one tracker home that every run copies."""
        self._programs = environment("roundup==2.6.*")
        self._kept = tempfile.TemporaryDirectory(prefix="hd-roundup-")
        self._empty = Path(self._kept.name) / "home"
        admin = [str(self._programs / "roundup-admin"), "-i", str(self._empty)]
        subprocess.run([*admin, "install", "classic", "sqlite"], check=True, capture_output=True)
        config, schema = self._empty / "config.ini", self._empty / "schema.py"
        config.write_text(_configured(config.read_text()))
        allowed = schema.read_text().replace("#db.security.addPermissionToRole('Anonymous', 'Email", _ALLOW)
        schema.write_text(allowed)
        subprocess.run([*admin, "initialise", PASSWORD], check=True, capture_output=True)
        return f"Roundup {version(self._programs, 'roundup')}"

    def fresh(self, folder: Path, box: Box) -> None:
        """A copy of the tracker home; which mailbox it reads is said at each run."""
        self._folder, self._box = folder, box
        shutil.copytree(self._empty, folder / "home")

    def drain(self) -> Spent:
        """One run of its gateway."""
        assert self._box is not None, "fresh() comes first"
        port, where = str(self._box.server.imap_port), f"{self._box.user}:{PASSWORD}@{self._box.server.host}"
        gateway = [str(self._programs / "python"), "-c", GATEWAY, port, str(self._folder / "home"), "imap", where]
        return timed(gateway, self._folder, {"SENDMAILDEBUG": str(self._folder / "letters")})

    def ground(self) -> Ground:
        """The first message of an issue is its description, the others are notes."""
        home = self._folder / "home" / "db"
        with closing(sqlite3.connect(home / "db")) as db:
            titles = db.execute("SELECT id, _title FROM _issue WHERE __retired__ = 0").fetchall()
            said = db.execute("SELECT nodeid, linkid FROM issue_messages ORDER BY nodeid, linkid").fetchall()
            laid = db.execute("SELECT nodeid, linkid FROM issue_files").fetchall()
        messages: dict[int, list[str]] = defaultdict(list)
        for issue, message in said:
            messages[int(issue)].append(_content(home, "msg", message).decode("utf-8", "replace"))
        files: dict[int, set[str]] = defaultdict(set)
        for issue, file in laid:
            files[int(issue)].add(hashlib.sha256(_content(home, "file", file)).hexdigest())
        return Ground(
            issues=tuple(
                Issue(id=id, subject=title or "", description="".join(messages[id][:1]), files=frozenset(files[id]))
                for id, title in titles
            ),
            notes=tuple((id, text) for id, texts in messages.items() for text in texts[1:]),
        )

    def letters(self) -> int:
        """Its letters to customers, errors told to them among these."""
        file = self._folder / "letters"
        return len(re.findall(rb"(?m)^FROM: ", file.read_bytes())) if file.exists() else 0


_ALLOW = "db.security.addPermissionToRole('Anonymous', 'Email"


def _configured(text: str) -> str:
    for name, value in SETTINGS.items():
        text, times = re.subn(rf"(?m)^#?{name} *=.*$", f"{name} = {value}", text, count=1)
        if not times:
            raise RuntimeError(f"Roundup's config.ini knows no {name}")
    return text


def _content(home: Path, kind: str, number: int) -> bytes:
    path = home / "files" / kind / str(int(number) // 1000) / f"{kind}{number}"
    return path.read_bytes() if path.exists() else b""
