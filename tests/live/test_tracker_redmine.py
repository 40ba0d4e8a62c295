"""The tracker's contract on a real Redmine, and what it costs in requests. Touches the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from hd_bridge.model import Change
from tests.contract.tracker import BurstContract, LostAnswerContract, StaleContract, TrackerContract
from tests.contract.tracker_bench import a_key, laid, opened, present
from tests.live.redmine_bench import RedmineBench


class TestRedmine(TrackerContract, BurstContract, LostAnswerContract, StaleContract):
    """All of it, nothing left out."""


def made_by(bench: RedmineBench, act: Callable[[], object]) -> Counter[tuple[str, str]]:
    """The requests of one act."""
    before = bench.door.requests_made.copy()
    act()
    return bench.door.requests_made - before


def test_a_new_mail_costs_two_requests_once_names_are_known(bench: RedmineBench) -> None:
    opened(bench)
    made = made_by(bench, lambda: opened(bench, uploads=[laid(bench.door, f"mail-{a_key()}.eml")]))
    assert made == {("POST", "/uploads.json"): 1, ("POST", "/issues.json"): 1}


def test_a_follow_up_costs_two_requests_and_a_third_to_read_it_back(bench: RedmineBench) -> None:
    number = opened(bench).ticket.number

    def follow_up(status: str | None) -> None:
        upload = laid(bench.door, f"mail-{a_key()}.eml")
        bench.door.change(number, Change(notes="again", uploads=(upload,), status=status))

    follow_up(bench.open_status)
    writes = {("POST", "/uploads.json"): 1, ("PUT", "/issues/N.json"): 1}
    assert made_by(bench, lambda: follow_up(bench.closed_status)) == writes
    assert made_by(bench, lambda: present(bench.door, number)) == {("GET", "/issues/N.json"): 1}


def test_a_quiet_tick_costs_one_request_and_empty_ones_a_proof_a_minute(bench: RedmineBench) -> None:
    since = opened(bench).ticket.updated_on
    bench.door.changed(since)
    tick = {("GET", "/issues.json"): 1}
    assert made_by(bench, lambda: bench.door.changed(since)) == tick
    bench.door.prove()
    far = since.replace(year=2190)
    assert made_by(bench, lambda: bench.door.changed(far)) == tick
    bench.clock.forward(61)
    assert made_by(bench, lambda: bench.door.changed(far)) == {**tick, ("GET", "/users/current.json"): 1}
    assert made_by(bench, lambda: bench.door.changed(far)) == tick


def test_an_upload_that_is_there_costs_one_request_and_one_that_is_not_a_proof_more(bench: RedmineBench) -> None:
    name = f"mail-{a_key()}.eml"
    opened(bench, uploads=[laid(bench.door, name)])
    bench.door.find_upload(name)
    look = {("GET", "/issues.json"): 1}
    assert made_by(bench, lambda: bench.door.find_upload(name)) == look
    assert made_by(bench, lambda: bench.door.find_upload("x" + name)) == {**look, ("GET", "/users/current.json"): 1}
