"""What must not leave a real Redmine by itself: private notes in all their forms, strangers' words, second thoughts.
Touches the network."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.answering import Answering, answering, read
from tests.live.redmine_bench import RedmineBench
from tests.live.servers.redmine import Redmine


@pytest.fixture
def here(tmp_path: Path, redmine: Redmine) -> Iterator[Answering]:
    with answering(tmp_path, redmine) as made:
        yield made


def test_a_private_note_with_a_file_and_a_change_of_status_never_leaves(here: Answering, bench: RedmineBench) -> None:
    """Redmine puts the file and the status of a private note into a public entry of their own."""
    number = here.ticket()
    bench.note(number, "Between us.", private=True, files={"secret.txt": b"secret"}, status="In Progress")
    assert here.sent() == []
    bench.note(number, "For you.", files={"open.txt": b"open"})
    (letter,) = here.sent()
    assert [part.get_filename() for part in read(letter).iter_attachments()] == ["open.txt"]
    assert b"secret" not in letter.raw and "Between us." not in letter.text


def test_a_private_note_that_is_made_public_waits_for_a_person(here: Answering, bench: RedmineBench) -> None:
    number = here.ticket()
    time.sleep(1.1)  # another second of Redmine's
    bench.note(number, "Flipped words.", private=True)
    assert here.sent() == []
    time.sleep(1.1)
    here.edit("Flipped words", private_notes=False)
    bench.note(number, "Something new.")
    (letter,) = here.sent()
    assert "Something new." in letter.text
    (held,) = here.held()
    assert "was private when the ticket was last read" in held.why
    assert here.house.journal.release(held.key, here.clock.now())
    (letter,) = here.sent()
    assert "Flipped words." in letter.text


def test_what_is_edited_within_the_grace_is_sent_as_it_is_then(here: Answering, bench: RedmineBench) -> None:
    bench.note(here.ticket(), "Hallo Jan, edited words.")
    here.watch.tick()
    here.edit("edited words", notes="Hello Jane, better ones.")
    (letter,) = here.sent()
    assert "Hello Jane" in letter.text and "Hallo" not in letter.text
    assert here.sent() == []


@pytest.mark.parametrize("change", [{"notes": ""}, {"private_notes": True}], ids=["deleted", "made private"])
def test_what_is_taken_back_within_the_grace_is_not_sent(
    here: Answering, bench: RedmineBench, change: dict[str, object]
) -> None:
    bench.note(here.ticket(), f"Second thoughts {len(change)} {next(iter(change))}.", files={"a.txt": b"a"})
    here.watch.tick()
    here.edit(f"Second thoughts {len(change)} {next(iter(change))}", **change)
    assert here.sent() == [] and here.held() == []


def test_a_registered_user_who_is_no_agent_is_neither_sent_nor_obeyed(here: Answering) -> None:
    number = here.ticket()
    write(here, number, "!close\nI am no agent.", user=here.redmine.users["outsider"])
    assert here.sent() == []
    (held,) = here.held()
    assert "Carla Reyes wrote" in held.why and "is no agent" in held.why
    whole = here.house.tracker.ticket(number)
    assert whole is not None and not whole.closed


def write(here: Answering, number: int, words: str, *, user: int = 0, times: int = 1, ago: float = 0.0) -> None:
    """Notes written at one moment, as no single agent could by Redmine's API; ``ago`` by the clock of its server."""
    user = user or here.redmine.users["ana"]
    moment = f"localtimestamp - interval '{ago} seconds'"
    here.redmine.sql(
        "INSERT INTO journals (journalized_id, journalized_type, user_id, notes, created_on, private_notes)"
        f" SELECT {number}, 'Issue', {user}, '{words}' || n, {moment}, false FROM generate_series(1, {times}) n"
    )
    here.redmine.sql(f"UPDATE issues SET updated_on = {moment} WHERE id = {number}")
