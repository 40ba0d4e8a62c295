"""Bridges with one safeguard taken out: the sweep must find what they lose or double. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hd_bridge.journal.steps import SqlSteps
from hd_bridge.tracker.embedded import EmbeddedTracker
from tests.crash import runs
from tests.crash.runs import Mishap, Run
from tests.crash.stage import Stage

Control = Callable[[pytest.MonkeyPatch], Iterator[tuple[Run, list[str]]]]


def without_asking(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, list[str]]]:
    """Nobody looks whether a doubtful ticket is there, and the tracker knows no single-use tokens."""
    patch.setattr(EmbeddedTracker, "find_upload", lambda self, name: None)
    patch.setattr(EmbeddedTracker, "create", _without_tokens(EmbeddedTracker.create))
    lost = Mishap(chapter=0, kind="lost", what="create")
    for run in (Run(chapter=0, mishaps=(lost,)), *runs.singles()):
        yield run, runs.tell(run).wrong


def without_doing(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, list[str]]]:
    """That a call is about to be made is not committed: after a death nobody is in doubt."""
    patch.setattr(SqlSteps, "doing", lambda self, key, worker, now, rest_until: None)
    for run in runs.singles():
        yield run, runs.tell(run).wrong


def without_rest(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, list[str]]]:
    """A call that was not found at once is repeated at once, while it still runs."""
    for what in ("create", "change"):
        for chapter in range(2):
            late = Mishap(chapter=chapter, kind="late", what=what, seconds=170, flag=True)
            run = Run(chapter=chapter, mishaps=(late,))
            yield run, runs.tell(run, _restless).wrong


CONTROLS: dict[str, Control] = {
    "asking switched off": without_asking,
    "doing not committed": without_doing,
    "no rest, and late writes": without_rest,
}


def _restless(stage: Stage) -> None:
    stage.rest = timedelta(0)
    stage.house.rest = timedelta(0)


def _without_tokens(create: Callable[..., Any]) -> Callable[..., Any]:
    """A tracker that does not mind which files come, as it would be without single-use tokens."""
    return lambda self, draft, uploads: create(self, draft, ())
