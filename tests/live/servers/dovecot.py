"""A Dovecot of our own for tests: IMAP, IMAPS and LMTP on free ports, its own authority. Touches the network."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme
from imapclient import IMAPClient

from tests.live.servers.loopback import free_port, need, passable_folder, run, wait_until

HOST = "127.0.0.1"
PASSWORD = "hemligt-lösen"  # beyond ASCII, as passwords of people are
MAIL_USER = "vmail"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = {host}
first_valid_uid = 1
mail_location = maildir:~/Maildir
disable_plaintext_auth = no
auth_failure_delay = 0
auth_username_format = %Lu
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={folder}/mail/%Ld/%Ln allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    address = {host}
    port = {imap}
  }}
  inet_listener imaps {{
    address = {host}
    port = {imaps}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = {host}
    port = {lmtp}
  }}
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """A running server. Every address is an account, all with one password; mail for ``user+tag`` is ``user``'s."""

    folder: Path
    imap_port: int
    imaps_port: int
    lmtp_port: int
    ca_file: str
    host: str = HOST
    password: str = PASSWORD

    def new_account(self, domain: str = "example.com") -> str:
        """An address that no other test uses; it is its own user name."""
        return f"box-{secrets.token_hex(6)}@{domain}"

    def deliver(self, address: str, raw: bytes, sender: str = "customer@example.org") -> None:
        """Hand a mail over by LMTP, as a relay does: it arrives now, with trace headers on top."""
        with smtplib.LMTP(self.host, self.lmtp_port, local_hostname="localhost") as lmtp:
            lmtp.sendmail(sender, [address], raw)

    def append(self, address: str, raw: bytes, at: datetime | None = None, folder: str = "INBOX") -> None:
        """Lay a mail into a folder byte for byte, with an INTERNALDATE of choice."""
        with self.client(address) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, raw, msg_time=at)

    def mails_of(self, address: str, folder: str = "") -> list[bytes]:
        """What lies on the disk for an address, oldest first; ``folder`` is a Maildir++ name such as ``.Archive``."""
        name, _, domain = address.partition("@")
        maildir = self.folder / "mail" / domain / name / "Maildir" / folder
        files = [*maildir.glob("new/*"), *maildir.glob("cur/*")]
        return [file.read_bytes() for file in sorted(files, key=lambda file: file.stat().st_mtime_ns)]

    def client(self, address: str) -> IMAPClient:
        """A client of our own, logged in, to look at or change things behind the product's back."""
        client = IMAPClient(self.host, self.imap_port, ssl=False, timeout=30)
        client.plain_login(address, self.password)
        return client

    def restart(self) -> None:
        """Stop it and start it again on the same mail: every connection breaks."""
        stop(self.folder)
        start(self.folder)


@contextmanager
def running(password: str = PASSWORD, more: str = "") -> Iterator[Dovecot]:
    """A fresh server for as long as the block lasts; some other programs can send no password beyond ASCII. ``more``
    are settings that follow ours."""
    need("dovecot", "/usr/sbin/dovecot", "/usr/lib/dovecot/lmtp")
    _need_mail_user()
    with passable_folder("hd-dovecot-") as folder:
        ca_file = certificate(folder)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", MAIL_USER, MAIL_USER)
        imap, imaps, lmtp = free_port(), free_port(), free_port()
        server = Dovecot(
            folder=folder, imap_port=imap, imaps_port=imaps, lmtp_port=lmtp, ca_file=ca_file, password=password
        )
        ports = {"imap": server.imap_port, "imaps": server.imaps_port, "lmtp": server.lmtp_port}
        text = CONFIG.format(folder=folder, host=HOST, user=MAIL_USER, password=password, **ports)
        (folder / "dovecot.conf").write_text(text + more)
        start(folder)
        try:
            yield server
        finally:
            stop(folder)


def certificate(folder: Path) -> str:
    """Make an authority and a server's key and certificate (server.key, server.pem); the authority's file."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", HOST)
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    issued.private_key_pem.write_to_path(folder / "server.key")
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(folder / "server.pem", append=number > 0)
    return str(ca_file)


def start(folder: Path) -> None:
    """Start the server of a folder; it answers when this returns."""
    daemon(["dovecot", "-c", str(folder / "dovecot.conf")], folder / "start.log")


def daemon(command: Sequence[str], log: Path) -> None:
    """Run a command that leaves a daemon behind: it would hold a pipe open for ever, so what it says goes to a file."""
    with log.open("ab") as out:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{log.read_text()[-4000:]}")


def stop(folder: Path) -> None:
    """End the server of a folder and wait until it is gone: it refuses to start beside its own rest."""
    pid = int((folder / "run" / "master.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), "dovecot has not ended")


def _need_mail_user() -> None:
    """Dovecot refuses to deliver as root, so mail needs an owner."""
    try:
        pwd.getpwnam(MAIL_USER)
    except KeyError:
        run(["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", MAIL_USER])
