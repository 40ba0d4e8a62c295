"""A letter to a signed sub-address comes back, or it is said that it does not; the daemon lets it be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hd_bridge.findings import Level
from hd_bridge.mail.tokens import Purpose, read_short_token
from hd_bridge.probe import probes
from hd_bridge.work import Letter, Unreached
from tests.fakes import FakeMailbox, FakeOutbox
from tests.homes import POLICY, SUPPORT, Home


@dataclass
class Relay(FakeOutbox):
    """Delivers what it gets, if it knows sub-addresses."""

    box: FakeMailbox | None = None

    def send(self, letter: Letter, accepted: Callable[[], None]) -> tuple[Unreached, ...]:
        unreached = super().send(letter, accepted)
        if self.box is not None:
            self.box.put(letter.raw)
        return unreached


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path, policy=replace(POLICY, mailboxes=(replace(SUPPORT, subaddress="+"),)), outbox=Relay())
    yield made
    made.close()


def test_a_letter_that_comes_back_proves_sub_addresses_and_becomes_nothing(home: Home) -> None:
    assert isinstance(home.outbox, Relay)
    home.outbox.box = home.boxes["support"]
    (finding,) = probes(home.house, pause=lambda seconds: home.clock.forward(seconds=seconds))
    assert finding.level is Level.OK
    (letter,) = home.outbox.letters
    detail = SUPPORT.__class__.detail(home.policy.mailboxes[0], letter.to[0])
    assert read_short_token(home.house.ring, Purpose.REPLY, detail)
    home.turn()
    assert home.tickets() == [] and len(home.outbox.letters) == 1 and home.house.journal.held() == ()


def test_a_letter_that_does_not_come_back_is_a_problem_with_its_mend(home: Home) -> None:
    (finding,) = probes(home.house, pause=lambda seconds: home.clock.forward(seconds=seconds))
    assert finding.level is Level.PROBLEM and "recipient_delimiter" in finding.mend


def test_without_sub_addresses_nothing_is_sent(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (finding,) = probes(home.house)
    assert finding.level is Level.WARNING and home.outbox.letters == []
    home.close()
