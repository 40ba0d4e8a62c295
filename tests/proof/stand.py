"""One installation between servers that all stand behind proxies, and what is sent to it. Touches the network."""

from __future__ import annotations

import hashlib
import re
import smtplib
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from hd_bridge.mail.key import receipt_key
from tests.live.installation import Installation
from tests.live.servers import spoiler, wire
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine
from tests.proof.answered import Answer
from tests.proof.books import Books
from tests.proof.truth import Ack, File, Ledger, Sent, Text

QUEUED = re.compile(r"\(Postfix\)\s+with\s+\w+\s+id\s+(\w+)")
WITHHELD = 3.0  # seconds
# A rest longer than any answer is withheld and any write travels; read_timeout as much shorter than what is withheld.
PATIENCE = {"read_timeout: 20s": "read_timeout: 2s", "rest: 25s": "rest: 9s", "{kind: smtp,": "{kind: smtp, grace: 1s,"}


@dataclass
class Stand:
    """``here`` reaches its servers only by ``web``, ``imap`` and ``smtp``; mails are delivered past them."""

    here: Installation
    web: spoiler.Spoiler
    imap: wire.Wire
    smtp: wire.Wire
    books: Books
    taken: list[Sent] = field(default_factory=list)
    _keys: dict[str, str] = field(default_factory=dict)

    def deliver(self, mails: Sequence[Sent]) -> None:
        """Hand mails to Postfix until it has taken them: what it did not take is not in the truth."""
        for mail in mails:
            if mail.reply:
                self._in_order()
            wait_until(lambda one=mail: self._took(one), "Postfix")  # type: ignore[misc]
            self.taken.append(mail)

    def _in_order(self) -> None:
        """An answer must not overtake its question. Postfix delivers side by side; and Dovecot gives mails that came
        while nobody looked their UIDs by their files' names, which within one second are in no order of time."""
        self.arrived()
        wait_until(self._looked_at, "Dovecot")

    def _looked_at(self) -> bool:
        with suppress(OSError, IMAPClient.Error), self.here.dovecot.client(self.here.address) as client:
            client.select_folder("INBOX", readonly=True)
            return True
        return False

    def arrived(self) -> None:
        """Wait until all that Postfix has taken lies in the mailbox."""
        begin = time.monotonic()
        while lacking := {mail.key for mail in self.taken} - self._lying():
            assert time.monotonic() < begin + 120, f"{len(lacking)} of {len(self.taken)} were not delivered"
            if time.monotonic() > begin + 2:
                self.here.postfix.flush()
                time.sleep(1)
            time.sleep(0.05)

    def _took(self, mail: Sent) -> bool:
        with suppress(OSError, smtplib.SMTPException):
            self.here.postfix.deliver(self.here.address, mail.raw, mail.sender)
            return True
        return False

    def _lying(self) -> set[str]:
        """The keys of the mails in the mailbox. To count them is not enough: one of which Postfix never heard that it
        was delivered lies there twice, and would stand for another that is still on its way."""
        name, _, domain = self.here.address.partition("@")
        maildir = self.here.dovecot.folder / "mail" / domain / name / "Maildir"
        for file in (file for part in ("new", "cur") for file in maildir.glob(f"{part}/*")):
            base = file.name.partition(",")[0]  # what comes after it changes when the mail is flagged
            if base not in self._keys:
                with suppress(FileNotFoundError):  # it is being flagged
                    self._keys[base] = receipt_key(self.here.address, file.read_bytes())[0]
        return set(self._keys.values())

    def ledger(self) -> Ledger:
        """What journal, tracker and customers hold."""
        self._delivered()
        sql, files = self.here.redmine.sql, self.here.redmine.puma.files
        one_line = r"regexp_replace({}, '\s+', ' ', 'g')"
        issues = sql(f"SELECT id, {one_line.format('subject')}, {one_line.format('description')} FROM issues")
        notes = sql(f"SELECT journalized_id, {one_line.format('notes')} FROM journals WHERE notes <> ''")
        lying = sql(
            "SELECT container_id, filename, disk_directory || '/' || disk_filename, description FROM attachments"
            " WHERE container_type = 'Issue'"
        )
        ours = {issue for issue, name, _, said in lying if name.startswith("mail-") and said == self.here.address}
        return Ledger(
            mails=self.books.mails(self.taken),
            steps=self.books.steps(),
            issues=tuple(Text(issue=int(id), text=f"{subject} {text}") for id, subject, text in issues),
            notes=tuple(Text(issue=int(id), text=text) for id, text in notes),
            files=tuple(
                File(issue=int(issue), name=name, sha256=hashlib.sha256((files / path).read_bytes()).hexdigest())
                for issue, name, path, _ in lying
                if issue in ours
            ),
            acks=tuple(self._acks()),
        )

    def _delivered(self) -> None:
        """What Postfix could not deliver while Dovecot was away lies in its queue."""
        begin = time.monotonic()
        while not self.here.postfix.idle:
            assert time.monotonic() < begin + 120, f"Postfix keeps letters back: {self.here.postfix.log()[-3000:]}"
            self.here.postfix.flush()
            time.sleep(1)

    def _acks(self) -> Iterator[Ack]:
        for customer, letter in self._letters():
            if letter["Auto-Submitted"]:
                yield Ack(to=customer, in_reply_to=str(letter["In-Reply-To"] or "").strip())

    def answers(self) -> Iterator[Answer]:
        """The letters of persons that customers hold."""
        for customer, letter in self._letters():
            if not letter["Auto-Submitted"]:
                plain = letter.get_body(("plain",))
                yield Answer(
                    to=customer,
                    message_id=str(letter["Message-ID"]).strip(),
                    text=plain.get_content() if plain else "",
                    files=tuple(part.get_filename() or "" for part in letter.iter_attachments()),
                )

    def _letters(self) -> Iterator[tuple[str, EmailMessage]]:
        """Each that was handed to Postfix: one that it has delivered twice, Dovecot being shut down in its answer,
        has one queue id."""
        seen = set()
        for customer in {mail.customer for mail in self.taken}:
            for number, raw in enumerate(self.here.dovecot.mails_of(customer)):
                letter = message_from_bytes(raw, policy=policy.default)
                handed = next(iter(QUEUED.findall(" ".join(map(str, letter.get_all("Received", []))))), str(number))
                if (customer, handed) not in seen:
                    seen.add((customer, handed))
                    yield customer, letter


@contextmanager
def standing(folder: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix, journal: str = "") -> Iterator[Stand]:
    """Proxies and a config.yaml for as long as the block lasts; no daemon runs yet. ``journal`` is its address."""
    with ExitStack() as stack:
        web = stack.enter_context(spoiler.before(redmine.url))
        imap = stack.enter_context(wire.before(dovecot.imaps_port))
        smtp = stack.enter_context(wire.before(postfix.port))
        web.withhold = WITHHELD
        here = Installation(folder, redmine, dovecot, postfix, redmine_url=web.url)
        ports = {f"port: {dovecot.imaps_port}": f"port: {imap.port}", f"port: {postfix.port},": f"port: {smtp.port},"}
        config = folder / "config.yaml"
        text = config.read_text()
        url = "sqlite:///var/journal.sqlite"
        for old, new in (PATIENCE | ports | {url: journal or url}).items():
            assert old in text, old
            text = text.replace(old, new)
        config.write_text(text)
        yield Stand(here, web, imap, smtp, Books(journal or url, folder))
