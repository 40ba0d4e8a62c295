"""The judge of the long proof must be able to find what it looks for: each doctored ledger is found out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.proof.truth import Ack, File, Ledger, Mail, Sent, Text, judge

REQUEST, ANSWER, MACHINE = "a" * 24, "b" * 24, "c" * 24
SENT = (
    Sent(key=REQUEST, word="alpha", message_id="<1@x>", customer="j@x", raw=b"", files=("f1",), verdict="new"),
    Sent(key=ANSWER, word="bravo", message_id="<2@x>", customer="j@x", raw=b"", verdict="follow-up"),
    Sent(key=MACHINE, word="charlie", message_id="<3@x>", customer="m@x", raw=b""),
)
RIGHT = Ledger(
    mails=(
        Mail(key=REQUEST, verdict="new", acknowledge=True, sha256="r1", whole=True),
        Mail(key=ANSWER, verdict="follow-up", acknowledge=False, sha256="r2", whole=True),
        Mail(key=MACHINE, verdict="ignore", acknowledge=False, sha256="r3", whole=True),
    ),
    steps=(
        (f"{REQUEST}/open/1", "OpenTicket", "done"),
        (f"{REQUEST}/ack/1", "SendLetter", "done"),
        (f"{ANSWER}/note/1", "AddNote", "done"),
    ),
    issues=(Text(issue=7, text="alpha is broken"),),
    notes=(Text(issue=7, text="bravo"),),
    files=(
        File(issue=7, name=f"mail-{REQUEST}.eml", sha256="r1"),
        File(issue=7, name="log.bin", sha256="f1"),
        File(issue=7, name=f"mail-{ANSWER}.eml", sha256="r2"),
    ),
    acks=(Ack(to="j@x", in_reply_to="<1@x>"),),
)


def _mail(number: int, **changes: object) -> Ledger:
    mails = list(RIGHT.mails)
    mails[number] = replace(mails[number], **changes)  # type: ignore[arg-type]
    return replace(RIGHT, mails=tuple(mails))


def _state(number: int, state: str) -> tuple[tuple[str, str, str], ...]:
    steps = list(RIGHT.steps)
    steps[number] = (*steps[number][:2], state)
    return tuple(steps)


DOCTORED: dict[str, Callable[[], Ledger]] = {
    "a lost mail": lambda: replace(RIGHT, mails=RIGHT.mails[:2]),
    "a mail without a verdict": lambda: _mail(0, verdict=None),
    "a request taken for an answer": lambda: _mail(0, verdict="follow-up"),
    "a machine taken for a customer": lambda: _mail(2, verdict="new"),
    "a garbled mail": lambda: _mail(1, whole=False),
    "a stranger's mail": lambda: replace(RIGHT, mails=(*RIGHT.mails, replace(RIGHT.mails[0], key="d" * 24))),
    "a doubled ticket without its file": lambda: replace(
        RIGHT, issues=(*RIGHT.issues, Text(issue=8, text="alpha is broken"))
    ),
    "a lost ticket": lambda: replace(RIGHT, issues=()),
    "a doubled note": lambda: replace(RIGHT, notes=RIGHT.notes * 2),
    "a lost note": lambda: replace(RIGHT, notes=()),
    "an original that is there twice": lambda: replace(RIGHT, files=(*RIGHT.files, RIGHT.files[0])),
    "an original on another ticket": lambda: replace(RIGHT, files=(*RIGHT.files[:2], replace(RIGHT.files[2], issue=9))),
    "a garbled original": lambda: replace(RIGHT, files=(replace(RIGHT.files[0], sha256="?"), *RIGHT.files[1:])),
    "a garbled file": lambda: replace(
        RIGHT, files=(RIGHT.files[0], replace(RIGHT.files[1], sha256="?"), RIGHT.files[2])
    ),
    "two acknowledgements": lambda: replace(RIGHT, acks=RIGHT.acks * 2),
    "a lost acknowledgement": lambda: replace(RIGHT, acks=()),
    "an acknowledgement of an answer": lambda: replace(RIGHT, acks=(*RIGHT.acks, Ack(to="j@x", in_reply_to="<2@x>"))),
    "a step under way": lambda: replace(RIGHT, steps=_state(2, "resting")),
    "a held step whose ticket is there": lambda: replace(RIGHT, steps=_state(0, "held")),
    "a dropped ticket": lambda: replace(RIGHT, steps=_state(0, "dropped")),
    "an unknown original": lambda: replace(
        RIGHT, files=(*RIGHT.files, File(issue=9, name=f"mail-{'e' * 24}.eml", sha256="?"))
    ),
}


def test_a_ledger_that_is_right_is_found_right() -> None:
    assert judge(SENT, RIGHT) == []


@pytest.mark.parametrize("name", DOCTORED)
def test_a_doctored_ledger_is_found_out(name: str) -> None:
    assert judge(SENT, DOCTORED[name]()) != []


def test_a_dropped_acknowledgement_and_a_held_request_that_is_nowhere_are_no_breach() -> None:
    assert judge(SENT, replace(RIGHT, acks=(), steps=_state(1, "dropped"))) == []
    nowhere = replace(RIGHT, issues=(), files=RIGHT.files[2:], acks=())
    steps = ((f"{REQUEST}/open/1", "OpenTicket", "held"), (f"{REQUEST}/ack/1", "SendLetter", "dropped"), RIGHT.steps[2])
    assert judge(SENT, replace(nowhere, steps=steps)) == []
