"""The frame of the benchmarks: every one can be called, and has its place in docs/benchmarks.md. Touches the disk."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHMARKS, PAGE, written
from tests.bench.bare import Recorder
from tests.bench.bulk import BARE, BRIDGE, Outcome, table
from tests.bench.judge import Score
from tests.bench.table import Table, percentile, spread

ROOT = Path(__file__).resolve().parents[2]
TABLE = Table(title="A", columns=("what", "value"), rows=(("a|b", "1"),), notes=("So it is.",), raw={"x": (1, 2)})


@pytest.mark.parametrize(("name", "module"), BENCHMARKS)
def test_every_benchmark_can_be_called_and_has_a_place_on_the_page(name: str, module: str) -> None:
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
    assert any(isinstance(node, ast.FunctionDef) and node.name == "measure" for node in tree.body)
    assert written(PAGE.read_text(), name, TABLE, "Here.").count(TABLE.markdown()) == 1


def test_no_name_is_registered_twice() -> None:
    assert len({name for name, _ in BENCHMARKS}) == len(BENCHMARKS)


def test_a_table_takes_the_place_of_the_one_before_and_touches_nothing_else() -> None:
    page = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"
    new = written(page, "a", TABLE, "Here.")
    assert new == written(new, "a", TABLE, "Here.") and "old" not in new
    assert new.startswith("before\n<!-- a -->\nHere.\n\n| what | value |\n|---|---|\n| a\\|b | 1 |\n\nSo it is.")
    assert new.endswith("<!-- /a -->\nafter\n")
    with pytest.raises(ValueError, match="no place for b"):
        written(page, "b", TABLE, "Here.")


def test_a_table_is_json_and_refuses_a_row_that_does_not_fit() -> None:
    assert json.loads(json.dumps(TABLE.json()))["raw"] == {"x": [1, 2]}
    with pytest.raises(ValueError, match="1 values under 2 columns"):
        Table(title="A", columns=("what", "value"), rows=(("a",),))


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile(range(1, 101), percent) for percent in (50, 95, 99)] == [50, 95, 99]
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0 and percentile([4.0], 50) == 4.0
    assert spread([3.0, 1.0, 2.0], "ms") == "2.0 (1.0–3.0) ms" and spread([1.0]) == "1.0"


def test_calls_are_kept_by_ticket_with_their_files_and_without_what_only_reads() -> None:
    recorder = Recorder()
    create, note = b'{"issue": {"uploads": [{"token": "7.ab"}]}}', b'{"issue": {"uploads": [{"token":"9.cd"}]}}'
    recorder.heard("GET", "/issues.json?limit=100", b"", b'{"issues": []}')
    recorder.heard("POST", "/uploads.json?filename=mail-1.eml", b"raw", b'{"upload": {"id": 7, "token": "7.ab"}}')
    recorder.heard("POST", "/issues.json?include=attachments", create, b'{"issue": {"id": 12}}')
    recorder.heard("POST", "/uploads.json?filename=mail-2.eml", b"two", b'{"upload": {"id": 9, "token": "9.cd"}}')
    recorder.heard("PUT", "/issues/12.json", note, b"")
    ((opened, noted),) = recorder.tickets.values()
    assert (opened.path, [upload.body for upload in opened.uploads]) == ("/issues.json?include=attachments", [b"raw"])
    assert (noted.path, [upload.body for upload in noted.uploads]) == ("/issues/12.json", [b"two"])


def outcome(what: str, threads: int, pile: int, rate: float) -> Outcome:
    score = Score(mails=60, right=60, wrong={}, which={})
    return Outcome(what=what, threads=threads, pile=pile, mails=60, rate=rate, cpu=1.0, lead=0.5, score=score)


def test_ratios_are_of_runs_over_the_same_pile_with_as_many_calls_at_once() -> None:
    rates = {(BARE, 1): (10.0, 20.0), (BRIDGE, 1): (5.0, 20.0), (BARE, 2): (40.0, 10.0), (BRIDGE, 2): (4.0, 9.0)}
    runs = [outcome(*name, pile, rate) for name, both in rates.items() for pile, rate in enumerate(both)]
    rows = {row[1]: row for row in table(runs).rows}
    assert rows[f"{BRIDGE}, 1 at once"][2:4] == ("12.5 (5.0–20.0)", "0.75")
    assert rows[f"{BRIDGE}, 2 at once"][3] == "0.50" and rows[f"{BARE}, 2 at once"][3] == ""
    assert rows[f"{BRIDGE}, 1 at once"][-1] == "120 of 120"
