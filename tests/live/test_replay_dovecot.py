"""A mailbox on a real Dovecot is replayed and not changed. Touches the network."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.homes import mail
from tests.live.servers.dovecot import Dovecot

pytestmark = pytest.mark.live

CONFIG = """
journal: {{url: "sqlite:///var/journal.sqlite", keys: var/keys.json}}
tracker: {{kind: embedded, path: var/tracker.sqlite}}
mailboxes:
  - {{name: support, address: support@example.com, kind: imap, host: {host}, port: {port}, username: {address},
     password: env:IMAP_PASSWORD, ca_file: {ca}, project: support, start: all}}
outbox: {{kind: maildir, path: var/outbox}}
rules:
  - {{name: bugs, when: {{subject: {{contains: [broken]}}}}, then: {{category: Bugs}}}}
"""


class House:
    """A folder with a config.yaml, and the commands that are typed there."""

    def __init__(self, folder: Path, server: Dovecot) -> None:
        self.folder, self.server, self.address = folder, server, server.new_account()
        self.config = folder / "config.yaml"
        text = CONFIG.format(host=server.host, port=server.imaps_port, address=self.address, ca=server.ca_file)
        self.config.write_text(text)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", *words]
        env = {**os.environ, "IMAP_PASSWORD": self.server.password}
        return subprocess.run(run, cwd=self.folder, env=env, capture_output=True, text=True, timeout=120)

    def flags(self) -> dict[int, Any]:
        with self.server.client(self.address) as client:
            client.select_folder("INBOX", readonly=True)
            return {uid: row[b"FLAGS"] for uid, row in client.fetch(client.search(), ["FLAGS"]).items()}

    def journal(self) -> list[str]:
        with sqlite3.connect(self.folder / "var" / "journal.sqlite") as db:
            lines = list(db.iterdump())
        db.close()
        return lines


def test_a_mailbox_is_replayed_and_neither_it_nor_the_journal_is_changed(tmp_path: Path, dovecot: Dovecot) -> None:
    house = House(tmp_path, dovecot)
    for number in range(5):
        house.server.append(house.address, mail(f"broken {number}", id=f"<{number}@x>"))
    assert house.command("run", "--once").returncode == 0
    house.server.append(house.address, mail("broken, and not received yet", id="<9@x>"))
    flags, journal = house.flags(), house.journal()
    assert len(flags) == 6 and not any(b"\\Seen" in one for one in flags.values())

    said = house.command("replay", "--diff", "--json", "support")
    assert (said.returncode, said.stderr) == (0, "")
    (summary,) = [json.loads(line)["summary"] for line in said.stdout.splitlines()]
    assert (summary["known"], summary["unknown"], summary["different"]) == (5, 1, 0)

    house.config.write_text(house.config.read_text().replace("category: Bugs", "category: General"))
    said = house.command("replay", "--diff", "--json", "--limit", "3", "support")
    *mails, _ = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.returncode == 1
    assert [one["subject"] for one in mails] == ["broken 3", "broken 4"]

    assert (house.flags(), house.journal()) == (flags, journal)
    assert house.command("run", "--once").returncode == 0  # the cursor stands where it stood: the sixth comes in
    assert any("broken, and not received yet" in line for line in house.journal())
