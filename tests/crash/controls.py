"""Bridges with one safeguard taken out: the sweep must find what they lose or double. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Connection

from hd_bridge import related
from hd_bridge.decide.related import decide_closing, issue_of
from hd_bridge.house import House
from hd_bridge.journal.answering import SqlAnswering
from hd_bridge.journal.steps import SqlSteps
from hd_bridge.model import Ticket, Upload
from hd_bridge.tracker import embedded_store
from hd_bridge.tracker.embedded import EmbeddedTracker
from hd_bridge.views_answers import FaqDraft
from hd_bridge.views_following import Closing
from tests.crash.mishaps import Mishap
from tests.crash.runs import Run, singles
from tests.crash.tales import AGENTS, DESK, MAIN, Tale
from tests.crash.telling import Teller
from tests.crash.truth import Truth

ORDERED = 2  # the chapter of the agents' story in which notes are orders
CLOSED, KEPT = 1, 3  # those of the third story in which an issue is closed, and an answer kept for the FAQ
Control = Callable[[pytest.MonkeyPatch], Iterator[tuple[Run, Truth]]]


def without_asking(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Truth]]:
    """Nobody looks whether a doubtful ticket is there, and the tracker knows no single-use tokens."""
    patch.setattr(EmbeddedTracker, "find_upload", lambda self, name: None)
    patch.setattr(embedded_store, "take", _whatever_is_left)
    teller = Teller()
    lost = Mishap(chapter=0, kind="lost", what="create")
    return teller.tell_all((Run(chapter=0, mishaps=(lost,)), *singles(teller.points)))


def without_doing(tale: Tale) -> Control:
    """That a call is about to be made is not committed: after a death nobody is in doubt."""

    def told(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Truth]]:
        patch.setattr(SqlSteps, "doing", lambda self, key, worker, now, rest_until: None)
        teller = Teller(tale)
        return teller.tell_all(singles(teller.points))

    return told


def without_memory(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Truth]]:
    """A note that was read before a death does not know whom it has let in."""
    patch.setattr(SqlSteps, "remember", lambda self, key, memo, worker=None: None)
    teller = Teller(AGENTS)
    return teller.tell_all(run for run in singles(teller.points) if run.chapter == ORDERED)


def without_a_key(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Truth]]:
    """What is kept for the FAQ has a key of its own each time, and not its note's."""
    keep, times = SqlAnswering.keep_faq, count()

    def keep_anew(self: SqlAnswering, draft: FaqDraft) -> None:
        keep(self, replace(draft, key=f"{draft.key}-{next(times)}"))

    patch.setattr(SqlAnswering, "keep_faq", keep_anew)
    teller = Teller(DESK)
    return teller.tell_all(run for run in singles(teller.points) if run.chapter == KEPT)


def without_one_commit(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Truth]]:
    """That an issue is closed is committed before what follows from it."""

    def known_first(house: House, ticket: Ticket) -> int:
        journal, issue, now = house.journal, issue_of(ticket), house.clock.now()
        if journal.issue(issue.number) != issue:
            journal.hear(issue, (), now)
            closing = Closing(issue=issue, waiters=journal.waiters(issue.number))
            journal.hear(issue, decide_closing(closing, "", ticket.status, None, house.policy), now)
        return 0

    patch.setattr(related, "_look", known_first)
    teller = Teller(DESK)
    return teller.tell_all(run for run in singles(teller.points) if run.chapter == CLOSED)


def without_rest(patch: pytest.MonkeyPatch) -> Iterator[tuple[Run, Truth]]:
    """A call that was not found at once is repeated at once, while it still runs."""
    late = (
        Mishap(chapter=chapter, kind="late", what=what, seconds=170, flag=True)
        for what in ("create", "change")
        for chapter in range(2)
    )
    return Teller(rest=timedelta(0)).tell_all(Run(chapter=one.chapter, mishaps=(one,)) for one in late)


CONTROLS: dict[str, Control] = {
    "asking switched off": without_asking,
    "doing not committed": without_doing(MAIN),
    "doing not committed, agents": without_doing(AGENTS),
    "nothing remembered, agents": without_memory,
    "doing not committed, desk": without_doing(DESK),
    "FAQ entries without their notes' keys, desk": without_a_key,
    "an issue known before its steps are, desk": without_one_commit,
    "no rest, and late writes": without_rest,
}


def _whatever_is_left(connection: Connection, uploads: Sequence[Upload]) -> list[tuple[int, Upload]]:
    """A tracker that opens a ticket although its files lie on another one, as it would be without single-use tokens."""
    found = ((embedded_store.unused(connection, upload.token), upload) for upload in uploads)
    return [(number, upload) for number, upload in found if number is not None]
