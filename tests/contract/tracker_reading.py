"""The contract of reading: what changed, what is there, and why no answer "no" is believed without proof. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hd_bridge.errors import Closed, Refused
from hd_bridge.model import Change, Draft
from hd_bridge.perform.living import duplicate_of
from tests.contract.tracker_bench import Bench, a_key, laid, opened, present

NEVER = datetime(2190, 1, 1, tzinfo=UTC)


class ReadingContract:
    """Polling and look-ups."""

    def test_the_catalogue_names_what_the_project_knows(self, bench: Bench) -> None:
        names = bench.tracker.catalogue(bench.project)
        assert names.project == bench.project
        assert {bench.category, bench.other_category} <= set(names.categories)
        assert bench.other_tracker in names.trackers
        assert bench.priority in names.priorities
        assert bench.assignee in names.assignees
        assert bench.field in names.fields
        assert dict(names.statuses)[bench.closed_status] is True
        assert dict(names.statuses)[bench.open_status] is False

    def test_who_writes_on_a_ticket_is_a_member_with_a_role_and_the_bridge_is_none(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        bench.note(number, "by an agent")
        bench.tracker.change(number, Change(notes="by the bridge"))
        agents, bridge = (note.user_id for note in present(bench.tracker, number).notes)
        members = {member.user_id: member for member in bench.tracker.members(bench.project, logins=True)}
        assert (members[agents].name, bench.role in members[agents].roles) == (bench.assignee, True)
        assert members[agents].login == bench.login
        assert bridge not in members
        assert all(member.login == "" for member in bench.fresh().members(bench.project))

    def test_a_project_that_is_not_there_has_no_members_to_tell(self, bench: Bench) -> None:
        with pytest.raises(Refused):
            bench.tracker.members("no-such-project")

    def test_a_duplicate_is_told_by_the_history_of_both(self, bench: Bench) -> None:
        one, other = opened(bench).ticket.number, opened(bench).ticket.number
        bench.relate(one, other, "duplicates")
        assert duplicate_of(present(bench.tracker, one)) == other
        assert duplicate_of(present(bench.tracker, other)) is None

    def test_a_ticket_that_is_not_there_is_none(self, bench: Bench) -> None:
        assert bench.tracker.ticket(999_999_999) is None

    def test_an_upload_is_found_by_its_whole_name_only(self, bench: Bench) -> None:
        key = a_key()
        number = opened(bench, uploads=[laid(bench.tracker, f"mail-{key}.eml")]).ticket.number
        assert bench.tracker.find_upload(f"mail-{key}.eml") == number
        assert bench.tracker.find_upload(f"mail-{key[:-1]}.eml") is None
        assert bench.tracker.find_upload(f"mail-{key}") is None
        assert bench.tracker.find_upload(f"mail-{key}.txt") is None

    def test_an_upload_is_found_on_a_closed_ticket_too(self, bench: Bench) -> None:
        name = f"mail-{a_key()}.eml"
        number = opened(bench, uploads=[laid(bench.tracker, name)]).ticket.number
        bench.tracker.change(number, Change(status=bench.closed_status))
        assert bench.tracker.find_upload(name) == number

    def test_an_upload_that_lies_on_no_ticket_is_not_found(self, bench: Bench) -> None:
        name = f"mail-{a_key()}.eml"
        laid(bench.tracker, name)
        assert bench.tracker.find_upload(name) is None

    def test_changes_come_oldest_first_and_closed_tickets_too(self, bench: Bench) -> None:
        numbers = [opened(bench).ticket.number for _ in range(3)]
        since = present(bench.tracker, numbers[0]).updated_on
        bench.note(numbers[0], "later", status=bench.closed_status)
        answer = bench.tracker.changed(since)
        times = [t.updated_on for t in answer.tickets]
        assert times == sorted(times)
        assert set(numbers) <= {t.number for t in answer.tickets}
        assert len({t.number for t in answer.tickets}) == len(answer.tickets)
        assert next(t for t in answer.tickets if t.number == numbers[0]).closed
        assert all(t.notes == () for t in answer.tickets)
        assert answer.server_time is None or answer.server_time >= times[-1]

    def test_a_change_is_told_again_rather_than_missed_within_its_second(self, bench: Bench) -> None:
        """The tracker tells whole seconds and holds microseconds: a watermark between them must not lose a ticket."""
        number = opened(bench).ticket.number
        for shift in (timedelta(0), timedelta(milliseconds=999)):
            since = present(bench.tracker, number).updated_on + shift
            assert number in {t.number for t in bench.tracker.changed(since).tickets}

    def test_every_kind_of_change_is_told(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        for text, private, status in (("", False, bench.open_status), ("word", False, None), ("word", True, None)):
            before = present(bench.tracker, number).updated_on
            bench.note(number, text, private=private, status=status)
            assert number in {t.number for t in bench.tracker.changed(before).tickets}

    def test_without_a_moment_only_the_newest_is_told(self, bench: Bench) -> None:
        opened(bench)
        bench.note(newest := opened(bench).ticket.number, "newest")
        (ticket,) = bench.tracker.changed(None).tickets
        assert ticket.updated_on >= present(bench.tracker, newest).updated_on

    def test_nothing_new_is_an_answer(self, bench: Bench) -> None:
        assert bench.tracker.changed(NEVER).tickets == ()

    def test_the_right_key_is_proved(self, bench: Bench) -> None:
        bench.tracker.prove()
        assert bench.tracker.check()


class StrangerContract:
    """A wrong key gets polite, empty answers (Redmine: 200, as anonymous); none of them may be believed."""

    def test_a_wrong_key_is_told_by_the_canary(self, bench: Bench) -> None:
        with pytest.raises(Closed):
            bench.stranger().prove()

    def test_a_wrong_key_never_hears_that_nothing_is_new(self, bench: Bench) -> None:
        opened(bench)
        for since in (None, NEVER, datetime(2000, 1, 1, tzinfo=UTC)):
            with pytest.raises(Closed):
                bench.stranger().changed(since)

    def test_a_wrong_key_never_hears_that_an_upload_is_not_there(self, bench: Bench) -> None:
        name = f"mail-{a_key()}.eml"
        upload = laid(bench.tracker, name)
        opened(bench, uploads=[upload])
        with pytest.raises(Closed):
            bench.stranger().find_upload(name)
        with pytest.raises(Closed):
            bench.stranger().token_alive(upload.token)

    def test_a_wrong_key_never_hears_that_a_ticket_is_not_there(self, bench: Bench) -> None:
        for number in (opened(bench).ticket.number, 999_999_999):
            with pytest.raises(Closed):
                bench.stranger().ticket(number)
            with pytest.raises(Closed):
                bench.stranger().change(number, Change(notes="who am I"))

    def test_a_wrong_key_is_not_the_items_fault(self, bench: Bench) -> None:
        stranger = bench.stranger()
        with pytest.raises(Closed):
            stranger.catalogue(bench.project)
        with pytest.raises(Closed):
            stranger.members(bench.project)
        with pytest.raises(Closed):
            stranger.upload("a.txt", "text/plain", b"a")
        with pytest.raises(Closed):
            stranger.create(Draft(project=bench.project, subject="s", description=""), ())
