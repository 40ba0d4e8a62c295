"""What becomes of a mail on its server once it is decided, whatever was decided: live, on Dovecot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.homes import mail
from tests.live.servers.dovecot import Dovecot
from tests.unit.test_consider_together import bounce

CONFIG = """
tracker: {{kind: embedded, path: var/tracker.sqlite}}
mailboxes:
  - name: support
    address: {address}
    kind: imap
    host: 127.0.0.1
    port: {port}
    username: {address}
    password: env:IMAP_PASSWORD
    ca_file: {ca}
    project: support
    start: all
    afterwards: {afterwards}
outbox: {{kind: maildir, path: var/outbox}}
blocked: [spam.example]
flood: {{mails: 1}}
"""
MAILS = (
    mail("Taken", id="<taken@acme.example>"),
    mail("Held as a flood", id="<flood@acme.example>"),
    mail("Blocked", id="<blocked@spam.example>", sender="x@spam.example"),
    mail("Away", id="<away@other.example>", sender="a@other.example", Auto_Submitted="auto-replied"),
    bounce(5, "gone@acme.example", "<unknown@acme.example>"),
)


def command(folder: Path, dovecot: Dovecot, *words: str) -> str:
    """What a command of ours says; it must succeed."""
    run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", *words]
    env = {**os.environ, "IMAP_PASSWORD": dovecot.password}
    done = subprocess.run(run, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("afterwards", ["keep", "flag", "move:Done"])
def test_every_mail_is_filed_away_once_it_is_decided(tmp_path: Path, dovecot: Dovecot, afterwards: str) -> None:
    address = dovecot.new_account()
    settings = {"address": address, "port": dovecot.imaps_port, "ca": dovecot.ca_file, "afterwards": afterwards}
    (tmp_path / "config.yaml").write_text(CONFIG.format(**settings))
    with dovecot.client(address) as client:
        client.create_folder("Done")
    for raw in MAILS:
        dovecot.append(address, raw)
    command(tmp_path, dovecot, "run", "--once")
    command(tmp_path, dovecot, "run", "--once")
    tally = json.loads(command(tmp_path, dovecot, "status", "--json"))["tally"]
    assert [tally[f"mails.{name}"] for name in ("new", "hold", "ignore", "bounce", "blocked")] == [1, 1, 2, 1, 1]
    with dovecot.client(address) as client:
        client.select_folder("INBOX", readonly=True)
        left, unseen = len(client.search()), len(client.search("UNSEEN"))
        client.select_folder("Done", readonly=True)
        moved = len(client.search())
    assert (left, unseen, moved) == {"keep": (5, 5, 0), "flag": (5, 0, 0), "move:Done": (0, 0, 5)}[afterwards]
