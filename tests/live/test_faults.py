"""Faults nobody arranged kindly between the daemon and its servers, drawn from a seed. Touches the network.

At the end ledger and truth agree: every mail is exactly one issue, note or held item.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.contract.tracker_bench import a_word
from tests.live.installation import Installation, a_mail
from tests.live.servers import spoiler, wire
from tests.live.servers.dovecot import Dovecot
from tests.live.servers.loopback import wait_until
from tests.live.servers.postfix import Postfix
from tests.live.servers.redmine import Redmine

MAILS = 40
SEED = 20261121
LINES = 4  # connections spoilt at the most: each costs a pause of the door, in which nothing else is tried
REQUESTS = 25  # spoilt before the storm is over
STORM = 30.0  # seconds at the most, after the last mail is delivered
PATIENCE = {"read_timeout: 20s": "read_timeout: 2s", "rest: 25s": "rest: 6s"}


@dataclass
class Weather:
    """Faults by chance, each kind of them in turn so that none is left out; ``over`` ends them."""

    chance: random.Random
    over: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def requests(self) -> int:
        """How many were spoilt."""
        return sum(self.seen[fault.name] for fault in spoiler.Fault)

    def of_request(self, method: str, path: str) -> spoiler.Fault | None:
        """Often where something is written, so that doubts are many."""
        with self._lock:
            often = 0.35 if method in spoiler.WRITES else 0.08
            if self.over or self.chance.random() > often:
                return None
            kind = min(spoiler.Fault, key=lambda fault: (self.seen[fault.name], self.chance.random()))
            self.seen[kind.name] += 1
            return kind

    def of_line(self) -> tuple[wire.Fault, int] | None:
        """Three connections in four (there are few), within the greeting, the handshake or what comes after."""
        with self._lock:
            spoilt = sum(n for name, n in self.seen.items() if name.startswith("line"))
            if self.over or spoilt >= LINES or self.chance.random() > 0.75:
                return None
            kind = min(wire.Fault, key=lambda fault: (self.seen[f"line {fault.name}"], self.chance.random()))
            self.seen[f"line {kind.name}"] += 1
            return kind, self.chance.randint(1, 6000)


@dataclass
class Stormy:
    """An installation whose three servers are behind proxies that share one weather."""

    here: Installation
    weather: Weather


@pytest.fixture
def stormy(tmp_path: Path, redmine: Redmine, dovecot: Dovecot, postfix: Postfix) -> Iterator[Stormy]:
    weather = Weather(random.Random(SEED))
    with (
        spoiler.before(redmine.url) as web,
        wire.before(dovecot.imaps_port) as imap,
        wire.before(postfix.port) as smtp,
    ):
        here = Installation(tmp_path, redmine, dovecot, postfix, redmine_url=web.url)
        ports = {f"port: {dovecot.imaps_port}": f"port: {imap.port}", f"port: {postfix.port},": f"port: {smtp.port},"}
        text = (tmp_path / "config.yaml").read_text()
        for old, new in (PATIENCE | ports).items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "config.yaml").write_text(text)
        here.start()
        web.withhold, web.draw = 3.0, weather.of_request
        imap.draw = smtp.draw = weather.of_line
        yield Stormy(here, weather)
        here.kill()


def test_forty_mails_through_faults_at_random_are_each_one_issue_or_note_and_acknowledged_at_most_once(
    stormy: Stormy,
) -> None:
    here, words = stormy.here, [a_word() for _ in range(MAILS // 2)]
    customers = [here.dovecot.new_account("example.org") for _ in range(4)]
    for follow_up in (False, True):
        for i, word in enumerate(words):
            here.postfix.deliver(here.address, _mail(customers[i % 4], here.address, word, follow_up), customers[i % 4])
        expected = len(words) * (2 if follow_up else 1)
        wait_until(lambda n=expected: len(set(here.dovecot.mails_of(here.address))) >= n, "delivery")  # type: ignore[misc]
        here.kill()
        here.start(ready=False)  # in a fault or two, and it must connect anew
    with suppress(TimeoutError):
        wait_until(lambda: stormy.weather.requests >= REQUESTS or _all_decided(here), "faults", seconds=STORM)
    stormy.weather.over = True
    here.drained(MAILS)
    print(dict(stormy.weather.seen))
    issues = {word: here.redmine.count_subjects(word) for word in words}
    assert {word: n for word, n in issues.items() if n != 1} == {}
    assert [word for word in words if _notes_with(here, f"more-{word}") != 1] == []
    assert here.command("held", "list", "--json").stdout == ""
    answered = Counter(str(letter["Subject"]) for customer in customers for letter in here.letters_to(customer))
    assert max(answered.values(), default=1) == 1
    dropped = here.status()["tally"].get("steps.dropped", 0)
    assert len(answered) + dropped >= len(words)
    assert _originals(here, words) == MAILS
    assert len([kind for kind in spoiler.Fault if stormy.weather.seen[kind.name]]) == len(spoiler.Fault)


def _mail(customer: str, to: str, word: str, follow_up: bool) -> bytes:
    """A request with a file, or the customer's own answer to it."""
    if follow_up:
        first = f"<{word}.1@customers.example.org>"
        id = f"<{word}.2@customers.example.org>"
        return bytes(a_mail(customer, to, "Re: broken", f"more-{word}", id=id, In_Reply_To=first))
    mail = a_mail(customer, to, f"{word} is broken", "Help.", id=f"<{word}.1@customers.example.org>")
    mail.add_attachment(b"\1\2\3" * 5000, maintype="application", subtype="octet-stream", filename="log.bin")
    return bytes(mail)


def _all_decided(here: Installation) -> bool:
    status = here.status()
    done = sum(n for kind, n in status["tally"].items() if kind.startswith("mails.") and "undec" not in kind)
    return done >= MAILS and status["oldest"] is None


def _notes_with(here: Installation, text: str) -> int:
    return int(here.redmine.sql(f"SELECT count(*) FROM journals WHERE notes LIKE '%{text}%'")[0][0])


def _originals(here: Installation, words: list[str]) -> int:
    """How many different originals lie whole on the issues of these words."""
    likes = " OR ".join(f"i.subject LIKE '%{word}%'" for word in words)
    query = (
        "SELECT count(DISTINCT a.filename) FROM attachments a JOIN issues i ON a.container_id = i.id"
        f" AND a.container_type = 'Issue' WHERE a.filename LIKE 'mail-%.eml' AND a.filesize > 0 AND ({likes})"
    )
    return int(here.redmine.sql(query)[0][0])
