"""A real Redmine that stands still, falls, loses its key or its project: which promise each becomes. Touches the
network."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from hd_bridge.errors import Closed, Doubtful, Refused
from hd_bridge.findings import Finding, Level
from hd_bridge.model import Change, Draft
from hd_bridge.ports import Tracker
from tests.contract.tracker_bench import a_key, a_word, laid, opened, present
from tests.live.redmine_bench import WRONG_KEY, RedmineBench, tracker
from tests.live.servers.redmine import Redmine


def problems(door: Tracker) -> list[Finding]:
    return [one for one in door.check() if one.level is Level.PROBLEM]


@contextmanager
def setting(redmine: Redmine, name: str, value: str, back: str) -> Iterator[None]:
    """A setting of Redmine, for as long as the block lasts."""
    redmine.setting(name, value)
    try:
        yield
    finally:
        redmine.setting(name, back)


def test_a_redmine_that_stands_still_leaves_writes_in_doubt_and_reads_closed(bench: RedmineBench) -> None:
    number, word = opened(bench).ticket.number, a_word()
    impatient = tracker(bench.redmine.url, bench.redmine.bridge_key, read_timeout=10)
    impatient.catalogue("support")
    with ThreadPoolExecutor(3) as pool, bench.redmine.puma.paused():
        opening = pool.submit(impatient.create, Draft(project="support", subject=word, description=""), ())
        changing = pool.submit(impatient.change, number, Change(notes=word))
        reading = pool.submit(impatient.ticket, number)
        failures = [call.exception() for call in (opening, changing, reading)]
    assert [type(failure) for failure in failures] == [Doubtful, Doubtful, Closed]
    impatient.close()


def test_a_redmine_that_is_killed_is_closed_and_then_goes_on(bench: RedmineBench) -> None:
    direct, word = bench.fresh(), a_word()
    direct.catalogue("support")
    bench.redmine.puma.kill()
    try:
        with pytest.raises(Closed):
            direct.create(Draft(project="support", subject=word, description=""), ())
    finally:
        bench.redmine.puma.start()
    direct.create(Draft(project="support", subject=word, description=""), ())
    assert bench.count(word) == 1


def test_a_key_that_is_revoked_while_we_work_is_never_the_items_fault(bench: RedmineBench) -> None:
    name = f"mail-{a_key()}.eml"
    number = opened(bench, uploads=[laid(bench.door, name)]).ticket.number
    bridge = bench.redmine.users["bridge"]
    bench.redmine.sql(f"UPDATE tokens SET action = 'revoked' WHERE action = 'api' AND user_id = {bridge}")
    try:
        for act in (
            lambda: opened(bench),
            lambda: bench.door.change(number, Change(notes="n")),
            lambda: bench.door.ticket(number),
            lambda: bench.door.find_upload(name),
            lambda: laid(bench.door, "a.txt"),
        ):
            with pytest.raises(Closed):
                act()
    finally:
        bench.redmine.sql(f"UPDATE tokens SET action = 'api' WHERE action = 'revoked' AND user_id = {bridge}")
    assert bench.door.find_upload(name) == number


def test_a_ticket_that_moves_out_of_sight_is_missing(bench: RedmineBench) -> None:
    number = opened(bench).ticket.number
    secret = "(SELECT id FROM projects WHERE identifier = 'secret')"
    bench.redmine.sql(f"UPDATE issues SET project_id = {secret} WHERE id = {number}")
    assert bench.door.ticket(number) is None
    with pytest.raises(Refused) as refusal:
        bench.door.change(number, Change(notes="n"))
    assert refusal.value.missing


def test_a_field_learnt_from_the_answer_is_named_as_unsettled(bench: RedmineBench) -> None:
    """The field belongs to another tracker than the newest ticket's, so no look before could show it."""
    opened(bench)
    fresh = bench.fresh()
    draft = Draft(project="support", subject=a_word(), description="", tracker="Feature", fields=(("Release", "2.0"),))
    answer = fresh.create(draft, ())
    assert (answer.unsettled, answer.unknown) == (draft.fields, ())
    fresh.change(answer.ticket.number, Change(fields=answer.unsettled))
    assert dict(present(fresh, answer.ticket.number).fields)["Release"] == "2.0"


def test_what_redmine_drops_without_a_word_is_named(bench: RedmineBench) -> None:
    careless = tracker(bench.redmine.url, bench.redmine.keys["careless"])
    draft = Draft(project="support", subject=a_word(), description="", private=True, fields=(("Release", "1"),))
    bench.tracker.create(Draft(project="support", subject=a_word(), description="", tracker="Feature"), ())
    answer = careless.create(draft, ())
    assert len(answer.unknown) == 2
    assert not answer.ticket.private
    careless.close()


def test_threads_that_share_a_door_never_share_a_ticket(bench: RedmineBench) -> None:
    words = [a_word() for _ in range(24)]

    def open_one(word: str) -> bool:
        upload = laid(bench.tracker, f"mail-{word}.eml", word.encode())
        draft = Draft(project="support", subject=word, description=word, fields=(("Customer", word),))
        ticket = bench.tracker.create(draft, [upload]).ticket
        return (ticket.subject, ticket.description, dict(ticket.fields)["Customer"], ticket.files[0].name) == (
            word,
            word,
            word,
            f"mail-{word}.eml",
        )

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(open_one, words))
    assert [bench.count(word) for word in words] == [1] * len(words)


def test_a_bridge_with_all_rights_finds_no_problem(bench: RedmineBench) -> None:
    opened(bench)
    found = tracker(bench.redmine.url, bench.redmine.bridge_key, ("support", "sales")).check()
    assert [one for one in found if one.level is not Level.OK] == []
    assert any("5.0" in one.text for one in found)


def test_rights_that_are_missing_are_named_and_the_dangerous_one_as_such(bench: RedmineBench) -> None:
    found = problems(tracker(bench.redmine.url, bench.redmine.keys["careless"]))
    assert len(found) == 2
    assert any("edit_issues" in one.text for one in found)
    assert any("set_notes_private" in one.text and "dangerous" in one.text for one in found)


def test_a_project_that_is_not_for_us_is_named(bench: RedmineBench) -> None:
    for key, project in ((bench.redmine.bridge_key, "secret"), (bench.redmine.keys["outsider"], "support")):
        assert any(project in one.text for one in problems(tracker(bench.redmine.url, key, (project,))))


def test_a_wrong_key_and_an_api_that_is_off_are_told_apart(bench: RedmineBench) -> None:
    (wrong,) = tracker(bench.redmine.url, WRONG_KEY).check()
    with setting(bench.redmine, "rest_api_enabled", "0", back="1"):
        (off,) = tracker(bench.redmine.url, bench.redmine.bridge_key).check()
    assert wrong.level is off.level is Level.PROBLEM
    assert "key" in wrong.text
    assert "REST API" in off.text
    bench.tracker.prove()


def test_a_ticket_of_another_project_is_told_by_its_identifier(bench: RedmineBench) -> None:
    both = tracker(bench.redmine.url, bench.redmine.bridge_key, ("support", "sales"))
    number = both.create(Draft(project="sales", subject=a_word(), description=""), ()).ticket.number
    since = present(both, number).updated_on
    fresh = tracker(bench.redmine.url, bench.redmine.bridge_key, ("support", "sales"))
    assert {one.number: one.project for one in fresh.changed(since).tickets}[number] == "sales"
