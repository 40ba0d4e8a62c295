"""What tests of agents' answers share: a house with one ticket, what has gone out, what only agents see."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from hd_bridge.model import Note, Ticket
from hd_bridge.policy_answers import AnswerPolicy
from hd_bridge.work import Letter
from tests.homes import POLICY, Home, mail

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SOON = {"seconds": 31}


def sent(home: Home, **grace: float) -> list[Letter]:
    """What has gone out once the tracker was looked at and the grace is over."""
    home.tick()
    home.clock.forward(**(grace or SOON))
    home.turn()
    home.clock.forward(seconds=1)
    home.turn()
    return [letter for letter in home.outbox.letters if letter.to != ("boss@example.com",)]


def read(letter: Letter) -> EmailMessage:
    return message_from_bytes(letter.raw, policy=policy.default)


def ticket(home: Home, number: int = 1) -> Ticket:
    found = home.desk().ticket(number)
    assert found is not None
    return found


def private_notes(home: Home) -> list[Note]:
    return [note for note in ticket(home).notes if note.private]


def with_answers(tmp_path: Path, **changes: object) -> Home:
    home = Home(tmp_path, policy=replace(POLICY, answers=replace(AnswerPolicy(), **changes)))  # type: ignore[arg-type]
    home.post(mail())
    home.turn()
    home.tick()
    home.clock.forward(minutes=1)
    home.outbox.letters.clear()
    return home
