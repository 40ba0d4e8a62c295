"""The contract of changing tickets: notes, files, states, the leak trap and parallel changes. Pure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from hd_bridge.errors import NotNow, Refused
from hd_bridge.model import Change, Detail, Note, Ticket
from tests.contract.tracker_bench import Bench, a_key, a_word, laid, opened, present


def notes_with(ticket: Ticket, kind: str) -> list[Note]:
    """Journals of a ticket that have a detail of this kind."""
    return [note for note in ticket.notes if any(detail.kind == kind for detail in note.details)]


class ChangingContract:
    """Everything that is done to a ticket which is there."""

    def test_a_note_and_its_file_are_one_journal(self, bench: Bench) -> None:
        ticket = opened(bench).ticket
        name = f"mail-{a_key()}.eml"
        bench.tracker.change(ticket.number, Change(notes="Hello 😀", uploads=(laid(bench.tracker, name),)))
        after = present(bench.tracker, ticket.number)
        (note,), (file,) = after.notes, after.files
        assert (note.notes, note.private) == ("Hello 😀", False)
        assert note.details == (Detail(kind="attachment", name=str(file.id), new=name),)
        assert note.created_on.microsecond == 0
        assert bench.tracker.find_upload(name) == ticket.number

    def test_notes_come_in_order_of_their_numbers(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        for i in range(4):
            bench.tracker.change(number, Change(notes=f"{i}"))
        bench.note(number, "4")
        notes = present(bench.tracker, number).notes
        assert [n.notes for n in notes] == ["0", "1", "2", "3", "4"]
        assert [n.id for n in notes] == sorted(n.id for n in notes)

    def test_a_note_tells_who_wrote_it(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        bench.tracker.change(number, Change(notes="bridge"))
        bench.note(number, "agent")
        bridge, agent = present(bench.tracker, number).notes
        assert bridge.user_id != agent.user_id
        assert bridge.user and agent.user and bridge.user != agent.user

    def test_status_and_field_are_set_by_name_and_told_by_name(self, bench: Bench) -> None:
        before = opened(bench).ticket
        change = Change(status=bench.closed_status, fields=((bench.field, "new value"),))
        bench.tracker.change(before.number, change)
        after = present(bench.tracker, before.number)
        assert (after.status, after.closed) == (bench.closed_status, True)
        assert after.closed_on is not None
        assert dict(after.fields)[bench.field] == "new value"
        details = {(d.kind, d.name): d for note in after.notes for d in note.details}
        status = details["attr", "status"]
        assert (status.old, status.new) == (before.status, bench.closed_status)
        assert details["cf", bench.field].new == "new value"

    def test_what_an_agent_set_is_told_by_name(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        bench.assign(number, bench.category, bench.assignee)
        bench.assign(number, bench.other_category, None)
        ticket = present(bench.tracker, number)
        first, second = ({d.name: d for d in note.details} for note in ticket.notes)
        assert (first["category"].old, first["category"].new) == (None, bench.category)
        assert (first["assignee"].old, first["assignee"].new) == (None, bench.assignee)
        assert (second["category"].old, second["category"].new) == (bench.category, bench.other_category)
        assert (second["assignee"].old, second["assignee"].new) == (bench.assignee, None)
        assert (ticket.category, ticket.assignee) == (bench.other_category, None)

    def test_what_a_change_does_not_know_never_costs_the_note(self, bench: Bench) -> None:
        """A change answers nothing; who needs the status reads it back."""
        before = opened(bench).ticket
        bench.tracker.change(
            before.number, Change(notes="kept", status="Nosuch Status", fields=(("Nosuch Fieldknown", "1"),))
        )
        after = present(bench.tracker, before.number)
        assert [n.notes for n in after.notes] == ["kept"]
        assert after.status == before.status

    def test_a_used_token_changes_nothing(self, bench: Bench) -> None:
        upload = laid(bench.tracker, "once.txt")
        opened(bench, uploads=[upload])
        before = opened(bench).ticket
        with pytest.raises(Refused) as refusal:
            bench.tracker.change(before.number, Change(notes="no", status=bench.closed_status, uploads=(upload,)))
        assert not refusal.value.missing
        after = present(bench.tracker, before.number)
        assert (after.notes, after.files, after.status) == ((), (), before.status)

    def test_a_ticket_that_is_not_there_is_missing(self, bench: Bench) -> None:
        with pytest.raises(Refused) as refusal:
            bench.tracker.change(999_999_999, Change(notes="to nobody"))
        assert refusal.value.missing

    def test_a_private_note_is_read_back_as_private(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        bench.tracker.change(number, Change(notes="for agents\n[hd:k]", private=True))
        (note,) = present(bench.tracker, number).notes
        assert note.private
        assert note.notes.splitlines()[-1] == "[hd:k]"

    def test_the_leak_trap_files_of_a_private_note_lie_in_a_public_journal_without_words(self, bench: Bench) -> None:
        """Redmine splits a private note (journal.rb, split_private_notes): who mails files of a journal without
        words mails what was meant to stay inside."""
        number = opened(bench).ticket.number
        bench.note(number, "secret words", private=True, files={"secret.txt": b"x"}, status=bench.open_status)
        ticket = present(bench.tracker, number)
        assert all(note.private for note in ticket.notes if "secret" in note.notes)
        (public,) = notes_with(ticket, "attachment")
        assert (public.notes, public.private) == ("", False)
        assert any(d.name == "status" and d.new == bench.open_status for d in public.details)

    def test_the_bridges_own_private_note_with_a_file_is_split_as_well(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        upload = laid(bench.tracker, "secret.txt")
        bench.tracker.change(number, Change(notes="secret", private=True, uploads=(upload,)))
        ticket = present(bench.tracker, number)
        assert [(n.notes, n.private) for n in ticket.notes if n.notes] == [("secret", True)]
        (public,) = notes_with(ticket, "attachment")
        assert (public.notes, public.private) == ("", False)

    def test_of_parallel_changes_each_is_there_or_not_now(self, bench: Bench) -> None:
        number = opened(bench).ticket.number
        words = [a_word() for _ in range(4)]
        barrier = Barrier(len(words))

        def attempt(word: str) -> bool:
            barrier.wait()
            try:
                bench.tracker.change(number, Change(notes=word))
            except NotNow:
                return False
            return True

        with ThreadPoolExecutor(len(words)) as pool:
            done = {word for word, done in zip(words, pool.map(attempt, words), strict=True) if done}
        assert done
        assert {n.notes for n in present(bench.tracker, number).notes} == done
        for word in set(words) - done:
            bench.tracker.change(number, Change(notes=word))
        assert sorted(n.notes for n in present(bench.tracker, number).notes) == sorted(words)
