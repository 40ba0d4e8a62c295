"""The power is cut after every commit and call: the commits that were not forced to the disk are gone, and still
nothing is lost and nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa

from hd_bridge.journal.store import Store
from tests.crash.power import Disk, power_cuts
from tests.crash.runs import singles
from tests.crash.tales import TALES, Tale
from tests.crash.telling import Teller, stage_of
from tests.crash.truth import Truth

pytestmark = pytest.mark.parametrize("tale", TALES, ids=lambda tale: tale.name)


def breaches(teller: Teller) -> Iterator[Truth]:
    return (truth for _, truth in teller.tell_all(singles(teller.points)) if truth.wrong)


@pytest.fixture
def disk(tale: Tale) -> Iterator[Disk]:
    with power_cuts(stage_of(tale.name)[0]) as disk:
        yield disk


def test_a_power_cut_at_any_point_loses_nothing_and_doubles_nothing(tale: Tale, disk: Disk) -> None:
    teller = Teller(tale)
    assert disk.lazy > disk.forced > 20
    assert [truth.wrong for truth in breaches(teller)] == []


def test_were_no_commit_forced_the_sweep_would_find_breaches(
    tale: Tale, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = Store._writing

    def never_forced(store: Store, **told: Any) -> AbstractContextManager[sa.Connection]:
        return writing(store, **(told | {"lazy": True}))

    monkeypatch.setattr(Store, "_writing", never_forced)
    assert any(breaches(Teller(tale)))
