"""Every kind of step goes into the journal and comes back the same; nothing else comes back at all. Pure."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args

import pytest

from hd_bridge.cli.telling import words_of
from hd_bridge.errors import JournalError
from hd_bridge.journal.codec import step_from_json, step_to_json, trail_from_json, trail_to_json
from hd_bridge.model import Draft, Trace
from hd_bridge.perform.worker import ACTS
from hd_bridge.work import (
    AddNote,
    FileAway,
    KeepCopy,
    OpenTicket,
    PrivateNote,
    PublishPage,
    ReadNote,
    ReadStatus,
    Relate,
    SendLetter,
    SetFields,
    SetStatus,
    Step,
)
from tests.contract.journal_cases import NOW

WHERE: dict[str, Any] = {"key": "a/1", "lane": "talk", "conversation": "talk", "after": "a/0", "due": NOW}
WHOLE_DRAFT = Draft(
    project="shop",
    subject="Größe \ud83d \0",
    description="x",
    tracker="Support",
    category="c",
    priority="High",
    assignee="a",
    due_date=date(2026, 12, 24),
    private=True,
    watchers=("w", "v"),
    fields=(("Tags", "a,b"), ("12", "")),
)
STEPS: list[Step] = [
    OpenTicket(**WHERE, mail="a", draft=WHOLE_DRAFT),
    OpenTicket(key="a/1", lane="x", mail="a", draft=Draft(project="p", subject="s", description="")),
    AddNote(**WHERE, mail="a", notes="n", status="Open"),
    PrivateNote(**WHERE, notes="n"),
    SetFields(**WHERE, fields=(("Tags", "vip"),), over=True),
    SetStatus(**WHERE, status="Closed", unless_not="New"),
    Relate(**WHERE, other=9, kind="duplicates"),
    ReadNote(**WHERE, note=7, held="why", put_off=True),
    ReadStatus(**WHERE, note=8),
    SendLetter(
        **WHERE, kind="ack", template="ack", language="de", mailbox="m", to=("a@x", "b@x"), mail="a", lines=("l",)
    ),
    PublishPage(**WHERE),
    FileAway(**WHERE, mailbox="m", place="1/2", how="move:Done"),
    KeepCopy(**WHERE, mailbox="m", folder="Sent", letter="a/0"),
]


def test_every_kind_of_step_is_tried() -> None:
    assert {type(step) for step in STEPS} == set(get_args(Step))


def test_every_kind_of_step_can_be_done_and_told() -> None:
    assert set(ACTS) == set(get_args(Step))
    assert all(words_of(step) for step in STEPS)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_step_comes_back_as_it_was(step: Step) -> None:
    back = step_from_json(json.loads(json.dumps(step_to_json(step))))
    assert back == step
    assert type(back) is type(step)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"step": "Explode"},
        {"step": None},
        {"surprise": 1},
        {"notes": 5},
        {"key": None},
        {"due": 5},
        {"due": "soon"},
    ],
    ids=str,
)
def test_a_step_that_this_code_does_not_know_is_not_guessed_at(spoilt: dict[str, Any]) -> None:
    kept = step_to_json(PrivateNote(key="a/1", lane="x", notes="n")) | spoilt
    with pytest.raises(JournalError, match="cannot read a step"):
        step_from_json(kept)


@pytest.mark.parametrize("missing", ["step", "key", "notes"])
def test_a_step_with_a_part_missing_is_not_guessed_at(missing: str) -> None:
    kept = step_to_json(PrivateNote(key="a/1", lane="x", notes="n"))
    del kept[missing]
    with pytest.raises(JournalError, match="cannot read a step"):
        step_from_json(kept)


def test_a_trail_comes_back_as_it_was() -> None:
    trail = (Trace(rule="r", outcome="o"), Trace(rule="s", outcome="p", evidence="e"))
    assert trail_from_json(json.loads(json.dumps(trail_to_json(trail)))) == trail
    assert trail_from_json([]) == ()
