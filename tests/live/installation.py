"""One installation between the real servers: its config.yaml, its daemon as a process of its own. Touches the
network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import yaml

from hd_bridge.errors import JournalError
from hd_bridge.journal import SqlJournal
from hd_bridge.work import UNFINISHED
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

T = TypeVar("T")

CONFIG = """
journal: {{url: "sqlite:///var/journal.sqlite", keys: var/keys.json}}
tracker:
  kind: redmine
  url: {redmine}
  key: env:REDMINE_API_KEY
  poll: 1s
  read_timeout: 20s
  rest: 25s
  fields: {{customer_name: Customer, customer_email: E-mail, company: Company, tags: Tags}}
mailboxes:
  - name: support
    address: {address}
    kind: imap
    host: 127.0.0.1
    port: {imaps}
    username: {address}
    password: env:IMAP_PASSWORD
    ca_file: {imap_ca}
    project: support
    sender_name: Example Support
    afterwards: {afterwards}
outbox: {{kind: smtp, host: 127.0.0.1, port: {smtp}, tls: starttls, ca_file: {smtp_ca}}}
site: {{folder: var/site, url: "https://help.example.com/"}}
reopen: {{status: In Progress}}
rules:
  - name: bugs
    when: {{subject: {{contains: [broken]}}}}
    then: {{category: Bugs, due_in: 2d, tags: [bug]}}
"""


@dataclass
class Installation:
    """A folder with a config.yaml, and the daemon that runs on it."""

    folder: Path
    redmine: Redmine
    dovecot: Dovecot
    postfix: Postfix
    redmine_url: str = ""
    afterwards: str = "flag"
    address: str = ""
    _daemon: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.address = self.address or self.dovecot.new_account()
        (self.folder / "config.yaml").write_text(
            CONFIG.format(
                redmine=self.redmine_url or self.redmine.url,
                address=self.address,
                imaps=self.dovecot.imaps_port,
                imap_ca=self.dovecot.ca_file,
                smtp=self.postfix.port,
                smtp_ca=self.postfix.ca_file,
                afterwards=self.afterwards,
            )
        )

    @property
    def environment(self) -> dict[str, str]:
        """The secrets, by the names that config.yaml gives them."""
        secrets = {"REDMINE_API_KEY": self.redmine.bridge_key, "IMAP_PASSWORD": self.dovecot.password}
        return {**os.environ, **secrets}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours and wait for it."""
        run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", *words]
        return subprocess.run(run, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)

    def start(self, *, ready: bool = True) -> None:
        """Start the daemon; with ``ready`` wait until its mailbox has been begun and its tracker read."""
        run = [sys.executable, "-c", "from hd_bridge.cli import main; main()", "run"]
        log = (self.folder / "log").open("ab")
        self._daemon = subprocess.Popen(run, cwd=self.folder, env=self.environment, stdout=log, stderr=log)
        log.close()
        if ready:
            wait_until(lambda: {"mailbox:support", "tracker"} <= self.open_doors(), f"a daemon ({self.log()[-2000:]})")

    @property
    def pid(self) -> int:
        """The daemon's process."""
        assert self._daemon is not None, "it does not run"
        return self._daemon.pid

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        if self._daemon:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None

    def stop(self) -> int:
        """SIGTERM, and its exit status."""
        if self._daemon is None:
            return 0
        self._daemon.send_signal(signal.SIGTERM)
        status = self._daemon.wait(timeout=60)
        self._daemon = None
        return status

    def log(self) -> str:
        """What the daemon has said so far."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def status(self) -> dict[str, Any]:
        """``hd-bridge status --json``."""
        said = self.command("status", "--json")
        return dict(json.loads(said.stdout)) if said.returncode == 0 else {"doors": [], "tally": {}, "oldest": None}

    def read(self, read: Callable[[SqlJournal], T], otherwise: T) -> T:
        """What its journal holds, read beside the daemon; ``otherwise`` while it cannot be read. To wait by ``status``
        would start a process at each look, and take from the daemon the time that it needs."""
        url: str = yaml.safe_load((self.folder / "config.yaml").read_text())["journal"]["url"]
        file = self.folder / url.removeprefix("sqlite:///")
        if url.startswith("sqlite:") and not file.exists():
            return otherwise
        try:
            with closing(SqlJournal.open(f"sqlite:///{file}" if url.startswith("sqlite:") else url)) as journal:
                return read(journal)
        except JournalError:
            return otherwise

    def open_doors(self) -> set[str]:
        """Doors that have let something through."""
        return self.read(lambda journal: {door.name for door in journal.doors() if door.open}, set())

    def drained(self, mails: int, extra: Callable[[], bool] = lambda: True) -> None:
        """Wait until so many mails have a verdict and nothing is on its way any more."""

        def quiet() -> bool:
            return self.read(lambda journal: done(journal, mails), False) and extra()

        wait_until(quiet, f"{mails} mails to be done; the log ends: {self.log()[-3000:]}", seconds=150)

    def letters_to(self, address: str) -> list[Any]:
        """What lies in a customer's mailbox, parsed."""
        return [message_from_bytes(raw) for raw in self.dovecot.mails_of(address)]


def done(journal: SqlJournal, mails: int) -> bool:
    """Whether so many mails have a verdict, and no step is on its way."""
    decided = sum(n for kind, n in journal.tally().items() if kind.startswith("mails.") and kind != "mails.undecided")
    return decided >= mails and not journal.steps(conversation=None, states=UNFINISHED, limit=1)


def a_mail(sender: str, to: str, subject: str, body: str, **headers: str) -> EmailMessage:
    """A plain mail; other headers by name with underscores."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = headers.pop("id", f"<{time.time_ns()}@customers.example.org>")
    mail["Date"] = "Sat, 21 Nov 2026 12:00:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail
