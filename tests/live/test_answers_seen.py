"""Notes in a real Redmine are seen once each: many at one moment, among thousands of tickets, by clocks that differ,
through a restart; and a quiet tick is one request. Touches the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hd_bridge.tracker.redmine import RedmineTracker
from tests.contract.tracker_bench import a_word, opened
from tests.live.answering import Answering, answering
from tests.live.redmine_bench import RedmineBench, tracker
from tests.live.servers import spoiler
from tests.live.servers.redmine import Redmine
from tests.live.test_answers_inside import write

SEEDED, OURS, CHANGED, BURST = 2000, 300, 20, 500


@pytest.fixture
def here(tmp_path: Path, redmine: Redmine) -> Iterator[Answering]:
    with answering(tmp_path, redmine) as made:
        yield made


def letters(here: Answering, word: str) -> list[int]:
    """The numbers of the notes ``word`` with a number behind it, in the order in which they went out."""
    texts = [letter.text for letter in here.outbox.letters]
    return [int(text.partition(word)[2].split()[0]) for text in texts if word in text]


def test_thirty_notes_of_one_second_are_all_seen_once_though_we_looked_in_its_midst(here: Answering) -> None:
    number = here.ticket()
    write(here, number, "Half past ", times=15)
    here.watch.tick()
    here.redmine.sql(
        "INSERT INTO journals (journalized_id, journalized_type, user_id, notes, created_on, private_notes) SELECT"
        " journalized_id, journalized_type, user_id, 'Half past ' || (15 + row_number() OVER (ORDER BY id)),"
        f" created_on, false FROM journals WHERE journalized_id = {number} AND notes LIKE 'Half past%'"
    )
    for _ in range(3):
        here.sent()
    assert letters(here, "Half past ") == list(range(1, 31))


@pytest.mark.parametrize("seconds", [-90.0, 90.0], ids=["behind", "ahead"])
def test_an_app_server_whose_clock_is_off_loses_no_note(here: Answering, seconds: float) -> None:
    """One that is behind by more than a note's second may have its note held: it looks as if it had been hidden."""
    number, word = here.ticket(), a_word()
    write(here, number, f"{word} right ")
    here.sent()
    write(here, number, f"{word} skewed ", ago=-seconds)
    here.sent()
    write(here, number, f"{word} again ")
    here.sent()
    assert letters(here, f"{word} right ") == [1]
    waiting = [item.key for item in here.held()]
    for words in ("skewed", "again"):
        (row,) = here.redmine.sql(f"SELECT id FROM journals WHERE notes = '{word} {words} 1'")
        held = f"note-{number}-{row[0]}/read/1" in waiting
        assert letters(here, f"{word} {words} ") == ([] if held else [1]), words
    assert len(waiting) <= 1


def test_a_restart_of_redmine_in_the_midst_of_a_poll_loses_no_note(
    tmp_path: Path, redmine: Redmine, bench: RedmineBench
) -> None:
    with spoiler.before(redmine.url) as between, answering(tmp_path, redmine, between.url) as here:
        numbers, word = [here.ticket() for _ in range(4)], a_word()
        for number in numbers:
            bench.note(number, f"{word} note {number}")
        reads = 0

        def draw(method: str, path: str) -> None:
            nonlocal reads
            reads += path.startswith("/issues/")
            if reads == 2 and redmine.puma.running:
                redmine.puma.kill()

        between.draw = draw
        here.sent()
        assert letters(here, f"{word} note ") == [], "it went away under our hands"
        redmine.puma.start()
        between.draw = lambda method, path: None
        for _ in range(5):
            here.clock.forward(61)
            here.sent()
    assert sorted(letters(here, f"{word} note ")) == sorted(numbers)


def test_tickets_that_change_while_the_list_is_paged_hide_no_other(redmine: Redmine, bench: RedmineBench) -> None:
    since = datetime.now(UTC) - timedelta(seconds=30)
    opened(bench)
    burst = bench.burst(a_word(), 250)
    with spoiler.before(redmine.url) as between, paging(between.url, redmine) as door:
        lists = 0

        def draw(method: str, path: str) -> None:
            """The first of the list move to its end, and all others up."""
            nonlocal lists
            lists += path.startswith("/issues.json")
            if lists in (3, 4):
                some = ", ".join(map(str, burst[7 * lists : 7 * lists + 7]))
                redmine.sql(f"UPDATE issues SET updated_on = localtimestamp WHERE id IN ({some})")

        between.draw = draw
        seen = {ticket.number for ticket in door.changed(since).tickets}
    assert lists > 3 and set(burst) <= seen


@contextmanager
def paging(url: str, redmine: Redmine) -> Iterator[RedmineTracker]:
    door = tracker(url, redmine.bridge_key)
    try:
        yield door
    finally:
        door.close()


def test_among_two_thousand_tickets_only_those_that_changed_are_read(here: Answering, bench: RedmineBench) -> None:
    first, word = here.ticket(), a_word()
    seeded = seed(here, first, word)
    here.adopt(first, seeded[:OURS])
    settled(here)
    for number in seeded[:CHANGED]:
        bench.note(number, f"{word} note {number}")
    before = here.requests
    here.watch.tick()
    looking = here.requests - before
    assert looking == 1 + CHANGED
    before = here.requests
    here.clock.forward(31)
    here.sent()
    assert sorted(letters(here, f"{word} note ")) == sorted(seeded[:CHANGED])
    assert here.requests - before <= 3 * CHANGED + 3, "a second look, and one before each letter"

    listed = ", ".join(map(str, seeded[OURS - CHANGED :][:BURST]))
    here.redmine.sql(f"UPDATE issues SET updated_on = date_trunc('second', localtimestamp) WHERE id IN ({listed})")
    settled(here)
    before = here.requests
    for _ in range(10):
        here.watch.tick()
    assert here.requests - before == 10
    here.sent()
    assert len(here.outbox.letters) == CHANGED


def seed(here: Answering, like: int, word: str) -> list[int]:
    """Copies of one issue, all of yesterday, as what other tests have left is made to be."""
    here.redmine.sql(
        "UPDATE issues SET created_on = created_on - interval '1 day', updated_on = updated_on - interval '1 day'"
        f" WHERE id <> {like}"
    )
    columns = "tracker_id, project_id, description, status_id, priority_id, author_id, lock_version, is_private"
    rows = here.redmine.sql(
        f"INSERT INTO issues ({columns}, subject, created_on, updated_on, lft, rgt) SELECT {columns}, 'Old {word}',"
        " localtimestamp - interval '1 day', localtimestamp - interval '1 day' + n * interval '10 milliseconds', 1, 2"
        f" FROM issues, generate_series(1, {SEEDED}) n WHERE id = {like} RETURNING id"
    )
    here.redmine.sql("UPDATE issues SET root_id = id WHERE root_id IS NULL")
    return [int(row[0]) for row in rows]


def settled(here: Answering) -> None:
    """All that has changed was looked at, and once more when its second was long over."""
    for _ in range(3):
        here.watch.tick()
        here.clock.forward(6)
    here.watch.tick()
