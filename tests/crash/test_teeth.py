"""The sweep has teeth: with a safeguard taken out it finds breaches; and a run that ends early ends rightly."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
import sqlalchemy as sa

from tests.crash import runs, sweep
from tests.crash.controls import CONTROLS
from tests.crash.counts import first_seed
from tests.crash.fuse import WRITES
from tests.crash.tales import TALES, Tale
from tests.crash.telling import Teller, stage_of


@pytest.mark.parametrize("name", CONTROLS)
def test_without_this_safeguard_the_sweep_finds_breaches(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep.teller()  # the story is right with all safeguards
    found = (truth.wrong for _, truth in CONTROLS[name](monkeypatch))
    assert any(found), f"{name}, and nothing was noticed"


@pytest.mark.parametrize("tale", TALES, ids=lambda tale: tale.name)
def test_every_commit_of_the_bridge_is_a_point(tale: Tale) -> None:
    """Of the journal only what is told of a door is none: the bridge itself never reads it."""
    stage = stage_of(tale.name)[0]
    engine = stage.house.journal._engine  # type: ignore[attr-defined]
    through = set[str]()

    def committed(db: sa.Connection) -> None:
        wrote = db.connection.dbapi_connection.total_changes != db.info["before"]  # type: ignore[union-attr]
        if wrote and stage.fuse.armed:
            through.add(_method(sys._getframe()))

    def begun(db: sa.Connection) -> None:
        db.info["before"] = db.connection.dbapi_connection.total_changes  # type: ignore[union-attr]

    sa.event.listen(engine, "begin", begun)
    sa.event.listen(engine, "commit", committed)
    Teller(tale)
    sa.event.remove(engine, "begin", begun)
    sa.event.remove(engine, "commit", committed)
    assert {"claim", "doing", "finish"} < through
    assert through - WRITES <= {"door"}


def _method(frame: FrameType | None) -> str:
    """The journal's method that commits."""
    while frame is not None:
        place = frame.f_code
        if (
            "/journal/" in place.co_filename
            and not place.co_name.startswith("_")
            and "store.py" not in place.co_filename
        ):
            return place.co_name
        frame = frame.f_back
    return "no method of the journal"


def test_a_run_that_ends_where_another_has_come_to_the_same_has_that_ones_truth() -> None:
    """Every run of a sample is told twice: once from memory where it can be, once to its end and from the chapter's
    beginning."""
    teller, patient = Teller(), Teller(shortens=False)
    seeds = range(first_seed(), first_seed() + 4)
    sample = [make(teller.points, seed) for make in (runs.pair, runs.foul) for seed in seeds]
    shortly = dict(teller.tell_all([*list(runs.singles(teller.points))[::9], *sample]))
    assert teller.shared > 0
    assert {run: shortly[run] for run in sample} == {run: patient.tell(run) for run in sample}
