"""A Postfix of our own for tests: takes mail on a free port, hands it to Dovecot. Touches the network."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.servers.dovecot import Dovecot, certificate, daemon
from tests.live.servers.loopback import free_port, need, passable_folder

HOST = "127.0.0.1"
OWNER = "postfix"

MAIN = """
compatibility_level = 3.6
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
queue_directory = {folder}/queue
data_directory = {folder}/data
myhostname = mail.example.com
mydestination =
alias_maps =
inet_interfaces = {host}
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{
  {{ refused@example.com = 550 5.1.1 no such person }}, {{ later@example.com = 450 4.2.0 come back later }},
  {{ returned.example = FILTER error:5.1.1 no such person }} }}
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_domains = example.com, example.org, returned.example
virtual_transport = lmtp:inet:{host}:{lmtp}
default_transport = error:no outside mail
smtpd_tls_security_level = may
smtpd_tls_chain_files = {folder}/chain.pem
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    """A running relay for example.com and example.org; it refuses refused@example.com for good, later@ for now.
    What goes to returned.example it takes, and sends back a moment later."""

    folder: Path
    port: int
    ca_file: str
    host: str = HOST

    def deliver(self, address: str, raw: bytes, sender: str = "customer@example.org") -> None:
        """Hand a mail over as a stranger's relay would; it arrives a moment later."""
        with smtplib.SMTP(self.host, self.port, local_hostname="localhost") as smtp:
            smtp.sendmail(sender, [address], raw)

    def flush(self) -> None:
        """Try at once what it could not deliver: by itself it would wait for minutes."""
        daemon(["postfix", "-c", str(self.folder), "flush"], self.folder / "start.log")

    @property
    def idle(self) -> bool:
        """Whether everything that it has taken is delivered."""
        queues = (self.folder / "queue" / name for name in ("maildrop", "incoming", "active", "deferred"))
        return not any(path.is_file() for queue in queues for path in queue.rglob("*"))

    def restart(self) -> None:
        """End it and start it again: every connection breaks, what it has taken stays."""
        for word in ("stop", "start"):
            daemon(["postfix", "-c", str(self.folder), word], self.folder / "start.log")

    def log(self) -> str:
        """What it has logged so far."""
        return (self.folder / "log").read_text()


@contextmanager
def running(dovecot: Dovecot) -> Iterator[Postfix]:
    """A fresh relay before a Dovecot for as long as the block lasts."""
    need("postfix", "/usr/sbin/postfix", "/usr/share/postfix/master.cf.dist")
    with passable_folder("hd-postfix-") as folder:
        relay = Postfix(folder=folder, port=free_port(), ca_file=certificate(folder))
        _lay_out(folder, relay.port, dovecot.lmtp_port)
        daemon(["postfix", "-c", str(folder), "start"], folder / "start.log")
        try:
            yield relay
        finally:
            daemon(["postfix", "-c", str(folder), "stop"], folder / "start.log")


def _lay_out(folder: Path, port: int, lmtp_port: int) -> None:
    for name, owner in (("queue", "root"), ("data", OWNER)):
        (folder / name).mkdir()
        shutil.chown(folder / name, owner)
    (folder / "chain.pem").write_text((folder / "server.key").read_text() + (folder / "server.pem").read_text())
    (folder / "main.cf").write_text(MAIN.format(folder=folder, host=HOST, lmtp=lmtp_port))
    (folder / "master.cf").write_text(_services(Path("/usr/share/postfix/master.cf.dist").read_text(), port))


def _services(shipped: str, port: int) -> str:
    """The shipped master.cf with our own port, and nothing in a chroot that we would have to furnish."""
    lines = []
    for line in shipped.splitlines():
        fields = line.split()
        if fields and not line.startswith(("#", " ", "\t")):
            fields[4] = "n"
            if fields[0] == "smtp" and fields[1] == "inet":
                fields[0] = f"{HOST}:{port}"
            line = " ".join(fields)
        lines.append(line)
    return "\n".join(lines) + "\n"
